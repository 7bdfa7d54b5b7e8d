/* client.h - a task's Kafka clients, configured as Connect configures its.
 *
 * Worker properties "consumer.x" and "producer.x", then the connector's
 * "consumer.override.x" and "producer.override.x" (KIP-458), are set after
 * Connect's defaults. Java's names that librdkafka spells otherwise are mapped
 * by a table; what it does not know is left out with a line in the log.
 */
#ifndef STANDINS_WORKER_CLIENT_H
#define STANDINS_WORKER_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "standins/worker/task_own.h"
#include "standins/worker/worker_handle.h"

/* A configuration with those settings under the properties; callers own it.
 * -EINVAL: a property has a value that its client refuses. */
MUST_USE int client_conf(const struct task *t, rd_kafka_type_t type,
                         const struct handle_setting *settings, size_t len,
                         rd_kafka_conf_t **ret, struct err *err);

/* A producer as Connect's, "<client_id>", in order, until it succeeds. Its
 * reports go to on_report with t as opaque `ctx`. */
MUST_USE int client_producer(const struct task *t, const char *client_id,
                             void (*on_report)(rd_kafka_t *rk,
                                               const rd_kafka_message_t *m,
                                               void *ctx),
                             void *ctx, rd_kafka_t **ret, struct err *err);

/* A consumer's or producer's property, that of the connector first. */
int64_t client_number(const struct task *t, rd_kafka_type_t type,
                      const char *key, int64_t fallback, int64_t min);

#endif
