/* timeline_own.h - all steps of a run, from the first tick to the healing.
 *
 * timeline_start() makes a pool of threads that does every call of every step
 * at its time: to targets, and to undo/. The engine's thread watches the flow
 * for reactions and recoveries, and waits for nothing but in timeline_heal().
 * Without a pool (tests, on a clock of their own) timeline_tick() does the
 * calls itself.
 */
#ifndef ENGINE_TIMELINE_OWN_H
#define ENGINE_TIMELINE_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/step_own.h"
#include "verdict/disturbance.h"

void timeline_init(struct timeline *t, const struct timeline_spec *spec);
void timeline_done(struct timeline *t);

/* Begin: from now on a pool does the calls of the steps. The clock must be the
 * real clock. */
MUST_USE int timeline_start(struct timeline *t, struct err *err);

/* Watch the flow. Without a pool, also do everything due now. Returns 1 when
 * every step is done and the scenario's least duration is over, 0 before. A
 * failing step keeps the reason in why_not; negative only when the harness
 * itself cannot go on (undo/ cannot be written).
 */
MUST_USE int timeline_tick(struct timeline *t, struct err *err);

/* After the healing: note recoveries and late generations, act no more. */
void timeline_watch(struct timeline *t);

/* Count the newest group generation to every step applied before. A worker that
 * came back may rebalance the group long after the rate has recovered, and
 * records not committed by then come twice. The observer keeps the newest
 * generation, so a single call before judging is enough. */
void timeline_note_generations(struct timeline *t);

/* Revert everything in force, the newest first, and wait for each proof up to
 * timeouts.revert, or until no proof can come any more. No step begins any
 * more, and the pool ends. Goes on after failures. Negative only when undo/
 * could not be written. */
MUST_USE int timeline_heal(struct timeline *t, struct err *err);

/* After timeline_heal(): false while a call that outlived the healing may still
 * use the clients of the run. */
bool timeline_has_ended(struct timeline *t);

/* For a run that ended before its timeline: no step's time came. */
void timeline_give_up(struct timeline *t);
/* The steps that are not over, with the condition each waits for; new, "" if
 * all are over. */
char *timeline_waits_for(struct timeline *t);

/* Disturbance window of a step; see disturbance_window(). */
bool timeline_window(const struct timeline *t, size_t step, int64_t flush_us,
                     struct window *ret);

/* `faults` of run.json. New. */
json_t *timeline_json(const struct timeline *t, int64_t flush_us);

#endif
