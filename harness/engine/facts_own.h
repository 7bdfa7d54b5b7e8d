/* facts_own.h - questions about given and facts that several phases ask. Pure:
 * no clock, no I/O.
 */
#ifndef ENGINE_FACTS_OWN_H
#define ENGINE_FACTS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/run_state_own.h"
#include "verdict/station_rules.h"

/* How many steps called apply(). */
size_t facts_disturbances(const struct given *g, const struct facts *f);

/* Whether a fault is in force, or was never proven mended. */
bool facts_disturbed(const struct given *g, const struct facts *f);

/* How long nothing may move at hop `hop` before the hop has stalled. */
struct patience facts_patience(const struct given *g, const struct facts *f,
                               size_t hop);

/* Whether a station is a topic whose log may be compacted. */
bool facts_compacts(const struct given *g, const struct facts *f,
                    size_t station);

/* All uses of offsets of the topic `station` beside records. */
struct hole_facts facts_holes(const struct given *g, const struct facts *f,
                              size_t station);

#endif
