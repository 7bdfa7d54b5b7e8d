/* bootstrap.h - the brokers' names in a hosts file (hosts(5)).
 *
 * The Kafka clients of a worker know no hosts file but the machine's; so what
 * they are told to begin with are addresses already.
 */
#ifndef STANDINS_WORKER_BOOTSTRAP_H
#define STANDINS_WORKER_BOOTSTRAP_H

#include "base/attr.h"
#include "base/err.h"

/* "b1:9092,b2:9092" with each name that `hosts` (the file's text) knows as its
 * address; names that it does not know stay. New. */
char *bootstrap_with(const char *servers, const char *hosts);

/* The same with the file at `path`. */
MUST_USE int bootstrap_read(const char *servers, const char *path, char **ret,
                            struct err *err);

#endif
