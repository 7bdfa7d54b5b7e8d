/* step_ahead.c - a step up to apply(): resolved, captured and journalled ahead
 * of its time. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/secrets.h"
#include "engine/reaction_own.h"
#include "engine/step_own.h"
#include "engine/undo_own.h"

enum {
    /* A target may move until apply(), so the last look is late, and leaves
     * time for a look of some milliseconds. */
    LAST_LOOK_US = 20 * US_PER_MS,
    RETRY_US = 50 * US_PER_MS,
    /* Lateness worth an event. */
    LATE_US = 20 * US_PER_MS,
};

static int64_t now_of(const struct timeline *t)
{
    return clk_now(t->spec.field->clk);
}

static void name_hold(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    const char *key = target_key(ops->target);

    if (ops->holds)
        ops->holds(&r->target, r->holds, sizeof(r->holds));
    else
        (void)snprintf(r->holds, sizeof(r->holds), "%s %s", key ? key : "",
                       r->target.name);
}

/* The present target, by a call of some milliseconds or, of a broker gone, some
 * seconds. */
static int resolve(struct timeline *t, size_t i, struct target *ret,
                   struct err *err)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    const struct rng rng = t->steps[i].rng;
    int rc;

    timeline_unlock(t);
    rc = target_resolve(t->spec.field, s->ops->target, s->step->target, &rng,
                        ret, err);
    timeline_lock(t);
    return rc;
}

static void give_up(struct timeline *t, size_t i, const struct err *why)
{
    step_fail(t, i, why);
    step_enter(t, i, STEP_DONE, INT64_MAX);
}

/* The next attempt to prepare: ahead of time the last look before the step is
 * due, then the due time, then again and again. */
static void try_again(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t now = now_of(t);

    if (now < r->due_us - LAST_LOOK_US)
        r->look_us = r->due_us - LAST_LOOK_US;
    else
        r->look_us = now < r->due_us ? r->due_us : now + RETRY_US;
}

/* A preparation that fails ahead of time fails nothing: an earlier step may
 * still make the target. At the due time -EAGAIN is not final (a leader is
 * being elected, say) until timeouts.fault_lands. */
static void failed_to_prepare(struct timeline *t, size_t i,
                              const struct err *why)
{
    int64_t now = now_of(t);

    if (now < t->steps[i].due_us ||
        (why->code == -EAGAIN &&
         now - t->steps[i].asking_us <
             t->spec.plan->scenario.timeouts.fault_lands_us))
        try_again(t, i);
    else
        give_up(t, i, why);
}

/* Whether another step holds the same target. A hold with a `for` is waited
 * for, and the target is resolved anew meanwhile: "any" may find a free node. A
 * hold until heal would never be released, so the step fails once due. */
static bool waits_for_hold(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    const struct plan_step *holder;
    int64_t now = now_of(t);
    struct err why = {0};
    bool stays = false;
    size_t k = step_held_by(t, i, &stays);

    if (k == SIZE_MAX)
        return false;
    holder = &t->spec.plan->steps[k];
    r->waits_for = holder->step->path;
    r->asking_us = now > r->due_us ? now : r->due_us;
    r->in_line = true; /* step_enter() wakes it earlier */
    try_again(t, i);
    if (!stays || now < r->due_us)
        return true;
    err_set(&why, -EBUSY,
            "%s is held by %s (%s without `for`) until the timeline has ended",
            r->target.name, holder->step->path, holder->ops->name);
    give_up(t, i, &why);
    return true;
}

/* Whether to leave the target to a step due earlier. Values captured before the
 * earlier step has begun and ended would be out of date. */
static bool lets_pass(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];

    if (now_of(t) >= r->due_us - LAST_LOOK_US || !step_is_behind(t, i))
        return false;
    r->in_line = true;
    try_again(t, i);
    return true;
}

static int capture(struct timeline *t, size_t i, struct err *err)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    struct fault_call c = step_call(t, i);
    json_t *captured = NULL;
    int rc = 0;

    r->stale = false; /* before: a change during the capture counts */
    timeline_unlock(t);
    if (s->ops->capture)
        rc = s->ops->capture(&c, &captured, err);
    if (captured)
        secrets_look(captured, s->step->path);
    timeline_lock(t);
    if (captured) {
        json_decref(r->captured);
        r->captured = captured;
    }
    return rc;
}

