/* worker_kafka.h - the worker's own Kafka clients, and its topics.
 *
 * Tuned for brokers that are killed and paused: a connection that hangs and a
 * leader that has moved are found in seconds, not in minutes.
 */
#ifndef STANDINS_WORKER_WORKER_KAFKA_H
#define STANDINS_WORKER_WORKER_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker_handle.h"

/* As handle_conf(). */
MUST_USE int kafka_conf(const char *bootstrap,
                        const struct handle_setting *settings, size_t n,
                        rd_kafka_conf_t **ret, struct err *err);

/* Negative errno with the error's own words. */
int kafka_error(struct err *err, const char *what, rd_kafka_resp_err_t e);

struct kafka_topic {
    const char *name;
    int partitions;
    int replicas; /* 0: 3, or as many as there are brokers */
};

/* See that the topics are there, making those that are not (CreateTopics,
 * compacted if the broker takes that). One try; 0: all of them are there and
 * known to have leaders. */
MUST_USE int kafka_make_topics(rd_kafka_t *rk, const struct kafka_topic *topics,
                               size_t n, int64_t limit_us, struct err *err);

/* How many partitions it has; no topic is made by asking. -ENOENT */
MUST_USE int kafka_partitions(rd_kafka_t *rk, const char *topic,
                              int64_t limit_us, struct err *err);

#endif
