#include "engine/timeline_own.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"
#include "base/utf8.h"
#include "engine/after_own.h"
#include "engine/undo_own.h"

enum { RECOVERED_FOR_US = 3 * US_PER_S };

void timeline_init(struct timeline *t, const struct timeline_spec *spec)
{
    *t = (struct timeline){.spec = *spec};
    t->began_us = clk_now(spec->field->clk);
    t->steps = calloc(spec->plan->steps_len ? spec->plan->steps_len : 1,
                      sizeof(*t->steps));
    if (!t->steps)
        abort();
    for (size_t i = 0; i < spec->plan->steps_len; i++) {
        struct step_run *r = &t->steps[i];

        r->rng = rng_for(spec->seed, spec->plan->steps[i].step->path);
        r->due_us = r->asked_us = r->applied_us = r->landed_us = -1;
        r->noticed_us = r->reverted_us = r->mended_us = r->recovered_us = -1;
        r->last_generation_us = -1;
        r->captured = json_object();
        r->proof = json_object();
        r->memory = calloc(1, spec->plan->steps[i].ops->state_size + 1);
        if (!r->memory)
            abort();
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

static struct fault_call call_of(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];

    return (struct fault_call){
        .field = t->spec.field,
        .target = &r->target,
        .args = t->spec.plan->steps[i].args,
        .captured = r->captured,
        .state = r->memory,
        .seed = rng_for(t->spec.seed, t->spec.plan->steps[i].step->path).s,
    };
}

static void tell(struct timeline *t, size_t i, const char *what,
                 const char *detail)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    char text[768];

    (void)snprintf(text, sizeof(text), "%s %s %s%s%s", s->ops->name,
                   t->steps[i].target.name, what, detail[0] ? ": " : "",
                   detail);
    utf8_mend(text); /* it may be cut */
    event_put(t->spec.field->events, -1, s->step->path, what,
              json_pack("{s:s, s:s, s:s}", "kind", s->ops->name, "target",
                        t->steps[i].target.name, "text", text));
    log_info(s->step->path, "%s", text);
}

static void fail_step(struct timeline *t, size_t i, const struct err *err)
{
    struct step_run *r = &t->steps[i];

    if (!r->why_not[0])
        (void)snprintf(r->why_not, sizeof(r->why_not), "%s", err->text);
    utf8_mend(r->why_not);
    tell(t, i, "failed", err->text);
}

static uint64_t status_changes(struct timeline *t)
{
    const struct scenario *s = &t->spec.plan->scenario;
    uint64_t n = 0;

    for (size_t i = 0; i < s->connectors_len; i++)
        n += observer_status_changes(t->spec.field->observer,
                                     s->connectors[i].name);
    return n;
}

/* A source has no group: what its tasks say of themselves stands for one. */
static int64_t last_status(struct observer *o, const char *connector)
{
    int tasks = observer_tasks(o, connector);
    int64_t last = -1;

    for (int i = 0; i < tasks; i++) {
        int64_t at = observer_task(o, connector, i).since_us;

        last = at > last ? at : last;
    }
    return last;
}

static int64_t last_generation(struct timeline *t)
{
    struct observer *o = t->spec.field->observer;
    int64_t last = -1;

    for (size_t i = 0; i < t->spec.plan->hops_len; i++) {
        const struct plan_hop *h = &t->spec.plan->hops[i];
        int64_t at = -1, status = -1;

        if (h->group[0])
            at = observer_last_generation_us(o, h->group);
        if (h->by_identities)
            status = last_status(o, h->connector->name);
        at = status > at ? status : at;
        last = at > last ? at : last;
    }
    return last;
}

static uint64_t attempted(struct timeline *t)
{
    struct sample s;

    return sampler_last(t->spec.sampler, &s) ? s.attempted : 0;
}

/* The step that holds what step `i` would hold; NULL: none. */
static const struct plan_step *held_by(const struct timeline *t, size_t i,
                                       bool *ret_stays)
{
    for (size_t k = 0; k < t->spec.plan->steps_len; k++)
        if (k != i && t->steps[k].state >= STEP_RESOLVING &&
            t->steps[k].state < STEP_MENDED &&
            fault_holds_clash(t->steps[k].holds, t->steps[i].holds)) {
            *ret_stays = timeline_stays(t, k);
            return &t->spec.plan->steps[k];
        }
    return NULL;
}

