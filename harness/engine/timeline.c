/* timeline.c - all steps of a run: the steps due now, and the end of all. */
#include "engine/timeline_own.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/after_own.h"
#include "engine/reaction_own.h"

/* So many calls may hang at a time before a step waits for a thread. */
enum { THREADS = 32 };

/* From the start to the first step: two fsyncs take 30 ms at the 99th
 * percentile, a REST call to a busy worker some more. */
enum { LEAST_AHEAD_US = 150 * US_PER_MS };

/* When a run is interrupted, calls under way get so long to end. */
enum { STOP_US = 2 * US_PER_S };

static int64_t now_of(const struct timeline *t)
{
    return clk_now(t->spec.field->clk);
}

static void init_step(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];

    r->rng = rng_for(t->spec.seed, s->step->path);
    r->due_us = r->asking_us = r->asked_us = r->began_us = -1;
    r->applied_us = r->landed_us = r->noticed_us = r->reverted_us = -1;
    r->mended_us = r->recovered_us = r->last_generation_us = -1;
    r->look_us = INT64_MAX;
    if (s->step->at_us >= 0) {
        r->due_us = r->asking_us = t->began_us + s->step->at_us;
        r->look_us = r->due_us - STEP_AHEAD_US;
    }
    r->captured = json_object();
    r->proof = json_object();
    r->memory = must_calloc(1, s->ops->state_size);
}

void timeline_init(struct timeline *t, const struct timeline_spec *spec)
{
    *t = (struct timeline){.spec = *spec};
    t->lock = must_malloc(sizeof(*t->lock));
    pthread_mutex_init(t->lock, NULL);
    t->began_us = now_of(t);
    t->steps = must_calloc(spec->plan->steps_len, sizeof(*t->steps));
    for (size_t i = 0; i < spec->plan->steps_len; i++)
        init_step(t, i);
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
    if (t->lock)
        pthread_mutex_destroy(t->lock);
    free(t->lock);
    t->lock = NULL;
}

/* ---- jobs: a job is a step ---- */

/* A step whose time has come goes before all proofs that may be asked for. */
static int64_t urgency_us(const struct timeline *t, size_t i, int64_t now)
{
    const struct step_run *r = &t->steps[i];
    bool begins = r->state == STEP_READY && r->look_us <= now;

    return begins ? r->look_us - 60 * (int64_t)US_PER_S : r->look_us;
}

static size_t first_job(void *ctx, int64_t *ret_at_us)
{
    const struct timeline *t = ctx;
    int64_t now = now_of(t), least_us = INT64_MAX;
    size_t first = POOL_NO_JOB;

    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        int64_t at_us = urgency_us(t, i, now);

        if (t->steps[i].busy || at_us >= least_us)
            continue;
        least_us = at_us;
        first = i;
    }
    if (first != POOL_NO_JOB)
        *ret_at_us = t->steps[first].look_us;
    return first;
}

/* The next part of a step's life. Nothing begins once the healing has. */
static void look_at(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];

    r->look_us = INT64_MAX;
    switch (r->state) {
    case STEP_WAITING:
        if (!t->healing)
            step_prepare(t, i);
        return;
    case STEP_READY:
        step_begin(t, i);
        return;
    case STEP_APPLIED:
        if (t->healing)
            step_revert(t, i);
        else
            step_await_landing(t, i);
        return;
    case STEP_IN_FORCE:
        step_revert(t, i);
        return;
    case STEP_REVERTED:
        step_await_mending(t, i);
        return;
    case STEP_MENDED:
    case STEP_DONE:
        return;
    }
    abort(); /* no default: -Wswitch names the state you forgot */
}

/* Conditions of the form "kill mended" change with the steps themselves. */
static void note_conditions(struct timeline *t)
{
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        const char *words = t->spec.plan->steps[i].step->after;
        struct step_run *r = &t->steps[i];

        if (!words || r->due_us >= 0 || r->state != STEP_WAITING ||
            t->healing || !after_holds(t, words))
            continue;
        r->due_us = r->asking_us = r->look_us = now_of(t);
        pool_wake(t->pool);
    }
}

