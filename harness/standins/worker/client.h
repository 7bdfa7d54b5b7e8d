/* client.h - the Kafka clients of tasks, configured as Connect configures them.
 *
 * Properties apply in the order of precedence that Connect has: Connect's
 * defaults, then the worker's "consumer.x" and "producer.x", then the
 * connector's "consumer.override.x" and "producer.override.x" (KIP-458). Names
 * and values of Java's clients are translated; a property unknown to librdkafka
 * is left out with a line in the log.
 */
#ifndef STANDINS_WORKER_CLIENT_H
#define STANDINS_WORKER_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "standins/worker/task_own.h"
#include "standins/worker/worker_handle.h"

/* A configuration with `settings` as defaults below the properties; owned by
 * the caller. -EINVAL: librdkafka refuses a value; the error names the
 * property. */
MUST_USE int client_conf(const struct task *t, rd_kafka_type_t type,
                         const struct handle_setting *settings, size_t len,
                         rd_kafka_conf_t **ret, struct err *err);

/* A producer with Connect's defaults: records stay in order and are retried
 * without limit. Delivery reports go to on_report() with `ctx`. */
MUST_USE int client_producer(const struct task *t, const char *client_id,
                             void (*on_report)(rd_kafka_t *rk,
                                               const rd_kafka_message_t *m,
                                               void *ctx),
                             void *ctx, rd_kafka_t **ret, struct err *err);

/* A numeric consumer or producer property; the connector's override wins. */
int64_t client_number(const struct task *t, rd_kafka_type_t type,
                      const char *key, int64_t fallback, int64_t min);

#endif