static void name_hold(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    const char *key = fault_target_key(ops->target);

    if (ops->holds)
        ops->holds(&r->target, r->holds, sizeof(r->holds));
    else
        (void)snprintf(r->holds, sizeof(r->holds), "%s %s", key ? key : "",
                       r->target.name);
}

/* The words become a thing, now. Asked again while it cannot be told. */
static void resolve(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    int64_t now = clk_now(t->spec.field->clk);
    const struct plan_step *holder;
    struct err err = {0};
    bool stays = false;
    int rc = target_resolve(t->spec.field, s->ops->target, s->step->target,
                            &r->rng, &r->target, &err);

    if (rc == -EAGAIN &&
        now - r->due_us < t->spec.plan->scenario.timeouts.fault_lands_us)
        return;
    if (rc < 0) {
        fail_step(t, i, &err);
        r->state = STEP_DONE;
        return;
    }
    name_hold(t, i);
    holder = held_by(t, i, &stays);
    if (holder && !stays) { /* deferred until the other is mended */
        r->due_us = now;
        return;
    }
    if (holder) {
        err_set(&err, -EBUSY,
                "%s is held by %s (%s without `for`) until the timeline has "
                "ended",
                r->target.name, holder->step->path, holder->ops->name);
        fail_step(t, i, &err);
        r->state = STEP_DONE;
        return;
    }
    r->state = STEP_RESOLVING;
}

/* Capture, journal on disk, then act: in this order at any instruction. */
static int apply(struct timeline *t, size_t i, struct err *err)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    struct err why = {0};
    json_t *captured = NULL;

    r->asked_us = clk_now(t->spec.field->clk);
    r->status_changes = status_changes(t);
    r->attempted_at_asked = attempted(t);
    if (s->ops->capture && s->ops->capture(&c, &captured, &why) < 0) {
        fail_step(t, i, &why);
        r->state = STEP_DONE;
        return 0;
    }
    if (captured) {
        json_decref(r->captured);
        r->captured = captured;
        c.captured = captured;
    }
    if (undo_write(t->spec.undo_dir, i, s->ops, &r->target, s->args,
                   r->captured, err) < 0)
        return err->code;
    r->in_journal = true;
    tell(t, i, "asked", "");
    r->applied = true;
    if (s->ops->apply(&c, &why) < 0)
        fail_step(t, i, &why);
    r->unsure = why.code == -ETIMEDOUT;
    r->applied_us = clk_now(t->spec.field->clk);
    r->state = STEP_APPLIED;
    return 0;
}

static void revert(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    struct err why = {0};

    if (ops->revert && ops->revert(&c, &why) < 0)
        fail_step(t, i, &why);
    r->reverted_us = r->mending_us = clk_now(t->spec.field->clk);
    r->state = STEP_REVERTED;
    if (ops->revert)
        tell(t, i, "reverted", "");
}

static void await_landing(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    int64_t now = clk_now(t->spec.field->clk);
    struct err why = {0};
    int rc = r->why_not[0] ? -EIO : s->ops->landed(&c, r->proof, &why);

    if (rc > 0) {
        r->landed = true;
        r->landed_us = clk_now(t->spec.field->clk);
        r->state = STEP_IN_FORCE;
        tell(t, i, "landed", "");
        return;
    }
    if (rc == 0 &&
        now - r->applied_us < t->spec.plan->scenario.timeouts.fault_lands_us)
        return;
    if (rc == 0)
        err_set(&why, -ETIMEDOUT, "no proof at the target within %.1fs",
                (double)(now - r->applied_us) / US_PER_S);
    if (!r->why_not[0])
        fail_step(t, i, &why);
    revert(t, i); /* whatever it did do must not stay */
}

/* What no answer came to may be carried out later than its revert: that all
 * looks well proves nothing then, and its record stays in undo/. */
