/* counting_own.h - how the records of a station are counted. Pure. */
#ifndef ENGINE_COUNTING_OWN_H
#define ENGINE_COUNTING_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/tally.h"
#include "plan/plan.h"

/* A station is counted by the streams leading there, loaded into the station or
 * over a hop; any other stream counts as misrouted. `run`: number of the run in
 * stamps. *ret_streams: new, borrowed by the spec. */
struct tally_spec counting_of(const struct plan *p, uint32_t run,
                              size_t station,
                              struct tally_stream_spec **ret_streams);

#endif