/* A proof that is there at once is asked for at once, by the same thread. */
static void do_job(void *ctx, size_t i)
{
    struct timeline *t = ctx;
    struct step_run *r = &t->steps[i];
    enum step_state before;

    r->busy = true;
    do {
        before = r->state;
        look_at(t, i);
    } while (r->state != before && r->look_us <= now_of(t));
    r->busy = false;
    note_conditions(t);
}

/* Without a pool each step goes on by one part of its life. */
static void do_due_jobs(struct timeline *t)
{
    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (!t->pool && t->steps[i].look_us <= now_of(t))
            do_job(t, i);
}

/* Steps due as the timeline begins have no time ahead in which to be prepared.
 * So the zero of all steps' times lies a little in the future. */
static void begin_later(struct timeline *t)
{
    int64_t first_us = INT64_MAX, by_us;

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].due_us >= 0 && t->steps[i].due_us < first_us)
            first_us = t->steps[i].due_us;
    by_us = now_of(t) + LEAST_AHEAD_US - first_us;
    if (first_us == INT64_MAX || by_us <= 0)
        return;
    t->began_us += by_us;
    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].due_us >= 0) {
            t->steps[i].due_us += by_us;
            t->steps[i].asking_us += by_us;
        }
}

int timeline_start(struct timeline *t, struct err *err)
{
    const struct pool_spec spec = {
        .threads = THREADS,
        .clk = t->spec.field->clk,
        .lock = t->lock,
        .first = first_job,
        .run = do_job,
        .ctx = t,
    };

    begin_later(t);
    return pool_start(&spec, &t->pool, err);
}

/* ---- the engine's thread ---- */

static void note_generations(struct timeline *t)
{
    int64_t generation = reaction_last_generation_us(t);

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].applied && generation > t->steps[i].asked_us)
            t->steps[i].last_generation_us = generation;
}

void timeline_note_generations(struct timeline *t)
{
    timeline_lock(t);
    note_generations(t);
    timeline_unlock(t);
}

/* A condition may have become impossible. Without an end here the step would
 * wait until timeouts.run. */
static void give_up_waiting(struct timeline *t, size_t i)
{
    const char *words = t->spec.plan->steps[i].step->after;
    struct err why = {0};

    if (!words || t->steps[i].due_us >= 0 ||
        t->steps[i].state != STEP_WAITING || !after_never(t, words))
        return;
    err_set(&why, -ECANCELED, "it waits for \"%s\", which cannot come any more",
            words);
    step_fail(t, i, &why);
    step_enter(t, i, STEP_DONE, INT64_MAX);
}

/* A step that stays in force until heal must not keep the phase open. */
static bool is_over(const struct timeline *t, size_t i)
{
    return t->steps[i].state == STEP_DONE || step_stays(t, i);
}

/* Threads of the pool may fail at any time. Called with the lock held. */
static int has_failed(const struct timeline *t, struct err *err)
{
    if (t->failed.code)
        err_set(err, t->failed.code, "%s", t->failed.text);
    return t->failed.code;
}

int timeline_tick(struct timeline *t, struct err *err)
{
    bool over;
    int failed;

    timeline_lock(t);
    over = now_of(t) - t->began_us >= t->spec.plan->scenario.duration_us;
    note_generations(t);
    note_conditions(t);
    do_due_jobs(t);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        step_watch(t, i);
        give_up_waiting(t, i);
        over &= is_over(t, i);
    }
    failed = has_failed(t, err);
    timeline_unlock(t);
    return failed ? failed : over;
}

void timeline_watch(struct timeline *t)
{
    timeline_lock(t);
    note_generations(t);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].state == STEP_MENDED)
            step_watch(t, i);
    timeline_unlock(t);
}

/* ---- heal ---- */

