/* start_flow_own.h - the parts of run_start_flow(). Engine thread. */
#ifndef ENGINE_START_FLOW_OWN_H
#define ENGINE_START_FLOW_OWN_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* ask.c: call `ask` with a short time-out until an answer comes, `limit_us` is
 * over, or the run may not go on. A request without an answer may have been
 * carried out, so `ask` must accept that its work is done already. */
MUST_USE int run_ask_for(struct run *r, int64_t limit_us, const void *what,
                         int (*ask)(struct run *r, const void *what,
                                    int64_t timeout_us, struct err *err),
                         struct err *err);

/* filled.c: world.step_args, from the arguments of the plan's steps; -EINVAL if
 * a text names no property of an endpoint. */
MUST_USE int run_fill_steps(struct run *r, struct err *err);

/* filled.c: world.loads, from the plan's. */
void run_fill_loads(struct run *r);

/* filled.c: the configuration to create `c` with, all values strings. New; a
 * text that names no property of an endpoint is told in err. */
json_t *run_filled_config(struct run *r, const struct connector *c,
                          struct err *err);

/* start_connectors.c: create all connectors at the same time, and wait until
 * each is RUNNING. */
MUST_USE int run_start_connectors(struct run *r, struct err *err);

#endif
