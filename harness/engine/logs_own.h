/* logs_own.h - what the broker may have taken out of a topic's log. */
#ifndef ENGINE_LOGS_OWN_H
#define ENGINE_LOGS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/run_state_own.h"
#include "oracle/hop.h"

/* "compact", "compact,delete" and the like among the values of a
 * cleanup.policy; NULL: the default, which does not. */
bool policy_compacts(const char *policy);

/* May the station be a topic whose log is compacted? */
bool station_compacts(const struct run *r, size_t station);

/* Where each partition of the topic begins now, at most `max`; partitions that
 * could not be asked are left out. Returns how many; *ret_trimmed: is one of
 * them trimmed, or may be? */
size_t log_starts(struct run *r, const char *topic, struct log_start *out,
                  size_t max, bool *ret_trimmed);

#endif
