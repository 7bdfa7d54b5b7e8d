/* facts_own.h - questions about given and facts that several phases ask. Pure:
 * no clock, no I/O.
 */
#ifndef ENGINE_FACTS_OWN_H
#define ENGINE_FACTS_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/run_state_own.h"
#include "verdict/station_rules.h"

/* The limits of the workers that run the hop's connector; of the first group
 * for a load's own hop. Borrowed. */
const struct limits *facts_limits(const struct given *g, const struct facts *f,
                                  size_t hop);

/* The longest offset flush of all groups of workers. */
int64_t facts_flush_us(const struct given *g, const struct facts *f);

/* Whether the fault of step `step` can touch the connector of hop `hop`: not if
 * the fault strikes workers, a connector or a task, another group of workers
 * runs the hop's connector, and the hop shares neither a consumer group nor
 * both stations with a hop of the struck group. */
bool facts_reaches(const struct given *g, const struct facts *f, size_t step,
                   size_t hop);

/* How long after the fault of step `step` the offsets of hop `hop` are
 * committed again: the longer flush of the hop's own group of workers and of
 * the group that the fault is confined to, whose records a shared hop may get.
 */
int64_t facts_reach_flush_us(const struct given *g, const struct facts *f,
                             size_t step, size_t hop);

/* How many steps that reach hop `hop` called apply(). */
size_t facts_disturbances(const struct given *g, const struct facts *f,
                          size_t hop);

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
