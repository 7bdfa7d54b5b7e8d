/* standing_own.h - whether the processes still run that should run.
 *
 * `ctx` is the struct run, for callers that only know a void pointer. Engine
 * thread, or a thread that the engine's thread waits for.
 */
#ifndef ENGINE_STANDING_OWN_H
#define ENGINE_STANDING_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* -EMFILE: the harness has too few descriptors left to look at anything, so an
 * absence or a missing answer proves nothing. Any thread. */
MUST_USE int run_can_look(struct err *err);

/* -ECHILD: a server or node ended and no fault had ended it. */
MUST_USE int run_all_stand(struct run *r, struct err *err);

/* -ECHILD: no broker is left, and no fault will start a broker again. */
MUST_USE int run_cluster_stands(void *ctx, struct err *err);

/* < 0: reading a topic or waiting for a proof is useless, for a reason above.
 */
MUST_USE int run_is_of_use(void *ctx, struct err *err);

/* Whether no broker is left for good. The topics are then gone too, and the
 * first call to find so adds a reason. */
bool run_cluster_is_gone(struct run *r);

#endif
