/* sampler_own.h - the run's pulse: once a second, what has arrived and what
 * lags.
 *
 * A thread of its own ("sampler"), so that a REST call that hangs for ten
 * seconds leaves no hole in the picture. All queries are thread-safe.
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

enum { SAMPLE_STATIONS_MAX = 32, SAMPLE_HOPS_MAX = 32 };

struct sample {
    int64_t t_us;
    struct load_counts load;
    uint64_t delivered[SAMPLE_STATIONS_MAX]; /* by station of the plan */
    int64_t lag[SAMPLE_HOPS_MAX];            /* by hop; -1: not seen */
    uint64_t replayed[SAMPLE_HOPS_MAX];      /* old copies; sinks: 0 */
};

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

/* Hand over the load once it runs; NULL when it has stopped (its counts are
 * kept). */
void sampler_load(struct sampler *s, struct load_thread *load);

/* The newest sample; false: none yet. */
bool sampler_last(struct sampler *s, struct sample *ret);

/* Copy of the samples from `since_us` on; new array. */
size_t sampler_since(struct sampler *s, int64_t since_us, struct sample **ret);

/* `series` of run.json. New. */
json_t *sampler_series(struct sampler *s);

/* ---- pure: what samples say
 * ------------------------------------------------*/

struct baseline {
    bool known;
    int64_t window_us;                /* the windows that were steady */
    double rate[SAMPLE_STATIONS_MAX]; /* records a second */
    int64_t lag[SAMPLE_HOPS_MAX];     /* the highest in the windows */
};

/* Are the last three windows, for some length of 1 to 10 s, within 30 % of
 * their median at every station of `ends` (those where flows end)? */
bool baseline_find(const struct sample *s, size_t n, const bool *ends,
                   size_t stations, size_t hops, struct baseline *ret);

/* Does at least 70 % of what the loads wrote in the windows of `b`, just found
 * in these samples, arrive at every end? Rates may be even, and the backlog
 * grow all the same: the lag of such a baseline is never regained, whatever is
 * done to the connector. */
bool baseline_keeps_up(const struct baseline *b, const struct sample *s,
                       size_t n, const bool *ends, const struct plan *plan);

/* No more arrives in the long run than is sent: where a backlog of the start
 * was worked off while the windows were taken, lower the rates to the loads'
 * own, or they would never be regained. */
void baseline_cap(struct baseline *b, const struct plan *plan);

/* Since when do the samples up to the last show a rate of at least 90 % of the
 * baseline at every end, a lag of at most the baseline's plus one second of
 * load, and nothing old delivered again by a source, for `hold_us`? The time
 * of the first of these samples; -1: they do not. */
int64_t baseline_regained(const struct sample *s, size_t n, const bool *ends,
                          const struct plan *plan, const struct baseline *b,
                          int64_t hold_us);

/* Has the rate at any end fallen below half of the baseline between the last
 * two samples? With a baseline of longer windows, over such a window. */
bool baseline_dropped(const struct sample *s, size_t n, const bool *ends,
                      const struct plan *plan, const struct baseline *b);

#endif
