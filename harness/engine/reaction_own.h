/* reaction_own.h - the effects of faults on the flow, as observer and samples
 * show. Engine thread. */
#ifndef ENGINE_REACTION_OWN_H
#define ENGINE_REACTION_OWN_H

#include "engine/step_own.h"

/* Number of status changes so far, of all connectors and all tasks. */
uint64_t reaction_status_changes(const struct timeline *t);

/* Time of the newest group generation of any sink, or of the newest task status
 * of any source: sources have no group. -1: none seen. */
int64_t reaction_last_generation_us(const struct timeline *t);

/* Time from which on the flow is as good as the baseline, in the samples since
 * `since_us`; -1: no such time, or no baseline. */
int64_t reaction_regained_us(const struct timeline *t, int64_t since_us);

/* Whether a rate fell far below the baseline, in the samples since
 * `since_us`. */
bool reaction_dropped(const struct timeline *t, int64_t since_us);

#endif
