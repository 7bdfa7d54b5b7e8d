/* past.h - an earlier run, as told by the journal and the undo records in its
 * run folder, for `ordeal verify`.
 *
 * All times are on the clock of that run. Doubt is settled in favour of the
 * system under test: after a hole in the journal every step counts as a
 * disturbance without an end.
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
    bool ended;       /* the run wrote its own run.json */
    char outcome[16]; /* the outcome in that run.json */
    char damage[256]; /* why the journal is not whole; "": the journal is whole
                       */
    bool torn;        /* the last line has no end */
    int64_t last_us;  /* of the last line */
    int64_t load_began_us, load_ended_us; /* -1: not seen */
    json_t *loads;                        /* as "load.each" of run.json */
    json_t *phases; /* as in run.json; the last goes up to last_us */
    json_t *events; /* as in run.json */
    json_t *steps;  /* {"timeline[0]": {"asked": {"t_us", "target", ..}}} */
    json_t *generations; /* {group: time of the newest generation} */
    json_t *faults;      /* of run.json; NULL: the run wrote none */
    json_t *statuses;    /* {connector: time of the newest task status} */
    uint64_t events_not_kept;
};

/* Read the run folder `dir`. Never fails: damage is named in `damage`. */
void past_read(const char *dir, struct past *ret);
void past_done(struct past *p);

/* Fill in what became of the steps of `t` (timeline_init() was called). A
 * record left in the undo folder of `t` belongs to a fault that was never
 * mended. */
void past_steps(const struct past *p, struct timeline *t);

#endif
