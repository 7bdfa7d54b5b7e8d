/* workers_own.h - the Connect workers by number, name and address.
 */
#ifndef ENGINE_WORKERS_OWN_H
#define ENGINE_WORKERS_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* The client of the Connect cluster that runs `c`. Borrowed. */
struct connect *run_connect(const struct run *r, const struct connector *c);

/* A client, without addresses yet, for each group of workers of the plan. */
void run_open_connects(struct run *r);

/* The list of workers changed: renew `world.workers`, the REST addresses of the
 * Connect clients, and the sinks' introductions. `ctx` is the run. Any thread,
 * one at a time. */
void run_workers_changed(void *ctx);

/* Tell every sink about every worker, if the sink distinguishes senders, and
 * tell the workers which address of the sink to dial. Engine thread. */
MUST_USE int run_introduce_workers(struct run *r, struct err *err);

/* The number of the worker at an address or name ("10.88.0.12",
 * "worker-1:18083"); -1: no worker of the run. `ctx` is the run. Any thread. */
int run_worker_at(void *ctx, const char *address);

#endif
