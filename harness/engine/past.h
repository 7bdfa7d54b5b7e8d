/* past.h - what a run told while it lived, read again for `ordeal verify`: its
 * journal, its undo records, and whether it came to an end of its own.
 *
 * All times are the run's own. What cannot be known is taken in favour of the
 * system under test: a journal with a hole leaves every step of the timeline
 * a disturbance without an end.
 */
#ifndef ENGINE_PAST_H
#define ENGINE_PAST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "engine/timeline_own.h"
#include "plan/plan.h"

struct past {
    bool ended;       /* it wrote its own run.json */
    char outcome[16]; /* ... and what stands there */
    char damage[256]; /* the journal is not whole: why; "": it is */
    int64_t last_us;  /* of its last line */
    int64_t load_began_us, load_ended_us; /* -1: not seen */
    json_t *phases; /* as in run.json; the last goes up to last_us */
    json_t *events; /* as in run.json */
    json_t *steps;  /* {"timeline[0]": {"asked": {"t_us", "target", ..}}} */
    json_t *generations; /* {group: time of its newest} */
    json_t *statuses;    /* {connector: time of its tasks' newest} */
    uint64_t events_not_kept;
};

/* Read the run folder `dir`. Never fails: what is amiss stands in `damage`. */
void past_read(const char *dir, struct past *ret);
void past_done(struct past *p);

/* Fill the steps of `t` (timeline_init() was called) with what became of them;
 * records left in `t`'s undo folder were never mended. */
void past_steps(const struct past *p, struct timeline *t);

#endif
