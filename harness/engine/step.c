/* step.c - a step of the timeline: events, state and hold. */
#include "engine/step_own.h"

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "base/utf8.h"

const void *step_args(const struct timeline *t, size_t i)
{
    return t->spec.args ? t->spec.args[i] : t->spec.plan->steps[i].args;
}

struct fault_call step_call(struct timeline *t, size_t i)
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
        .began_wall_us = r->began_wall_us,
        .began_monotonic_us = r->began_monotonic_us,
    };
}

void step_tell(struct timeline *t, size_t i, const char *what,
               const char *detail)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    bool recovered = strcmp(what, "recovered") == 0;
    char text[768];
    json_t *body;

    (void)snprintf(text, sizeof(text), "%s %s %s%s%s", s->ops->name,
                   t->steps[i].target.name, what, detail[0] ? ": " : "",
                   detail);
    utf8_mend(text); /* snprintf() may have cut a character */
    body = json_pack("{s:s, s:s, s:s}", "kind", s->ops->name, "target",
                     t->steps[i].target.name, "text", text);
    if (recovered) /* seen only when the recovery has lasted */
        (void)json_object_set_new(body, "since_us",
                                  json_integer(t->steps[i].recovered_us));
    event_put(t->spec.field->events, -1, s->step->path, what, body);
    log_info(s->step->path, "%s", text);
}

void step_fail(struct timeline *t, size_t i, const struct err *err)
{
    struct step_run *r = &t->steps[i];

    if (!r->why_not[0])
        (void)snprintf(r->why_not, sizeof(r->why_not), "%s", err->text);
    utf8_mend(r->why_not);
    step_tell(t, i, "failed", err->text);
}

bool step_stays(const struct timeline *t, size_t i)
{
    const struct plan_step *s = &t->spec.plan->steps[i];

    return t->steps[i].state == STEP_IN_FORCE && s->ops->revert &&
           s->step->for_us == 0;
}

/* ---- holds ---- */

/* A step holds the target from apply() until the revert is proven, since asking
 * for a proof may act: a broker not answering yet is started again, and so
 * would undo a second fault that ends the broker. The revert of an endpoint is
 * proven by the next call, so an endpoint is free right after the revert. */
static bool holds(const struct step_run *r)
{
    return r->state >= STEP_APPLIED && r->state < STEP_MENDED;
}

size_t step_held_by(const struct timeline *t, size_t i, bool *ret_stays)
{
    for (size_t k = 0; k < t->spec.plan->steps_len; k++)
        if (k != i && holds(&t->steps[k]) &&
            fault_holds_clash(t->steps[k].holds, t->steps[i].holds)) {
            *ret_stays = step_stays(t, k);
            return k;
        }
    return SIZE_MAX;
}

/* Whether step `a` begins before step `b`: the earlier due, or the first of the
 * file. */
static bool precedes(const struct timeline *t, size_t a, size_t b)
{
    int64_t due_a = t->steps[a].due_us, due_b = t->steps[b].due_us;

    return due_a < due_b || (due_a == due_b && a < b);
}

bool step_is_behind(const struct timeline *t, size_t i)
{
    for (size_t k = 0; k < t->spec.plan->steps_len; k++)
        if (t->steps[k].state <= STEP_READY && t->steps[k].due_us >= 0 &&
            t->steps[k].holds[0] && precedes(t, k, i) &&
            fault_holds_clash(t->steps[k].holds, t->steps[i].holds))
            return true;
    return false;
}

/* Of all steps waiting for the same target wake the first. The other steps
 * poll, since the first may yet fail, or find no target. */
static void wake_first(struct timeline *t, const char *freed)
{
    int64_t now = clk_now(t->spec.field->clk);

    for (size_t k = 0; k < t->spec.plan->steps_len; k++) {
        struct step_run *r = &t->steps[k];

        if (r->in_line && r->state == STEP_WAITING && !r->busy &&
            fault_holds_clash(r->holds, freed) && !step_is_behind(t, k))
            r->look_us = now;
    }
    pool_wake(t->pool);
}

void step_enter(struct timeline *t, size_t i, enum step_state state,
                int64_t look_us)
{
    struct step_run *r = &t->steps[i];
    bool held = holds(r);

    r->state = state;
    r->look_us = look_us;
    r->pause_us = 0;
    /* once a step stays, the steps waiting for the same target fail */
    if ((held && !holds(r)) || state == STEP_DONE || step_stays(t, i))
        wake_first(t, r->holds);
}

/* ---- changes ---- */

/* Between looks whether another step has changed the list of workers. */
enum { CHANGING_US = 5 * US_PER_MS };

static bool changes_workers(const struct timeline *t, size_t i)
{
    return t->spec.plan->steps[i].ops->changes & FAULT_CHANGES_WORKERS;
}

/* Values of the same target captured by other steps are out of date now. A
 * worker more or less spoils every preparation: "any" draws among all workers,
 * and numbers of workers are captured. */
static void spoil_others(struct timeline *t, size_t i)
{
    bool workers = changes_workers(t, i);
    int64_t now = clk_now(t->spec.field->clk);

    for (size_t k = 0; k < t->spec.plan->steps_len; k++) {
        struct step_run *r = &t->steps[k];

        if (k == i || r->state > STEP_READY || !r->holds[0] ||
            !(workers || fault_holds_clash(r->holds, t->steps[i].holds)))
            continue;
        r->stale = true;
        if (r->state == STEP_READY && !r->busy)
            r->look_us = now;
    }
    pool_wake(t->pool);
}

bool step_change_waits(struct timeline *t, size_t i)
{
    if (!changes_workers(t, i) || !t->changing)
        return false;
    t->steps[i].look_us = clk_now(t->spec.field->clk) + CHANGING_US;
    return true;
}

void step_change_begin(struct timeline *t, size_t i)
{
    t->changing |= changes_workers(t, i);
    spoil_others(t, i);
}

void step_change_end(struct timeline *t, size_t i)
{
    if (!changes_workers(t, i))
        return;
    t->changing = false;
    spoil_others(t, i); /* also values captured during the call */
}
