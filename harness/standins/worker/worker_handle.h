/* worker_handle.h - librdkafka handles, as both halves of a worker open them.
 */
#ifndef STANDINS_WORKER_WORKER_HANDLE_H
#define STANDINS_WORKER_WORKER_HANDLE_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Leave the consumer's group, as rd_kafka_consumer_close() does not: that one
 * purges an answer to a rebalance (rd_kafka_assign()) that comes as it ends,
 * and whoever gave it waits for ever (librdkafka issue 4884). `serve` polls for
 * up to `ms`, and answers an assignment with a list, not NULL. true: it is no
 * member any more; false: it still was at `until_us`, and must not be closed by
 * a thread that others wait for. */
bool handle_leave(rd_kafka_t *rk, void (*serve)(void *ctx, int ms), void *ctx,
                  int64_t until_us);

#endif
