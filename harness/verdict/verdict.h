/* verdict.h - the outcome of a run, from its evidence alone. Pure.
 *
 *   fail          a hop broke its guarantee, or a check failed
 *   inconclusive  nothing failed, but something that a pass needs was not
 *                 seen: a fault that did not land, a station not read, too
 *                 few records, a check that could not be judged
 *   pass          neither
 *
 * Of a run that was interrupted or cut short only what its hops show counts as
 * a fail: a check of half a run proves nothing. An interrupted run is never as
 * expected.
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct verdict_rules {
    int64_t records_min; /* vacuity guard */
    bool verify_only;    /* never a pass */
    bool interrupted;
    bool cut_short; /* a phase of it could not be done, or not to its end */
};

/* Sets outcome, as_expected, exit_code in `run` (shape: reports/README.md),
 * and adds to reasons and not_judged what it found wanting. */
void verdict_settle(json_t *run, const struct verdict_rules *rules);

#endif