static bool is_doubtful(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    struct err why = {0};

    if (!r->unsure)
        return false;
    err_set(&why, -ETIMEDOUT,
            "no answer came, so that it may happen yet is not excluded");
    fail_step(t, i, &why);
    r->state = STEP_DONE;
    return true;
}

static int await_mending(struct timeline *t, size_t i, struct err *err)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    int64_t now = clk_now(t->spec.field->clk);
    struct err why = {0};
    int rc = s->ops->mended ? s->ops->mended(&c, &why) : 1;

    if (rc == -EINPROGRESS)
        r->mending_us = now;
    if (rc <= 0 &&
        now - r->mending_us < t->spec.plan->scenario.timeouts.revert_us &&
        rc != -ENOTRECOVERABLE)
        return 0;
    if (rc > 0 && is_doubtful(t, i))
        return 0;
    if (rc <= 0) {
        err_set(&why, -ETIMEDOUT, "the revert was not proven within %.1fs",
                (double)(now - r->reverted_us) / US_PER_S);
        fail_step(t, i, &why);
        r->state = STEP_DONE; /* its record stays in undo/: it is not undone */
        return 0;
    }
    r->mended_us = clk_now(t->spec.field->clk);
    /* from what did not happen nothing recovers */
    r->state = r->landed ? STEP_MENDED : STEP_DONE;
    if (s->ops->revert)
        tell(t, i, "mended", "");
    r->in_journal = false;
    return undo_remove(t->spec.undo_dir, i, err);
}

/* Since when the flow is as it was, by the samples from `since_us` on. */
static int64_t regained(struct timeline *t, int64_t since_us)
{
    AUTO_FREE struct sample *s = NULL;
    size_t n = sampler_since(t->spec.sampler, since_us, &s);

    return baseline_regained(t->spec.shape, t->spec.baseline, s, n,
                             RECOVERED_FOR_US);
}

static bool dropped(struct timeline *t, int64_t since_us)
{
    AUTO_FREE struct sample *s = NULL;
    size_t n = sampler_since(t->spec.sampler, since_us, &s);

    return t->spec.baseline->known &&
           baseline_dropped(t->spec.shape, t->spec.baseline, s, n);
}

void timeline_note_generations(struct timeline *t)
{
    int64_t generation = last_generation(t);

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        if (t->steps[i].applied && generation > t->steps[i].asked_us)
            t->steps[i].last_generation_us = generation;
}

/* The system's first reaction: a new generation, a status, less coming out. */
static void notice(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t generation = last_generation(t);

    if (r->noticed_us >= 0 || !r->landed || r->recovered_us >= 0)
        return; /* what comes after it is another's */
    if (generation > r->asked_us)
        r->noticed_us = generation;
    else if (status_changes(t) != r->status_changes || dropped(t, r->asked_us))
        r->noticed_us = clk_now(t->spec.field->clk);
}

static void await_recovery(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t now = clk_now(t->spec.field->clk);
    int64_t limit = t->spec.plan->scenario.timeouts.recover_us;

    if (!t->spec.baseline->known) {
        r->state = STEP_DONE; /* nothing to compare with: not judged */
        return;
    }
    if (r->recovered_us < 0) {
        r->recovered_us = regained(t, r->mended_us);
        if (r->recovered_us >= 0)
            tell(t, i, "recovered", "");
        else if (now - r->mended_us < limit)
            return;
    }
    r->attempted_at_end = attempted(t);
    r->state = STEP_DONE;
}

/* A fault with an end is reverted at it. One without stays until heal, and the
 * system may recover under it. */
static void stay_in_force(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    int64_t held = clk_now(t->spec.field->clk) - r->landed_us;
    struct fault_call c = call_of(t, i);

    if (!s->ops->revert || (s->ops->stays && s->ops->stays(&c)) ||
        (s->step->for_us > 0 && held >= s->step->for_us)) {
        revert(t, i);
        return;
    }
    if (s->step->for_us > 0 || r->recovered_us >= 0 || !t->spec.baseline->known)
        return;
    r->recovered_us = regained(t, r->landed_us);
    if (r->recovered_us >= 0)
        tell(t, i, "recovered", "");
}

