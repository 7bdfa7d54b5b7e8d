/* sink_own.h - a sink task: what its three files share.
 *
 * sink_task.c takes batches to the sink, sink_group.c is its place in the
 * group and its commits, sink_errors.c is what becomes of refused records.
 *
 * The records of all its partitions go to a queue of the task's own. While it
 * is paused, or a delivery is being repeated, only the group's queue is served:
 * the member stays, and nothing is fetched beyond what fits. librdkafka's
 * pausing is not used: it throws away what was fetched, and has begun anew at
 * auto.offset.reset (confluent-kafka-dotnet issues 672 and 1052).
 */
#ifndef STANDINS_WORKER_SINK_OWN_H
#define STANDINS_WORKER_SINK_OWN_H

#include "standins/worker/client.h"
#include "standins/worker/task_common.h"

enum { SINK_TASK_MAGIC = 0x53695461 };

/* A partition that is assigned. */
struct sink_part {
    char *topic;
    int32_t partition;
    int64_t next;      /* all below is with the sink; -1: nothing yet */
    int64_t committed; /* -1: nothing by us */
};

struct sink_dlq {
    rd_kafka_t *rk; /* NULL: there is none */
    int64_t under_way;
    struct err failed; /* what a report said */
};

/* What the consumer's callbacks are handed: it may outlive the task. */
struct sink_bridge {
    struct sink_task *task; /* NULL: it has ended */
};

struct sink_task {
    unsigned magic;
    struct task *task;
    struct sink_settings settings;
    struct sink_host host;
    struct sink *sink;
    int64_t records_max; /* a batch */

    rd_kafka_t *rk;
    struct sink_bridge *bridge;
    rd_kafka_queue_t *records; /* where all partitions' records come to */
    rd_kafka_queue_t *commits; /* answers to commits */
    bool commit_under_way;
    bool leaving;  /* nothing is taken any more */
    bool revoking; /* these are to be given up */
    bool lost;     /* and are somebody else's already */
    rd_kafka_topic_partition_list_t *revoked;

    struct sink_part *parts;
    size_t parts_len;

    rd_kafka_message_t **batch; /* polled, not yet with the sink */
    size_t batch_len, batch_cap;
    struct sink_record *views; /* of its front, for the sink */

    struct sink_dlq dlq;
};

struct sink_task *sink_task_of(void *opaque);

struct sink_part *sink_task_part(struct sink_task *s, const char *topic,
                                 int32_t partition);

/* Behind the rest of the batch; takes it. */
void sink_task_keep(struct sink_task *s, rd_kafka_message_t *m);

/* Forget what was polled of partitions that are assigned no more. */
void sink_task_forget(struct sink_task *s);

/* ---- sink_group.c ---- */

MUST_USE int sink_group_join(struct sink_task *s, struct err *err);

/* Serve the group for up to `ms`. */
void sink_group_serve(struct sink_task *s, int ms);

/* Flush and commit what the sink has, for up to `limit_us`. Errors are the
 * sink's or the dead-letter topic's; what could not be made safe in time is
 * not committed, and a commit that fails is only logged. */
MUST_USE int sink_group_commit(struct sink_task *s, int64_t limit_us,
                               struct err *err);

/* Do what `revoking` asks for. */
MUST_USE int sink_group_give_up(struct sink_task *s, struct err *err);

/* Leave it and close the consumer, within the flush time-out and the task's
 * time to end; one that takes longer is closed on a thread of its own. */
void sink_group_leave(struct sink_task *s);

/* ---- sink_errors.c ---- */

MUST_USE int sink_errors_open(struct sink_task *s, struct err *err);
void sink_errors_close(struct sink_task *s);

/* As sink_host.report. */
int sink_errors_report(void *ctx, const struct sink_record *r, const char *why,
                       struct err *err);

/* Until all that was reported is acknowledged, or `until_us`. -ECANCELED:
 * time is up. */
MUST_USE int sink_errors_flush(struct sink_task *s, int64_t until_us,
                               struct err *err);

#endif
