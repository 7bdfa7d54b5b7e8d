/* watch.h - the two watchers an observer is made of, beside the live topics.
 * Each keeps what its tail told it under a lock of its own. And the marks by
 * which a live topic tells old from new.
 */
#ifndef OBSERVE_WATCH_H
#define OBSERVE_WATCH_H

#include "observe/observer.h"

/* ---- consumer groups (groups_watch.c) ------------------------------------ */

struct groups_watch;

struct groups_watch *groups_watch_new(const struct observer_spec *spec);
void groups_watch_free(struct groups_watch *w);

/* A record of __consumer_offsets; the tail's thread. */
void groups_watch_note(struct groups_watch *w, const struct record *r);

size_t groups_watch_committed(struct groups_watch *w, const char *group,
                              const char *topic, struct committed *out,
                              size_t max);
size_t groups_watch_commits(struct groups_watch *w, const char *group,
                            const char *topic, struct commit **ret);
int64_t groups_watch_last_generation(struct groups_watch *w, const char *group);

/* An assignment as the group told it. `node` is known by the member's host;
 * else -1 and `task` may tell (the client id's last number; -1: no). */
struct group_owner {
    int64_t time_us;
    int32_t partition;
    int32_t node;
    int32_t task;
    uint64_t member; /* digest of its member id: a task that was started anew is
                        another member, and may be elsewhere */
    bool nobody;     /* it was taken from its owner, and no member got it */
};
size_t groups_watch_owners(struct groups_watch *w, const char *group,
                           const char *topic, struct group_owner **ret);

/* ---- Connect (connect_watch.c) -------------------------------------------*/

struct connect_watch;

struct connect_watch *connect_watch_new(const struct observer_spec *spec);
void connect_watch_free(struct connect_watch *w);

/* A record of the status, config or offsets topic; the tail's thread. */
void connect_watch_note(struct connect_watch *w, const struct record *k);

struct task_seen connect_watch_task(struct connect_watch *w,
                                    const char *connector, int task);
size_t connect_watch_failures(struct connect_watch *w, const char *connector,
                              struct failure_seen **ret);
int connect_watch_tasks(struct connect_watch *w, const char *connector);
uint64_t connect_watch_changes(struct connect_watch *w, const char *connector);
json_t *connect_watch_offsets(struct connect_watch *w, const char *connector);
uint64_t connect_watch_commits(struct connect_watch *w, const char *connector);

/* Which worker ran a task at a wall-clock time; -1: unknown. */
int connect_watch_worker_at(struct connect_watch *w, const char *connector,
                            int task, int64_t wall_us);

/* ---- the streams of one topic (stream_marks.c); the caller's lock -------- */

struct stream_marks {
    struct stream_mark *at;
    size_t len, cap;
};

/* Note a sequence. Had its stream gone beyond it seconds ago (3 to 6) or
 * more? Then it is no echo of what has just come. */
bool stream_marks_note(struct stream_marks *m, uint32_t stream, uint64_t seq,
                       int64_t now_us);
void stream_marks_done(struct stream_marks *m);

#endif
