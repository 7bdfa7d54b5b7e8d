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
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"

/* Everything that an outcome rests on. */
struct outcome_facts {
    bool hop_broken;
    bool check_failed;
    bool half;         /* interrupted or cut short: checks prove nothing */
    bool never_passes; /* a run that is read again */
    bool in_doubt;     /* something that a pass needs was not seen */
};
enum outcome verdict_outcome(const struct outcome_facts *f);

struct verdict_rules {
    int64_t records_min; /* vacuity guard */
    bool verify_only;    /* never a pass */
    bool interrupted;
    bool cut_short; /* a phase of it could not be done, or not to its end */
};

/* How many members the lists of a whole run.json have. */
struct verdict_whole {
    size_t stations, hops, faults, checks;
};

/* Adds a reason for each list of `run` that has not so many members. JSON
 * refuses a text that is no UTF-8, and a list goes on without the member that
 * holds it: a fault or a hop that is missing could not speak against a pass. */
void verdict_guard_whole(json_t *run, const struct verdict_whole *whole);

/* Sets outcome, as_expected, exit_code in `run` (shape: reports/README.md),
 * and adds to reasons and not_judged what it found wanting. */
void verdict_settle(json_t *run, const struct verdict_rules *rules);

#endif
