/* worker_handle.h - opens librdkafka handles, for the worker's core and for
 * tasks. */
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

/* A configuration with `settings`: librdkafka's log and errors go to our log,
 * sockets are bound to the address of worker_bind.h, and a broker that is back
 * is found within 100 ms. The caller frees *ret, or hands it to handle_open().
 */
MUST_USE int handle_conf(const char *bootstrap,
                         const struct handle_setting *settings, size_t n,
                         rd_kafka_conf_t **ret, struct err *err);

/* Add settings. -EINVAL: a key is unknown, or a value refused. */
MUST_USE int handle_set(rd_kafka_conf_t *conf,
                        const struct handle_setting *settings, size_t n,
                        struct err *err);

/* Create a handle; takes over `conf`, also on failure. For a consumer, every
 * event comes by rd_kafka_consumer_poll(). Needs no network. */
MUST_USE int handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                         rd_kafka_t **ret, struct err *err);

/* Find the topic's leaders now, within `limit_ms`. By itself a producer would
 * look once a second; this look makes the first record faster, so failing is
 * harmless. */
void handle_find(rd_kafka_t *rk, const char *topic, int limit_ms);

/* Leave the consumer's group; call before rd_kafka_consumer_close(). A close
 * that meets a rebalance may purge the answer (rd_kafka_assign()), and the
 * thread that gave the answer waits for ever (librdkafka issue 4884).
 *
 * `serve` polls the consumer for up to `ms`, and must answer an assignment with
 * the list, not with NULL. true: the consumer has left. false: still a member
 * at `until_us`; a thread that others wait for must not close the consumer
 * then.
 */
bool handle_leave(rd_kafka_t *rk, void (*serve)(void *ctx, int ms), void *ctx,
                  int64_t until_us);

#endif
