/* watch.h - the parts of an observer: a watch on consumer groups, a watch on
 * Connect, and marks for telling old records of a live topic from new.
 *
 * The thread of a tail feeds a watch by ..._note(). A watch guards its facts by
 * a lock of its own, so queries are thread-safe. The queries of observer.h call
 * the queries here; observer.h says what is returned.
 */
#ifndef OBSERVE_WATCH_H
#define OBSERVE_WATCH_H

#include "observe/observer.h"

/* ---- consumer groups (groups_watch.c) ------------------------------------ */

struct groups_watch;

/* `spec` is copied; clk and events are borrowed for the watch's life. */
struct groups_watch *groups_watch_new(const struct observer_spec *spec);
void groups_watch_free(struct groups_watch *w);

/* Take in a record of __consumer_offsets; called on the tail's thread. */
void groups_watch_note(struct groups_watch *w, const struct record *r);

size_t groups_watch_committed(struct groups_watch *w, const char *group,
                              const char *topic, struct committed *out,
                              size_t max);
size_t groups_watch_commits(struct groups_watch *w, const char *group,
                            const char *topic, struct commit **ret);
int64_t groups_watch_last_generation(struct groups_watch *w, const char *group);

/* A partition got a new owner. `node`: worker number by the host of the member;
 * -1: unknown. `task`: number at the end of the client id; -1: none, or shared
 * by two members. */
struct group_owner {
    int64_t time_us; /* timestamp of the record: the broker's wall clock */
    int32_t partition;
    int32_t node;
    int32_t task;
    uint64_t member; /* digest of the member id: a task started anew is another
                        member, maybe on another worker */
    bool nobody;     /* taken from the owner and given to no member */
};
size_t groups_watch_owners(struct groups_watch *w, const char *group,
                           const char *topic, struct group_owner **ret);

/* ---- Connect (connect_watch.c) -------------------------------------------*/

struct connect_watch;

struct connect_watch *connect_watch_new(const struct observer_spec *spec);
void connect_watch_free(struct connect_watch *w);

/* Take in a record of the status, config or offsets topic; called on the tail's
 * thread. */
void connect_watch_note(struct connect_watch *w, const struct record *k);

struct task_seen connect_watch_task(struct connect_watch *w,
                                    const char *connector, int task);
size_t connect_watch_failures(struct connect_watch *w, const char *connector,
                              struct failure_seen **ret);
int connect_watch_tasks(struct connect_watch *w, const char *connector);
uint64_t connect_watch_changes(struct connect_watch *w, const char *connector);
json_t *connect_watch_offsets(struct connect_watch *w, const char *connector);
uint64_t connect_watch_commits(struct connect_watch *w, const char *connector);

/* The number of the worker that ran `task` at the wall-clock time `wall_us`, by
 * the last status record written until then; -1: unknown. */
int connect_watch_worker_at(struct connect_watch *w, const char *connector,
                            int task, int64_t wall_us);

/* ---- the streams of one topic (stream_marks.c); the caller's lock -------- */

/* Zero at first; freed by stream_marks_done(). */
struct stream_marks {
    struct stream_mark *at;
    size_t len, cap;
};

/* Note that sequence `seq` of `stream` was seen at `now_us`. Returns whether
 * the stream had gone beyond `seq` at least 3 s ago (up to 6 s, by how the
 * marks turn). A copy of such a record is a replay; a younger copy may be a
 * retry. */
bool stream_marks_note(struct stream_marks *m, uint32_t stream, uint64_t seq,
                       int64_t now_us);
void stream_marks_done(struct stream_marks *m);

#endif
