/* worker_kafka.h - Kafka clients of the worker's core, and creation of topics.
 *
 * The clients are tuned for brokers that are killed and paused: a connection
 * that hangs and a leader that has moved are noticed within seconds, where the
 * defaults take minutes.
 */
#ifndef STANDINS_WORKER_WORKER_KAFKA_H
#define STANDINS_WORKER_WORKER_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker_handle.h"

/* Like handle_conf(), with the settings of the worker's core. */
MUST_USE int kafka_conf(const char *bootstrap,
                        const struct handle_setting *settings, size_t n,
                        rd_kafka_conf_t **ret, struct err *err);

/* Set -EIO, with the text "<what>: <librdkafka's words>". */
int kafka_error(struct err *err, const char *what, rd_kafka_resp_err_t e);

struct kafka_topic {
    const char *name;
    int partitions;
    int replicas; /* 0: 3, or as many as brokers */
};

/* Create the missing topics among `topics` (CreateTopics; compacted, if the
 * broker supports compaction). Tries once. 0: all topics exist and all
 * partitions have leaders. */
MUST_USE int kafka_make_topics(rd_kafka_t *rk, const struct kafka_topic *topics,
                               size_t n, int64_t limit_us, struct err *err);

/* Number of partitions of a topic. Asking creates no topic. -ENOENT. */
MUST_USE int kafka_partitions(rd_kafka_t *rk, const char *topic,
                              int64_t limit_us, struct err *err);

#endif