/* Without the record on disk no fault may begin, so a failure ends the run. */
static int write_undo(struct timeline *t, size_t i)
{
    const struct undo_record record = {
        .step = i,
        .ops = t->spec.plan->steps[i].ops,
        .target = &t->steps[i].target,
        .args = step_args(t, i),
        .captured = t->steps[i].captured,
        .due_us = t->steps[i].due_us,
    };
    struct err why = {0};
    int rc;

    timeline_unlock(t);
    rc = undo_write(t->spec.undo_dir, &record, &why);
    timeline_lock(t);
    if (rc < 0 && t->failed.code == 0)
        t->failed = why;
    t->steps[i].in_journal |= rc == 0;
    return rc;
}

void step_drop(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    struct err why = {0};
    int rc = 0;

    r->state = STEP_WAITING;
    json_decref(r->captured);
    r->captured = json_object();
    if (!r->in_journal)
        return;
    timeline_unlock(t);
    rc = undo_remove(t->spec.undo_dir, i, &why);
    timeline_lock(t);
    if (rc < 0 && t->failed.code == 0)
        t->failed = why;
    r->in_journal = false;
}

void step_prepare(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    struct err why = {0};

    r->in_line = false;
    if (resolve(t, i, &r->target, &why) < 0) {
        failed_to_prepare(t, i, &why);
        return;
    }
    name_hold(t, i);
    if (waits_for_hold(t, i) || lets_pass(t, i))
        return;
    if (capture(t, i, &why) < 0) {
        why.code = why.code == -EAGAIN ? -EIO : why.code; /* final once due */
        failed_to_prepare(t, i, &why);
        return;
    }
    if (write_undo(t, i) < 0) {
        r->look_us = INT64_MAX;
        return;
    }
    r->state = STEP_READY;
    r->look_us = r->due_us - LAST_LOOK_US;
    if (now_of(t) >= r->due_us || r->stale || t->healing)
        step_begin(t, i);
}

/* Whether the words of the step now mean another target than the prepared one.
 * Asked once, shortly before the step is due. */
static bool has_moved(struct timeline *t, size_t i)
{
    const struct step_run *r = &t->steps[i];
    struct target now = {0};
    struct err ignored = {0};

    return resolve(t, i, &now, &ignored) < 0 || now.task != r->target.task ||
           strcmp(now.name, r->target.name) != 0;
}

static void tell_begin(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t late_us = now_of(t) - r->due_us;
    char how[256] = "";

    if (late_us >= LATE_US)
        (void)snprintf(how, sizeof(how), "%.3f s late%s%s",
                       (double)late_us / US_PER_S,
                       r->waits_for ? ", it waited for " : "",
                       r->waits_for ? r->waits_for : "");
    step_tell(t, i, "asked", how);
}

static void apply(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    struct fault_call c;
    struct err why = {0};
    int rc;

    r->asked_us = now_of(t);
    r->status_changes = reaction_status_changes(t);
    r->applied = true;
    step_enter(t, i, STEP_APPLIED, r->asked_us);
    step_change_begin(t, i);
    tell_begin(t, i);
    r->began_wall_us = clk_wall_us();
    r->began_monotonic_us = clk_monotonic_us();
    c = step_call(t, i);
    r->began_us = now_of(t);
    timeline_unlock(t);
    rc = ops->apply(&c, &why);
    timeline_lock(t);
    r->applied_us = now_of(t);
    step_change_end(t, i);
    if (rc < 0)
        step_fail(t, i, &why);
    r->unsure = why.code == -ETIMEDOUT;
}

void step_begin(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    bool stays;
    int64_t now;

    if (!r->stale && now_of(t) < r->due_us) {
        r->stale |= has_moved(t, i);
        r->look_us = r->due_us;
    }
    now = now_of(t);
    if (t->healing || r->stale || step_held_by(t, i, &stays) != SIZE_MAX) {
        step_drop(t, i);
        r->look_us = now; /* prepare anew, or wait for the holder */
    } else if (now >= r->due_us && !step_change_waits(t, i)) {
        apply(t, i);
    }
}
