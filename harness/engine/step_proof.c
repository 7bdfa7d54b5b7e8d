/* step_proof.c - a step from apply() to the end: landed, reverted, mended. */
#include <errno.h>

#include "engine/step_own.h"
#include "engine/undo_own.h"

/* Between two looks for a proof. Most proofs are there at once or after some
 * milliseconds; a process takes seconds to come back. */
enum { PAUSE_LEAST_US = 2 * US_PER_MS, PAUSE_MOST_US = 50 * US_PER_MS };

static int64_t now_of(const struct timeline *t)
{
    return clk_now(t->spec.field->clk);
}

static void look_later(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];

    r->pause_us = r->pause_us ? 2 * r->pause_us : PAUSE_LEAST_US;
    if (r->pause_us > PAUSE_MOST_US)
        r->pause_us = PAUSE_MOST_US;
    r->look_us = now_of(t) + r->pause_us;
}

/* A fault with `for` is reverted when that time is over. A fault without `for`
 * stays until heal. */
static void come_into_force(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    const struct fault_call c = step_call(t, i);
    int64_t until_us = INT64_MAX;

    r->landed = true;
    r->landed_us = now_of(t);
    if (!s->ops->revert || (s->ops->stays && s->ops->stays(&c)))
        until_us = r->landed_us;
    else if (s->step->for_us > 0)
        until_us = r->landed_us + s->step->for_us;
    step_enter(t, i, STEP_IN_FORCE, until_us);
    step_tell(t, i, "landed", "");
}

void step_await_landing(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    const struct fault_call c = step_call(t, i);
    int64_t now = now_of(t);
    struct err why = {0};
    int rc = -EIO;

    if (!r->why_not[0]) {
        timeline_unlock(t);
        rc = s->ops->landed(&c, r->proof, &why);
        timeline_lock(t);
    }
    if (rc > 0) {
        come_into_force(t, i);
        return;
    }
    if (rc == 0 && !t->healing &&
        now - r->applied_us < t->spec.plan->scenario.timeouts.fault_lands_us) {
        look_later(t, i);
        return;
    }
    if (rc == 0)
        err_set(&why, -ETIMEDOUT, "no proof at the target within %.1fs",
                (double)(now - r->applied_us) / US_PER_S);
    if (!r->why_not[0])
        step_fail(t, i, &why);
    step_revert(t, i); /* apply() may have done a part */
}

void step_revert(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    const struct fault_call c = step_call(t, i);
    struct err why = {0};
    int rc = 0;

    if (step_change_waits(t, i))
        return;
    if (ops->revert) {
        step_change_begin(t, i);
        timeline_unlock(t);
        rc = ops->revert(&c, &why);
        timeline_lock(t);
        step_change_end(t, i);
    }
    if (rc < 0)
        step_fail(t, i, &why);
    r->reverted_us = r->mending_us = now_of(t);
    step_enter(t, i, STEP_REVERTED, r->reverted_us);
    if (ops->revert)
        step_tell(t, i, "reverted", "");
}

/* An apply() without an answer may still be carried out after the revert, so
 * even a proven revert proves nothing. The record stays in undo/. */
static bool is_doubtful(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    struct err why = {0};

    if (!r->unsure)
        return false;
    err_set(&why, -ETIMEDOUT,
            "no answer came, so that it may happen yet is not excluded");
    step_fail(t, i, &why);
    step_enter(t, i, STEP_DONE, INT64_MAX);
    return true;
}

static int ask_mended(struct timeline *t, size_t i, struct err *why)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    const struct fault_call c = step_call(t, i);
    int rc;

    if (!ops->mended)
        return 1;
    timeline_unlock(t);
    rc = ops->mended(&c, why);
    timeline_lock(t);
    return rc;
}

static void mended(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    struct err why = {0};
    int rc;

    timeline_unlock(t);
    rc = undo_remove(t->spec.undo_dir, i, &why);
    timeline_lock(t);
    if (rc < 0 && t->failed.code == 0)
        t->failed = why;
    r->in_journal = false;
    r->mended_us = now_of(t);
    /* a fault that never landed has no recovery */
    step_enter(t, i, r->landed ? STEP_MENDED : STEP_DONE, INT64_MAX);
    if (t->spec.plan->steps[i].ops->revert)
        step_tell(t, i, "mended", "");
}

/* A revert may take several steps (-EINPROGRESS), each with the whole time-out.
 * A step that was not mended in time keeps its record in undo/. */
void step_await_mending(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t now = now_of(t);
    struct err why = {0};
    int rc = ask_mended(t, i, &why);

    if (rc == -EINPROGRESS)
        r->mending_us = now;
    if (rc > 0) {
        if (!is_doubtful(t, i))
            mended(t, i);
        return;
    }
    if (now - r->mending_us < t->spec.plan->scenario.timeouts.revert_us &&
        rc != -ENOTRECOVERABLE) {
        look_later(t, i);
        return;
    }
    err_set(&why, -ETIMEDOUT, "the revert was not proven within %.1fs",
            (double)(now - r->reverted_us) / US_PER_S);
    step_fail(t, i, &why);
    step_enter(t, i, STEP_DONE, INT64_MAX); /* the record stays in undo/ */
}
