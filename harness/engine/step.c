/* step.c - the life of a fault: resolve, apply, prove, revert, recover. */
#include "engine/step_own.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "base/own.h"
#include "base/secrets.h"
#include "base/utf8.h"
#include "engine/reaction_own.h"
#include "engine/undo_own.h"

const void *step_args(const struct timeline *t, size_t i)
{
    return t->spec.args ? t->spec.args[i] : t->spec.plan->steps[i].args;
}

static struct fault_call call_of(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];

    return (struct fault_call){
        .ops = t->spec.plan->steps[i].ops,
        .field = t->spec.field,
        .target = &r->target,
        .args = step_args(t, i),
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
    utf8_mend(text); /* snprintf() may have cut a character */
    event_put(t->spec.field->events, -1, s->step->path, what,
              json_pack("{s:s, s:s, s:s}", "kind", s->ops->name, "target",
                        t->steps[i].target.name, "text", text));
    log_info(s->step->path, "%s", text);
}

void step_fail(struct timeline *t, size_t i, const struct err *err)
{
    struct step_run *r = &t->steps[i];

    if (!r->why_not[0])
        (void)snprintf(r->why_not, sizeof(r->why_not), "%s", err->text);
    utf8_mend(r->why_not);
    tell(t, i, "failed", err->text);
}

bool step_stays(const struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];

    return t->steps[i].state == STEP_IN_FORCE && s->ops->revert &&
           s->step->for_us == 0;
}

/* The other step whose hold clashes with the hold of step `i`; NULL: none.
 * *ret_stays: only heal will release the hold. */
static const struct plan_step *held_by(const struct timeline *t, size_t i,
                                       bool *ret_stays)
{
    for (size_t k = 0; k < t->spec.plan->steps_len; k++)
        if (k != i && t->steps[k].state >= STEP_RESOLVING &&
            t->steps[k].state < STEP_MENDED &&
            fault_holds_clash(t->steps[k].holds, t->steps[i].holds)) {
            *ret_stays = step_stays(t, k);
            return &t->spec.plan->steps[k];
        }
    return NULL;
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

/* -EAGAIN from target_resolve() is not final (a leader is being elected, say),
 * so the step stays waiting and is asked again at the next tick, until
 * timeouts.fault_lands. A hold that ends with its step's `for` is waited for;
 * a hold until heal would never be released, so the step fails at once. */
void step_resolve(struct timeline *t, size_t i)
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
        step_fail(t, i, &err);
        r->state = STEP_DONE;
        return;
    }
    name_hold(t, i);
    holder = held_by(t, i, &stays);
    if (holder && !stays) { /* until the other step is mended */
        r->due_us = now;
        return;
    }
    if (holder) {
        err_set(&err, -EBUSY,
                "%s is held by %s (%s without `for`) until the timeline has "
                "ended",
                r->target.name, holder->step->path, holder->ops->name);
        step_fail(t, i, &err);
        r->state = STEP_DONE;
        return;
    }
    r->state = STEP_RESOLVING;
}

/* The order is capture, record on disk, act. Killed at any instruction, the
 * harness leaves a record for everything that may have changed. */
int step_apply(struct timeline *t, size_t i, struct err *err)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    struct err why = {0};
    json_t *captured = NULL;

    r->asked_us = clk_now(t->spec.field->clk);
    r->status_changes = reaction_status_changes(t);
    if (s->ops->capture && s->ops->capture(&c, &captured, &why) < 0) {
        step_fail(t, i, &why);
        r->state = STEP_DONE;
        return 0;
    }
    if (captured) {
        secrets_look(captured, s->step->path);
        json_decref(r->captured);
        r->captured = captured;
        c.captured = captured;
    }
    if (undo_write(t->spec.undo_dir, i, s->ops, &r->target, step_args(t, i),
                   r->captured, err) < 0)
        return err->code;
    r->in_journal = true;
    tell(t, i, "asked", "");
    r->applied = true;
    if (s->ops->apply(&c, &why) < 0)
        step_fail(t, i, &why);
    r->unsure = why.code == -ETIMEDOUT;
    r->applied_us = clk_now(t->spec.field->clk);
    r->state = STEP_APPLIED;
    return 0;
}

void step_revert(struct timeline *t, size_t i)
{
    const struct fault_ops *ops = t->spec.plan->steps[i].ops;
    struct step_run *r = &t->steps[i];
    struct fault_call c = call_of(t, i);
    struct err why = {0};

    if (ops->revert && ops->revert(&c, &why) < 0)
        step_fail(t, i, &why);
    r->reverted_us = r->mending_us = clk_now(t->spec.field->clk);
    r->state = STEP_REVERTED;
    if (ops->revert)
        tell(t, i, "reverted", "");
}

void step_await_landing(struct timeline *t, size_t i)
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
        step_fail(t, i, &why);
    step_revert(t, i); /* apply() may have done a part */
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
    r->state = STEP_DONE;
    return true;
}

/* A revert may take several steps (-EINPROGRESS), each with the whole time-out.
 * A step that was not mended in time keeps its record in undo/. */
int step_await_mending(struct timeline *t, size_t i, struct err *err)
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
        step_fail(t, i, &why);
        r->state = STEP_DONE; /* the record stays in undo/ */
        return 0;
    }
    r->mended_us = clk_now(t->spec.field->clk);
    /* a fault that never landed has no recovery */
    r->state = r->landed ? STEP_MENDED : STEP_DONE;
    if (s->ops->revert)
        tell(t, i, "mended", "");
    r->in_journal = false;
    return undo_remove(t->spec.undo_dir, i, err);
}

/* A reaction is a new group generation, a change of status, or a lower rate.
 * After the recovery a reaction belongs to another step. */
void step_notice(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t generation = reaction_last_generation_us(t);

    if (r->noticed_us >= 0 || !r->landed || r->recovered_us >= 0)
        return;
    if (generation > r->asked_us)
        r->noticed_us = generation;
    else if (reaction_status_changes(t) != r->status_changes ||
             reaction_dropped(t, r->asked_us))
        r->noticed_us = clk_now(t->spec.field->clk);
}

void step_await_recovery(struct timeline *t, size_t i)
{
    struct step_run *r = &t->steps[i];
    int64_t now = clk_now(t->spec.field->clk);
    int64_t limit = t->spec.plan->scenario.timeouts.recover_us;

    if (!t->spec.baseline->known) {
        r->state = STEP_DONE; /* nothing to compare with */
        return;
    }
    if (r->recovered_us < 0) {
        r->recovered_us = reaction_regained_us(t, r->mended_us);
        if (r->recovered_us >= 0)
            tell(t, i, "recovered", "");
        else if (now - r->mended_us < limit)
            return;
    }
    r->state = STEP_DONE;
}

/* A fault with `for` is reverted when that time is over. A fault without `for`
 * stays until heal, and the system may recover while the fault is in force. */
void step_stay_in_force(struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    struct step_run *r = &t->steps[i];
    int64_t held = clk_now(t->spec.field->clk) - r->landed_us;
    struct fault_call c = call_of(t, i);

    if (!s->ops->revert || (s->ops->stays && s->ops->stays(&c)) ||
        (s->step->for_us > 0 && held >= s->step->for_us)) {
        step_revert(t, i);
        return;
    }
    if (s->step->for_us > 0 || r->recovered_us >= 0 || !t->spec.baseline->known)
        return;
    r->recovered_us = reaction_regained_us(t, r->landed_us);
    if (r->recovered_us >= 0)
        tell(t, i, "recovered", "");
}