static bool is_due(struct timeline *t, size_t i)
{
    const struct step *s = t->spec.plan->steps[i].step;

    if (s->at_us >= 0)
        return clk_now(t->spec.field->clk) - t->began_us >= s->at_us;
    return after_holds(t, s->after);
}

/* What it waits for may have become impossible: then it would wait for the
 * whole run's time-out. */
static void give_up_waiting(struct timeline *t, size_t i)
{
    const char *words = t->spec.plan->steps[i].step->after;
    struct err why = {0};

    if (!words || !after_never(t, words))
        return;
    err_set(&why, -ECANCELED, "it waits for \"%s\", which cannot come any more",
            words);
    fail_step(t, i, &why);
    t->steps[i].state = STEP_DONE;
}

static int tick_step(struct timeline *t, size_t i, struct err *err)
{
    struct step_run *r = &t->steps[i];

    if (r->state > STEP_RESOLVING)
        notice(t, i);
    switch (r->state) {
    case STEP_WAITING:
        if (!is_due(t, i)) {
            give_up_waiting(t, i);
            return 0;
        }
        if (r->due_us < 0)
            r->due_us = clk_now(t->spec.field->clk);
        resolve(t, i);
        return 0;
    case STEP_RESOLVING:
        return apply(t, i, err);
    case STEP_APPLIED:
        await_landing(t, i);
        return 0;
    case STEP_IN_FORCE:
        stay_in_force(t, i);
        return 0;
    case STEP_REVERTED:
        return await_mending(t, i, err);
    case STEP_MENDED:
        await_recovery(t, i);
        return 0;
    case STEP_DONE:
        return 0;
    }
    abort(); /* no default: -Wswitch names the state you forgot */
}

bool timeline_stays(const struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];

    return t->steps[i].state == STEP_IN_FORCE && s->ops->revert &&
           s->step->for_us == 0;
}

/* A step that stays in force until heal holds nobody up. */
static bool is_over(const struct timeline *t, size_t i)
{
    return t->steps[i].state == STEP_DONE || timeline_stays(t, i);
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
        notice(t, i);
        await_recovery(t, i);
    }
}

static bool was_given_up(const struct step_run *r)
{
    return r->state == STEP_DONE && r->in_journal && !r->unsure;
}

/* What was not mended in its time may be by now, or with more of it. */
static void ask_again(struct timeline *t, size_t i)
{
    t->steps[i].mending_us = clk_now(t->spec.field->clk);
    t->steps[i].state = STEP_REVERTED;
}

static void give_up_mending(struct timeline *t, size_t i, struct err *why)
{
    err_context(why, "the proof of its revert was not waited for");
    fail_step(t, i, why);
    t->steps[i].state = STEP_DONE;
}

/* 0, or the first error. True in *ret_busy: a proof is still awaited. */
static int mend_all(struct timeline *t, bool *ret_busy, struct err *err)
{
    int first = 0;

    *ret_busy = false;
    for (size_t i = 0; i < t->spec.plan->steps_len; i++) {
        struct err why = {0};

        if (t->steps[i].state != STEP_REVERTED)
            continue;
        if (await_mending(t, i, err) < 0 && first == 0)
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
            revert(t, i);
        else if (was_given_up(&t->steps[i]))
            ask_again(t, i);
    while (busy) { /* bounded: each step has its own time-out */
        int rc = mend_all(t, &busy, err);

        first = first == 0 ? rc : first;
        if (busy)
            clk_sleep(t->spec.field->clk, 100 * US_PER_MS);
    }
    return first;
}

bool timeline_window(const struct timeline *t, size_t step, int64_t flush_us,
                     int64_t *ret_from, int64_t *ret_to)
{
    const struct step_run *r = &t->steps[step];
    int64_t to = r->applied_us;

    if (!r->applied)
        return false;
    if (r->mended_us > to)
        to = r->mended_us;
    if (r->last_generation_us > to)
        to = r->last_generation_us;
    if (r->recovered_us > to)
        to = r->recovered_us;
    *ret_from = r->asked_us;
    /* Not known to be over: whatever follows may still be its doing. */
    *ret_to = r->recovered_us < 0 ? INT64_MAX : to + flush_us;
    return true;
}
