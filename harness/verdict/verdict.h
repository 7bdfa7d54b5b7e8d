/* verdict.h - the outcome of a run, from run.json alone. Pure.
 *
 *   fail          a hop broke the guarantee, or a check failed
 *   inconclusive  nothing failed, but a condition of a pass was not seen: a
 *                 fault did not land, a station was not read, too few
 *                 records were sent, a check could not be judged
 *   pass          neither
 *
 * Of a run interrupted or cut short only broken hops count as a fail: a check
 * of half a run proves nothing. An interrupted run is never as expected.
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"

/* All facts behind an outcome. */
struct outcome_facts {
    bool hop_broken;
    bool check_failed;
    bool half;         /* interrupted or cut short: checks prove nothing */
    bool never_passes; /* a run read again by `ordeal verify` */
    bool in_doubt;     /* a condition of a pass was not seen */
};
enum outcome verdict_outcome(const struct outcome_facts *f);

struct verdict_rules {
    int64_t records_min; /* vacuity guard */
    bool verify_only;    /* never a pass */
    bool interrupted;
    bool cut_short; /* a phase failed or was not done to the end */
};

/* How many members the lists of a whole run.json have. */
struct verdict_whole {
    size_t stations, hops, faults, checks;
};

/* Adds a reason for each list of `run` with another number of members. JSON
 * refuses a text with bytes other than UTF-8, and a list goes on without the
 * member holding the text: a missing fault or hop could not speak against a
 * pass. */
void verdict_guard_whole(json_t *run, const struct verdict_whole *whole);

/* Sets outcome, as_expected, exit_code in `run` (shape: reports/README.md),
 * and adds to reasons and not_judged every condition found wanting. */
void verdict_settle(json_t *run, const struct verdict_rules *rules);

#endif
