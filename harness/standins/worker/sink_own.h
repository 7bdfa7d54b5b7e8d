/* sink_own.h - the state of a sink task, shared by the files of a sink task.
 *
 * sink_task.c hands batches to the sink; sink_group.c has the consumer, the
 * assignments and the commits; sink_leave.c leaves the group; sink_errors.c has
 * the refused records; sink_own.c has the partitions and the batch.
 *
 * Records of all partitions arrive in the task's own queue. While the task is
 * paused or repeats a delivery, only the consumer's queue is served: the member
 * stays in the group, and fetching stops by itself when the queue is full.
 * librdkafka's pause is not used, because pausing drops fetched records, and
 * has restarted at auto.offset.reset (confluent-kafka-dotnet issues 672 and
 * 1052).
 */
#ifndef STANDINS_WORKER_SINK_OWN_H
#define STANDINS_WORKER_SINK_OWN_H

#include "standins/worker/client.h"
#include "standins/worker/task_common.h"

enum { SINK_TASK_MAGIC = 0x53695461 };

/* An assigned partition. */
struct sink_part {
    char *topic;
    int32_t partition;
    int64_t next;      /* offsets below were delivered; -1: none yet */
    int64_t committed; /* last committed offset; -1: none by this task */
};

struct sink_dlq {
    rd_kafka_t *rk; /* NULL: no dead-letter topic is configured */
    /* records sent and not yet acknowledged */
    int64_t under_way;
    struct err failed; /* the first failed delivery report */
};

/* The opaque of the consumer's callbacks; may outlive the task, because a
 * consumer may be closed after the end of its task. */
struct sink_bridge {
    struct sink_task *task; /* NULL: the task has ended */
};

struct sink_task {
    unsigned magic;
    struct task *task;
    struct sink_settings settings;
    struct sink_host host;
    struct sink *sink;
    int64_t records_max; /* largest batch */

    rd_kafka_t *rk;
    struct sink_bridge *bridge;
    rd_kafka_queue_t *records; /* receives the records of all partitions */
    rd_kafka_queue_t *commits; /* receives answers to commits */
    bool commit_under_way;
    bool leaving;  /* the task takes no more records */
    bool revoking; /* `revoked` is to be given up */
    bool lost;     /* `revoked` belongs to another member already */
    rd_kafka_topic_partition_list_t *revoked;

    struct sink_part *parts;
    size_t parts_len;

    rd_kafka_message_t **batch; /* fetched, not yet delivered */
    size_t batch_len, batch_cap;
    /* the front of `batch`, as the sink sees records */
    struct sink_record *views;

    struct sink_dlq dlq;
};

/* The task behind an opaque pointer; asserts the magic number. */
struct sink_task *sink_task_of(void *opaque);

/* NULL: the partition is not assigned. */
struct sink_part *sink_task_part(struct sink_task *s, const char *topic,
                                 int32_t partition);

/* Append a record to the batch, and take the record over. Errors are logged,
 * records of partitions not assigned are dropped. */
void sink_task_keep(struct sink_task *s, rd_kafka_message_t *m);

/* Drop records in the batch whose partitions are no longer assigned. */
void sink_task_forget(struct sink_task *s);

/* ---- sink_group.c ---- */

/* Create the consumer and subscribe. Returns before partitions are assigned. */
MUST_USE int sink_group_join(struct sink_task *s, struct err *err);

/* Serve the consumer's queue for up to `ms`: assignments, revocations, errors.
 */
void sink_group_serve(struct sink_task *s, int ms);

/* Flush the sink and commit delivered offsets, within `limit_us`. Fails with
 * errors of the sink or of the dead-letter topic. Offsets not safe in time are
 * not committed, and a failed commit is only logged. */
MUST_USE int sink_group_commit(struct sink_task *s, int64_t limit_us,
                               struct err *err);

/* Commit (unless `lost`), tell the sink, and give up the partitions in
 * `revoked`. */
MUST_USE int sink_group_give_up(struct sink_task *s, struct err *err);

/* Give up the partitions in `revoked` without a commit. */
void sink_group_let_go(struct sink_task *s);

/* Move every fetched record from the queue to the batch. */
void sink_group_drain(struct sink_task *s);

/* ---- sink_leave.c ---- */

/* Leave the group and close the consumer, within the flush time-out and the
 * task's time to end. A consumer that takes longer is left to a thread of its
 * own. */
void sink_leave(struct sink_task *s);

/* ---- sink_errors.c ---- */

/* Create the producer and the dead-letter topic, if configured. */
MUST_USE int sink_errors_open(struct sink_task *s, struct err *err);
void sink_errors_close(struct sink_task *s);

/* The function for sink_host.report; `ctx` is the struct sink_task. */
int sink_errors_report(void *ctx, const struct sink_record *r, const char *why,
                       struct err *err);

/* Wait until the dead-letter topic has acknowledged every reported record.
 * -ECANCELED: not by `until_us`. */
MUST_USE int sink_errors_flush(struct sink_task *s, int64_t until_us,
                               struct err *err);

#endif
