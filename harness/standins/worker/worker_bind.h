/* worker_bind.h - the address that a worker's Kafka clients come from.
 *
 * Where several workers share one machine without namespaces, that is how a
 * broker, and who reads its groups, tells them apart.
 */
#ifndef STANDINS_WORKER_WORKER_BIND_H
#define STANDINS_WORKER_WORKER_BIND_H

#include <librdkafka/rdkafka.h>

#include "base/attr.h"
#include "base/err.h"

/* An IPv4 address of this machine, for all clients from now on. Before there
 * are threads. -EINVAL: it is none. */
MUST_USE int bind_clients_to(const char *address, struct err *err);

/* Have the sockets of a client come from there; nothing without an address. */
void bind_client(rd_kafka_conf_t *conf);

#endif
