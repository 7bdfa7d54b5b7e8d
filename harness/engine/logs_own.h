/* logs_own.h - where the logs of a topic begin.
 */
#ifndef ENGINE_LOGS_OWN_H
#define ENGINE_LOGS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "client/kafka.h"
#include "oracle/hop.h"

/* The first offset still held by each partition of `topic`, for at most `max`
 * partitions; a partition without an answer is left out. Returns how many.
 * *ret_trimmed: some partition no longer begins at offset 0, or could not be
 * asked. */
size_t log_starts(struct kafka_admin *admin, const char *topic,
                  struct log_start *out, size_t max, bool *ret_trimmed);

#endif
