/* step_watch.c - the system's answer to a step: reaction and recovery. */
#include "engine/reaction_own.h"
#include "engine/step_own.h"

/* A reaction is a new group generation, a change of status, or a lower rate.
 * After the recovery a reaction belongs to another step. */
static void notice(struct timeline *t, size_t i, bool fresh)
{
    struct step_run *r = &t->steps[i];
    int64_t generation = reaction_last_generation_us(t);

    if (generation > r->asked_us)
        r->noticed_us = generation;
    else if (reaction_status_changes(t) != r->status_changes ||
             (fresh && reaction_dropped(t, r->asked_us)))
        r->noticed_us = clk_now(t->spec.field->clk);
}

static void note_recovery(struct timeline *t, size_t i, int64_t since_us)
{
    struct step_run *r = &t->steps[i];

    r->recovered_us = reaction_regained_us(t, since_us);
    if (r->recovered_us >= 0) {
        char since[48];

        (void)snprintf(since, sizeof(since), "since %.1fs, and held for 3s",
                       (double)r->recovered_us / US_PER_S);
        step_tell(t, i, "recovered", since);
    }
}

static void await_recovery(struct timeline *t, size_t i, bool fresh)
{
    struct step_run *r = &t->steps[i];
    int64_t limit = t->spec.plan->scenario.timeouts.recover_us;

    /* without a baseline there is nothing to compare with */
    if (t->spec.baseline->known && r->recovered_us < 0) {
        if (fresh)
            note_recovery(t, i, r->mended_us);
        if (r->recovered_us < 0 &&
            clk_now(t->spec.field->clk) - r->mended_us < limit)
            return;
    }
    step_enter(t, i, STEP_DONE, INT64_MAX);
}

/* Rates and lags change with each sample, once a second, and cost more to look
 * at than all the rest. */
static bool has_fresh_sample(struct timeline *t, struct step_run *r)
{
    int64_t last_us = sampler_last_us(t->spec.sampler);

    if (last_us <= r->sample_us)
        return false;
    r->sample_us = last_us;
    return true;
}

void step_watch(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    bool fresh;

    if (r->state < STEP_APPLIED || r->state == STEP_DONE || !r->landed)
        return;
    fresh = has_fresh_sample(t, r);
    if (r->noticed_us < 0 && r->recovered_us < 0)
        notice(t, i, fresh);
    if (r->state == STEP_MENDED)
        await_recovery(t, i, fresh);
    else if (step_stays(t, i) && fresh && r->recovered_us < 0 &&
             t->spec.baseline->known)
        note_recovery(t, i, r->landed_us); /* under the fault */
}
