/* handle.h - librdkafka handles, as both halves of a worker open them. */
#ifndef STANDINS_WORKER_HANDLE_H
#define STANDINS_WORKER_HANDLE_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct handle_setting {
    const char *key, *value;
};

/* A configuration with these settings: what it says is logged, it comes from
 * where clients are bound to, and finds a broker that is back at once. The
 * caller frees it, or hands it to handle_open(). */
MUST_USE int handle_conf(const char *bootstrap,
                         const struct handle_setting *settings, size_t n,
                         rd_kafka_conf_t **ret, struct err *err);

/* More settings. -EINVAL: one is not known, or its value is refused. */
MUST_USE int handle_set(rd_kafka_conf_t *conf,
                        const struct handle_setting *settings, size_t n,
                        struct err *err);

/* Takes `conf`, also on failure. All that a consumer is told of comes by
 * rd_kafka_consumer_poll(). No network is needed for it. */
MUST_USE int handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                         rd_kafka_t **ret, struct err *err);

/* Have a producer find the topic's leaders now, for up to `limit_ms`. What is
 * not found so is found by the look it takes by itself, once a second. */
void handle_find(rd_kafka_t *rk, const char *topic, int limit_ms);

#endif
