/* timeline.c - all steps of a run: the steps due now, and the end of all. */
#include "engine/timeline_own.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/after_own.h"
#include "engine/reaction_own.h"

void timeline_init(struct timeline *t, const struct timeline_spec *spec)
{
    *t = (struct timeline){.spec = *spec};
    t->began_us = clk_now(spec->field->clk);
    t->steps = must_calloc(spec->plan->steps_len, sizeof(*t->steps));
    for (size_t i = 0; i < spec->plan->steps_len; i++) {
        struct step_run *r = &t->steps[i];

        r->rng = rng_for(spec->seed, spec->plan->steps[i].step->path);
        r->due_us = r->asked_us = r->applied_us = r->landed_us = -1;
        r->noticed_us = r->reverted_us = r->mended_us = r->recovered_us = -1;
        r->last_generation_us = -1;
        r->captured = json_object();
        r->proof = json_object();
        r->memory = must_calloc(1, spec->plan->steps[i].ops->state_size);
    }
}

void timeline_done(struct timeline *t)
{
    for (size_t i = 0; t->steps && i < t->spec.plan->steps_len; i++) {
        json_decref(t->steps[i].captured);
        json_decref(t->steps[i].proof);
        free(t->steps[i].memory);
    }
    free(t->steps);
    t->steps = NULL;
}

void timeline_note_generations(struct timeline *t)
{
    int64_t generation = reaction_last_generation_us(t);

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].applied && generation > t->steps[i].asked_us)
            t->steps[i].last_generation_us = generation;
}

static bool is_due(struct timeline *t, size_t i)
{
    const struct step *s = t->spec.plan->steps[i].step;

    if (s->at_us >= 0)
        return clk_now(t->spec.field->clk) - t->began_us >= s->at_us;
    return after_holds(t, s->after);
}

/* A condition may have become impossible. Without an end here the step would
 * wait until timeouts.run. */
static void give_up_waiting(struct timeline *t, size_t i)
{
    const char *words = t->spec.plan->steps[i].step->after;
    struct err why = {0};

    if (!words || !after_never(t, words))
        return;
    err_set(&why, -ECANCELED, "it waits for \"%s\", which cannot come any more",
            words);
    step_fail(t, i, &why);
    t->steps[i].state = STEP_DONE;
}

/* At most one step of a life per tick, so that no step delays the others by a
 * whole life. */
static int tick_step(struct timeline *t, size_t i, struct err *err)
{
    struct step_run *r = &t->steps[i];

    if (r->state > STEP_RESOLVING)
        step_notice(t, i);
    switch (r->state) {
    case STEP_WAITING:
        if (!is_due(t, i)) {
            give_up_waiting(t, i);
            return 0;
        }
        if (r->due_us < 0)
            r->due_us = clk_now(t->spec.field->clk);
        step_resolve(t, i);
        return 0;
    case STEP_RESOLVING:
        return step_apply(t, i, err);
    case STEP_APPLIED:
        step_await_landing(t, i);
        return 0;
    case STEP_IN_FORCE:
        step_stay_in_force(t, i);
        return 0;
    case STEP_REVERTED:
        return step_await_mending(t, i, err);
    case STEP_MENDED:
        step_await_recovery(t, i);
        return 0;
    case STEP_DONE:
        return 0;
    }
    abort(); /* no default: -Wswitch names the state you forgot */
}

/* A step that stays in force until heal must not keep the phase open. */
static bool is_over(const struct timeline *t, size_t i)
{
    return t->steps[i].state == STEP_DONE || step_stays(t, i);
}

int timeline_tick(struct timeline *t, struct err *err)
{
    bool over = clk_now(t->spec.field->clk) - t->began_us >=
                t->spec.plan->scenario.duration_us;

    timeline_note_generations(t);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        int rc = tick_step(t, i, err);

        if (rc < 0)
            return rc;
        over &= is_over(t, i);
    }
    return over;
}

void timeline_watch(struct timeline *t)
{
    timeline_note_generations(t);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        if (t->steps[i].state != STEP_MENDED)
            continue;
        step_notice(t, i);
        step_await_recovery(t, i);
    }
}

static bool was_given_up(const struct step_run *r)
{
    return r->state == STEP_DONE && r->in_journal && !r->unsure;
}

/* A revert without proof in time gets another time-out in the heal. */
static void ask_again(struct timeline *t, size_t i)
{
    t->steps[i].mending_us = clk_now(t->spec.field->clk);
    t->steps[i].state = STEP_REVERTED;
}

static void give_up_mending(struct timeline *t, size_t i, struct err *why)
{
    err_context(why, "the proof of its revert was not waited for");
    step_fail(t, i, why);
    t->steps[i].state = STEP_DONE;
}

/* Ask every reverted step for proof. Returns 0 or the first error; *ret_busy: a
 * proof is still missing. */
static int mend_all(struct timeline *t, bool *ret_busy, struct err *err)
{
    int first = 0;

    *ret_busy = false;
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        struct err why = {0};

        if (t->steps[i].state != STEP_REVERTED)
            continue;
        if (step_await_mending(t, i, err) < 0 && first == 0)
            first = err->code;
        if (t->steps[i].state == STEP_REVERTED && t->spec.of_use &&
            t->spec.of_use(t->spec.ctx, &why) < 0)
            give_up_mending(t, i, &why);
        *ret_busy |= t->steps[i].state == STEP_REVERTED;
    }
    return first;
}

int timeline_heal(struct timeline *t, struct err *err)
{
    int first = 0;
    bool busy = true;

    for (size_t i = t->spec.plan->steps_len; i-- > 0;)
        if (t->steps[i].state == STEP_APPLIED ||
            t->steps[i].state == STEP_IN_FORCE)
            step_revert(t, i);
        else if (was_given_up(&t->steps[i]))
            ask_again(t, i);
    while (busy) { /* ends: mending has a time-out */
        int rc = mend_all(t, &busy, err);

        first = first == 0 ? rc : first;
        if (busy)
            clk_sleep(t->spec.field->clk, 100 * US_PER_MS);
    }
    return first;
}

bool timeline_window(const struct timeline *t, size_t step, int64_t flush_us,
                     struct window *ret)
{
    const struct step_run *r = &t->steps[step];
    const struct fault_life life = {
        .applied = r->applied,
        .asked_us = r->asked_us,
        .applied_us = r->applied_us,
        .mended_us = r->mended_us,
        .recovered_us = r->recovered_us,
        .last_generation_us = r->last_generation_us,
    };

    return disturbance_window(&life, flush_us, ret);
}
