/* undeclared.h - the part of a run's time that its scenario does not ask for.
 * Pure.
 */
#ifndef VERDICT_UNDECLARED_H
#define VERDICT_UNDECLARED_H

#include <jansson.h>
#include <stdint.h>

/* Declared is the time of the phases warm-up, timeline and quiet, three windows
 * of the baseline (`window_us` each; 0: none was found) out of the phase
 * steady, and a flush of offsets (`flush_us`) out of the drain. Returns the
 * rest of `took_us`, the whole run. `phases`: of run.json. */
int64_t undeclared_us(const json_t *phases, int64_t took_us, int64_t window_us,
                      int64_t flush_us);

#endif
