/* standing_own.h - whether the processes that should run still run.
 *
 * `ctx` is the struct run, for callers that know it as a void pointer. Engine
 * thread, or another thread while the engine's waits for that thread.
 */
#ifndef ENGINE_STANDING_OWN_H
#define ENGINE_STANDING_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* -EMFILE: this process has too few descriptors left to look at anything, so an
 * absence or a missing answer proves nothing. Any thread. */
MUST_USE int run_can_look(struct err *err);

/* -ECHILD: a server or node ended and no fault had ended it. */
MUST_USE int run_all_stand(struct run *r, struct err *err);

/* -ECHILD: no broker is left, and no fault will start one again. */
MUST_USE int run_cluster_stands(void *ctx, struct err *err);

/* < 0: reading a topic or waiting for a proof is useless, for one of the
 * reasons above. */
MUST_USE int run_is_of_use(void *ctx, struct err *err);

/* Whether no broker is left for good. Then the topics are gone too, and the
 * first call that finds so adds a reason. */
bool run_cluster_is_gone(struct run *r);

#endif
