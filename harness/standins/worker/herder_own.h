/* herder_own.h - the steps of a herder's pass, apart from starting (herder.c).
 */
#ifndef STANDINS_WORKER_HERDER_OWN_H
#define STANDINS_WORKER_HERDER_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker.h"

/* How long a step may wait for a record to be written and read back, or for
 * topics to be created. */
enum { ASK_LIMIT_US = 5000000 };

/* Stop every connector and task not due here, or due with another
 * configuration, and write the statuses. Waits until all have stopped.
 * true: at least a single unit was stopped. */
bool herder_stop_units(struct worker *w);

/* Commit the task configurations of a single connector. 1: done, 0: nothing to
 * do, negative errno. */
MUST_USE int herder_plan_one(struct worker *w, struct err *err);

/* Delete a status record without an existing connector or task. Returns as
 * herder_plan_one(). */
MUST_USE int herder_clear_one(struct worker *w, struct err *err);

#endif
