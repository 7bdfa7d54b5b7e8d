/* observer.h - watches a running flow: offsets, owners, status, live records.
 *
 * Three tails (client/kafka.h), each with a thread of its own, read from the
 * beginning (unless internal_from_now): the topics of the flow (under
 * read_committed), __consumer_offsets (commits and group assignments), and the
 * config, offset and status topics of all Connect clusters. Connectors are told
 * apart by name alone, so no two clusters may run connectors of the same name.
 * The tails use the observer's
 * listener, which no fault touches.
 *
 * The status in Connect's topics is no oracle: a RUNNING task may stand still.
 * Status is kept for the timeline; verdicts depend on records.
 *
 * All queries are thread-safe and answer from memory at once. An array returned
 * through a pointer is new and freed by the caller with free(); the return
 * value is its length. Unknown topics, groups and connectors read as empty.
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
    const char *const *connect_topics; /* config, offset and status topic of
                                          every Connect cluster */
    size_t connect_topics_len;         /* 0: the platform has no such topics */
    bool consumer_offsets;             /* __consumer_offsets can be read */
    bool internal_from_now; /* other runs wrote to __consumer_offsets and to
                               Connect's topics: read what comes from now on */
    const char *work_dir;   /* for what would make memory grow; NULL: memory */
    const struct clk *clk;
    const struct event_sink *events;
    /* The number of the worker at "10.88.0.12", "/10.88.0.12" (as consumers
     * give their host) or "worker-1:18083"; -1: no worker of the run. Must be
     * thread-safe. */
    int (*worker_at)(void *ctx, const char *address);
    void *ctx;
};

/* Start the tails. Connect's topics are read as soon as they exist. `spec` is
 * copied; kafka, clk, events and tallies are borrowed for the observer's life,
 * names of topics for the call.
 */
MUST_USE int observer_start(const struct observer_spec *spec,
                            struct observer **ret, struct err *err);
/* Stop the tails and wait for their threads; queries still answer. */
void observer_stop(struct observer *o);
void observer_free(struct observer *o); /* stops first; NULL is fine */

/* ---- topics, live --------------------------------------------------------*/

struct topic_seen {
    uint64_t records;  /* visible data records so far */
    uint64_t distinct; /* different records of the run's streams */
    uint64_t replayed; /* copies that came seconds after the stream had gone on:
                          replays, not retries */
    int64_t last_us;   /* run clock: the last record was seen; -1: never */
};
/* The counts of `topic` so far. */
struct topic_seen observer_topic(struct observer *o, const char *topic);

/* The number of different records of the streams seen in `topic`. */
uint64_t observer_distinct(struct observer *o, const char *topic,
                           const uint32_t *streams, size_t streams_len);

/* The number of records of the streams that were acknowledged by `ledger` and
 * not seen in `topic` yet. */
uint64_t observer_missing(struct observer *o, const char *topic,
                          const struct ledger_view *ledger,
                          const uint32_t *streams, size_t streams_len);

/* Write for each partition with records the offset behind the last data record
 * seen, for at most `max` partitions. Returns the number written. */
size_t observer_ends(struct observer *o, const char *topic,
                     struct committed *out, size_t max);

/* Only after observer_stop(): the live tally of a topic, borrowed; NULL: the
 * topic is not observed. */
const struct tally *observer_tally(struct observer *o, const char *topic);

/* ---- consumer groups -----------------------------------------------------*/

/* Write the last committed offset of each partition of (group, topic), for at
 * most `max` partitions. Returns the number written. */
size_t observer_committed(struct observer *o, const char *group,
                          const char *topic, struct committed *out, size_t max);

/* The lag of `group` in `topic`: the sum over partitions of (offset behind the
 * last data record - committed offset). Transaction markers between data
 * records count, too; markers behind the last data record do not. */
int64_t observer_lag(struct observer *o, const char *group, const char *topic);

/* Every commit of (group, topic), in the order of the log. Times are the
 * broker's wall clock. */
size_t observer_commits(struct observer *o, const char *group,
                        const char *topic, struct commit **ret);

/* Every change of owner of the partitions of `topic`, from the assignments of
 * `connector`'s group: partition, worker number, time. Empty if some member
 * could not be matched to a worker. */
size_t observer_owners(struct observer *o, const char *group,
                       const char *connector, const char *topic,
                       struct ownership **ret);

/* Run-clock time of the last new generation (rebalance) of the group; -1: none
 * seen. */
int64_t observer_last_generation_us(struct observer *o, const char *group);

/* ---- Connect ------------------------------------------------------------- */

struct task_seen {
    char state[16];     /* "RUNNING", "FAILED", ...; "": unknown or deleted */
    char worker[64];    /* worker id: "10.88.0.12:8083" */
    int worker_number;  /* -1: unknown */
    int64_t since_us;   /* run clock when the last status record was read */
    int64_t written_us; /* timestamp of that record: the worker's wall clock */
    uint64_t changes;   /* number of status records so far */
    char trace[256];    /* first line of the trace, if FAILED */
};
/* The last status of a task; task -1: of the connector. */
struct task_seen observer_task(struct observer *o, const char *connector,
                               int task);

/* A status record with the state FAILED. */
struct failure_seen {
    int64_t at_us;      /* run clock when the record was read */
    int64_t written_us; /* timestamp of the record: the worker's wall clock */
    int task;           /* -1: the connector */
    int worker_number;
};
/* Every status FAILED of the connector and its tasks, in the order of the log.
 */
size_t observer_failures(struct observer *o, const char *connector,
                         struct failure_seen **ret);

/* The number of tasks of the connector with a status record not deleted since.
 */
int observer_tasks(struct observer *o, const char *connector);

/* Write "RUNNING 2/2" or "RUNNING 1/2 FAILED 1", for the live line and series.
 */
void observer_tasks_text(struct observer *o, const char *connector, char *out,
                         size_t size);

/* The number of status records of the connector and its tasks so far. */
uint64_t observer_status_changes(struct observer *o, const char *connector);

/* The last committed source offset of each source partition of a connector,
 * new:
 * [{"partition": {...}, "offset": {...}, "commits": n}]. */
json_t *observer_source_offsets(struct observer *o, const char *connector);

/* The number of source offsets committed by the connector so far. */
uint64_t observer_source_commits(struct observer *o, const char *connector);

#endif
