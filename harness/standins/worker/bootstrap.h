/* bootstrap.h - looks up the names of bootstrap.servers in a hosts file
 * (hosts(5)).
 *
 * librdkafka resolves names with the machine's resolver only, and a worker may
 * have a hosts file of its own. So a worker's Kafka clients are given
 * addresses.
 */
#ifndef STANDINS_WORKER_BOOTSTRAP_H
#define STANDINS_WORKER_BOOTSTRAP_H

#include "base/attr.h"
#include "base/err.h"

/* "b1:9092,b2:9092" with each name found in `hosts` (the text of the file)
 * replaced by the address; other names stay. The caller frees the result. */
char *bootstrap_with(const char *servers, const char *hosts);

/* The same with the hosts file at `path`. */
MUST_USE int bootstrap_read(const char *servers, const char *path, char **ret,
                            struct err *err);

#endif
