/* observer.h - what is seen on the way: offsets, owners, status, live records.
 *
 * Three tails, each a thread of its own: the topics of the flow (records, live,
 * read_committed), `__consumer_offsets` (commits and group assignments), and
 * Connect's own config, offset and status topics. They are read from their
 * start, over the observer's listener, which no fault touches.
 *
 * Status is not an oracle: it is kept as the timeline's words, and judged by
 * records moving.
 *
 * All queries are thread-safe and answer from memory at once.
 */
#ifndef OBSERVE_OBSERVER_H
#define OBSERVE_OBSERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"
#include "base/fates.h"
#include "client/kafka.h"
#include "oracle/commits.h"
#include "oracle/hop.h"
#include "oracle/tally.h"

struct observer;

struct observer_topic {
    const char *name;
    const struct tally_spec *tally; /* borrowed for the observer's life */
};

struct observer_spec {
    const struct kafka_access *kafka;
    const struct observer_topic *topics;
    size_t topics_len;
    const char *status_topic; /* NULL: this platform has none */
    const char *config_topic;
    const char *offsets_topic;
    bool consumer_offsets; /* whether __consumer_offsets can be read */
    const struct clk *clk;
    const struct event_sink *events;
    /* The number of the worker at "10.88.0.12", "/10.88.0.12" or
     * "worker-1:18083"; -1: none of ours. Any thread. */
    int (*worker_at)(void *ctx, const char *address);
    void *ctx;
};

/* Starts the tails. Connect's topics may not exist yet: they are awaited. */
MUST_USE int observer_start(const struct observer_spec *spec,
                            struct observer **ret, struct err *err);
/* Stops and joins the tails; queries still answer. */
void observer_stop(struct observer *o);
void observer_free(struct observer *o); /* stops first; NULL is fine */

/* ---- topics, live --------------------------------------------------------*/

struct topic_seen {
    uint64_t records;  /* visible data records so far */
    uint64_t distinct; /* identities of ours */
    uint64_t replayed; /* copies of what had come seconds before or earlier */
    int64_t last_us;   /* run clock: when the last one was seen; -1: never */
};
struct topic_seen observer_topic(struct observer *o, const char *topic);

/* Identities of these streams that have been seen in `topic`. */
uint64_t observer_distinct(struct observer *o, const char *topic,
                           const uint32_t *streams, size_t streams_len);

/* How many records of these streams were acknowledged and have not been seen
 * in `topic` yet. */
uint64_t observer_missing(struct observer *o, const char *topic,
                          const struct ledger_view *ledger,
                          const uint32_t *streams, size_t streams_len);

/* Next offset behind the last data record seen, per partition (at most max);
 * returns how many partitions have records. */
size_t observer_ends(struct observer *o, const char *topic,
                     struct committed *out, size_t max);

/* After observer_stop(): the live tally of a topic, borrowed; NULL: none. */
const struct tally *observer_tally(struct observer *o, const char *topic);

/* ---- consumer groups -----------------------------------------------------*/

/* Last committed offset per partition of (group, topic). */
size_t observer_committed(struct observer *o, const char *group,
                          const char *topic, struct committed *out, size_t max);

/* Data records of `topic` that `group` has not committed: the sum over
 * partitions of (next offset behind the last data record - committed). Behind
 * transactions markers count too, but only below the last data record. */
int64_t observer_lag(struct observer *o, const char *group, const char *topic);

/* Every commit of (group, topic) in the order of the log; new array. Times are
 * the broker's wall clock. */
size_t observer_commits(struct observer *o, const char *group,
                        const char *topic, struct commit **ret);

/* Who owned which partition from when on, as the assignments of `connector`'s
 * group said; new array. Empty when members could not be told apart. */
size_t observer_owners(struct observer *o, const char *group,
                       const char *connector, const char *topic,
                       struct ownership **ret);

/* Run-clock time of the last new generation of the group; -1: none seen. */
int64_t observer_last_generation_us(struct observer *o, const char *group);

/* ---- Connect ------------------------------------------------------------- */

struct task_seen {
    char state[16];     /* "RUNNING", "FAILED", ...; "" : not heard of */
    char worker[64];    /* worker id: "10.88.0.12:8083" */
    int worker_number;  /* -1: unknown */
    int64_t since_us;   /* run clock */
    int64_t written_us; /* wall clock of who wrote the last one, whole ms */
    uint64_t changes;   /* status records so far */
    char trace[256];    /* first line, of FAILED */
};
/* task -1: the connector itself. */
struct task_seen observer_task(struct observer *o, const char *connector,
                               int task);

/* A task said FAILED. */
struct failure_seen {
    int64_t at_us;      /* run clock */
    int64_t written_us; /* wall clock of who wrote it, whole ms */
    int task;           /* -1: the connector itself */
    int worker_number;
};
/* Each time that the connector or a task of it did, in order; new array. */
size_t observer_failures(struct observer *o, const char *connector,
                         struct failure_seen **ret);

/* How many tasks the connector has by its status records (not deleted). */
int observer_tasks(struct observer *o, const char *connector);

/* "RUNNING 2/2", "RUNNING 1/2 FAILED 1": for the live line and series. */
void observer_tasks_text(struct observer *o, const char *connector, char *out,
                         size_t size);

/* Status records of this connector and its tasks since the start. */
uint64_t observer_status_changes(struct observer *o, const char *connector);

/* Committed source offsets of a connector, newest of each source partition:
 * [{"partition": {...}, "offset": {...}, "commits": n}]. New. */
json_t *observer_source_offsets(struct observer *o, const char *connector);

/* Commits of source offsets so far. */
uint64_t observer_source_commits(struct observer *o, const char *connector);

#endif