static bool was_given_up(const struct step_run *r)
{
    return r->state == STEP_DONE && r->in_journal && !r->unsure;
}

/* The step can come no more. */
static void give_up_step(struct timeline *t, size_t i)
{
    const char *after = t->spec.plan->steps[i].step->after;
    struct step_run *r = &t->steps[i];

    r->look_us = INT64_MAX;
    r->never_due = true;
    if (after)
        (void)snprintf(r->why_not, sizeof(r->why_not),
                       "its time never came: the run did not come to \"%s\"",
                       after);
    else
        (void)snprintf(r->why_not, sizeof(r->why_not), "its time never came");
}

/* Let the pool revert everything in force, the newest first. A revert without
 * proof in time gets another time-out. */
static void begin_healing(struct timeline *t)
{
    int64_t now = now_of(t);

    t->healing = true;
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        struct step_run *r = &t->steps[i];

        if (was_given_up(r)) {
            r->mending_us = now;
            r->state = STEP_REVERTED;
        }
        if (r->state >= STEP_READY && r->state <= STEP_REVERTED)
            r->look_us = now - (int64_t)i;
        else if (r->state == STEP_WAITING)
            give_up_step(t, i);
    }
    pool_wake(t->pool);
}

/* Whether the healing still has something to do with the step. A step whose
 * preparation is under way has changed nothing and never will, so once waiting
 * is useless (after Ctrl-C, say) a target or a capture without an answer keeps
 * nobody. */
static bool is_busy(const struct step_run *r, bool useless)
{
    if (useless && r->busy && r->state <= STEP_READY)
        return false;
    return r->busy || (r->state >= STEP_READY && r->state <= STEP_REVERTED);
}

/* Give up every proof awaited, for the reason that no proof can come. */
static void give_up_mending(struct timeline *t, const struct err *why)
{
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        struct err one = *why;

        if (t->steps[i].state != STEP_REVERTED || t->steps[i].busy)
            continue;
        err_context(&one, "the proof of its revert was not waited for");
        step_fail(t, i, &one);
        step_enter(t, i, STEP_DONE, INT64_MAX);
    }
}

/* Whether a step is not healed yet. */
static bool heal_more(struct timeline *t)
{
    struct err why = {0};
    bool useless = t->spec.of_use && t->spec.of_use(t->spec.ctx, &why) < 0;
    bool busy = false;

    timeline_lock(t);
    do_due_jobs(t);
    if (useless)
        give_up_mending(t, &why);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        busy |= is_busy(&t->steps[i], useless);
    timeline_unlock(t);
    return busy;
}

int timeline_heal(struct timeline *t, struct err *err)
{
    int failed;

    timeline_lock(t);
    begin_healing(t);
    timeline_unlock(t);
    while (heal_more(t)) /* ends: mending has a time-out */
        clk_sleep(t->spec.field->clk, 20 * US_PER_MS);
    if (pool_stop(t->pool, now_of(t) + STOP_US))
        t->pool = NULL;
    timeline_lock(t);
    failed = has_failed(t, err);
    timeline_unlock(t);
    return failed;
}

bool timeline_has_ended(struct timeline *t)
{
    if (t->pool && pool_stop(t->pool, now_of(t)))
        t->pool = NULL;
    return !t->pool;
}

void timeline_give_up(struct timeline *t)
{
    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        give_up_step(t, i);
}

char *timeline_waits_for(struct timeline *t)
{
    char *all = path_of("%s", "");

    timeline_lock(t);
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        const struct step *s = t->spec.plan->steps[i].step;
        char *more = NULL;

        if (is_over(t, i))
            continue;
        more = t->steps[i].state == STEP_WAITING && s->after
                   ? path_of("%s%s%s (after %s)", all, *all ? ", " : "",
                             s->path, s->after)
                   : path_of("%s%s%s", all, *all ? ", " : "", s->path);
        free(all);
        all = more;
    }
    timeline_unlock(t);
    return all;
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
