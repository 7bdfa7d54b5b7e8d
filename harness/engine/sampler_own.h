/* sampler_own.h - the pulse of a run: once a second, records arrived and lag.
 *
 * The thread "sampler" does nothing else, so a REST call that hangs for ten
 * seconds leaves no gap in the samples. All queries are thread-safe.
 */
#ifndef ENGINE_SAMPLER_OWN_H
#define ENGINE_SAMPLER_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "endpoint/endpoint.h"
#include "load/load.h"
#include "observe/observer.h"
#include "plan/plan.h"
#include "verdict/sample.h"

struct sampler_spec {
    const struct plan *plan;
    struct endpoint *const *endpoints; /* by station */
    struct observer *observer;
    const struct clk *clk;
    /* Called on the sampler's thread after each sample. */
    void (*each)(void *ctx, const struct sample *s);
    void *ctx;
};

struct sampler;

MUST_USE int sampler_start(const struct sampler_spec *spec,
                           struct sampler **ret, struct err *err);
void sampler_stop(struct sampler *s); /* joins; queries still answer */
void sampler_free(struct sampler *s); /* stops first; NULL is fine */

/* Hand over the load once the load runs; NULL when the load has stopped (the
 * last counts are kept). */
void sampler_load(struct sampler *s, struct load_thread *load);

/* Take a sample at once, or within some milliseconds, and further samples each
 * second from then on. */
void sampler_begin_anew(struct sampler *s);

/* The newest sample; false: none yet. */
bool sampler_last(struct sampler *s, struct sample *ret);

/* The time of the newest sample; -1: none yet. */
int64_t sampler_last_us(struct sampler *s);

/* Copy of the samples from `since_us` on; new array. */
size_t sampler_since(struct sampler *s, int64_t since_us, struct sample **ret);

/* {connector: "RUNNING 2/3" or the like} of all connectors, now. New. */
json_t *sampler_tasks(struct sampler *s);

/* `series` of run.json. New. */
json_t *sampler_series(struct sampler *s);

#endif
