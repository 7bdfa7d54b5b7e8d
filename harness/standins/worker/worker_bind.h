/* worker_bind.h - the source address of a worker's Kafka clients.
 *
 * On a machine without namespaces, all workers share one host. Distinct source
 * addresses let brokers, and readers of group metadata, tell workers apart.
 */
#ifndef STANDINS_WORKER_WORKER_BIND_H
#define STANDINS_WORKER_WORKER_BIND_H

#include <librdkafka/rdkafka.h>

#include "base/attr.h"
#include "base/err.h"

/* Use `address`, an IPv4 address of this machine, for all clients created from
 * now on. Call before starting threads. -EINVAL: not an IPv4 address. */
MUST_USE int bind_clients_to(const char *address, struct err *err);

/* Bind the sockets of a client to the address; does nothing without an address.
 */
void bind_client(rd_kafka_conf_t *conf);

#endif
