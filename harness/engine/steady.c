/* steady.c - from warm-up to the end of the load: the phases spent watching. */
#include <errno.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "base/stop.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"

enum { TICK_US = 50 * US_PER_MS, LAST_REPORTS_US = 3 * US_PER_S };

/* Wait, with the live view going on, until `until_us`. */
static int watch_until(struct run *r, int64_t until_us, struct err *err)
{
    while (clk_now(&r->world.clk) < until_us) {
        if (run_may_go_on(r, err) < 0)
            return err->code;
        run_progress(r);
        if (r->facts.timeline_made)
            timeline_watch(&r->facts.timeline);
        clk_sleep(&r->world.clk, TICK_US);
    }
    return 0;
}

/* Time until the first of the loads begins. */
static int64_t first_load_us(const struct plan *p)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].from_us < first)
            first = p->loads[i].from_us;
    return p->loads_len > 0 ? first : 0;
}

/* Whether a load of the plan has not begun. */
static bool load_is_waited_for(const struct run *r)
{
    bool waits = false;

    for (size_t i = 0; i < r->given.plan->loads_len && r->world.load; i++)
        waits |= load_progress_of(r->world.load, i).began_us < 0;
    return waits && !load_has_ended(r->world.load);
}

int run_steady(struct run *r, struct err *err)
{
    const struct scenario *s = &r->given.plan->scenario;
    int64_t began =
        clk_now(&r->world.clk) + first_load_us(r->given.plan) + s->warm_up_us;
    enum steadiness got = UNEVEN;
    int64_t deadline;

    if (watch_until(r, began, err) < 0)
        return err->code;
    began = clk_now(&r->world.clk);
    sampler_begin_anew(r->world.sampler); /* the windows begin now */
    run_phase(r, "steady", s->timeouts.steady_us);
    deadline = clk_now(&r->world.clk) + s->timeouts.steady_us;
    while (clk_now(&r->world.clk) < deadline) {
        AUTO_FREE struct sample *at = NULL;
        size_t n = sampler_since(r->world.sampler, began, &at);

        got = baseline_settle(&r->given.shape, at, n, &r->facts.baseline);
        if (got == STEADY)
            return 0;
        if (watch_until(r, clk_now(&r->world.clk) + TICK_US, err) < 0)
            return err->code;
    }
    /* Without a baseline only checks of recovery cannot be judged. */
    run_not_judged(r, "recovery: no steady baseline (%s) within %.0fs",
                   steadiness_lacks(got),
                   (double)s->timeouts.steady_us / US_PER_S);
    return 0;
}

/* What the timeline waited for when timeouts.run was over, and the remedy. */
static int say_waiting(struct run *r, struct err *err)
{
    AUTO_FREE char *steps = NULL;
    struct err late = *err;

    if (err->code != -ETIMEDOUT)
        return err->code;
    steps = timeline_waits_for(&r->facts.timeline);
    *err = (struct err){0};
    return err_set(err, late.code,
                   "%s, and waited for %s; a larger "
                   "`timeouts: {run: ...}` gives more time",
                   late.text, *steps ? steps : "the end of `duration`");
}

void run_without_timeline(struct run *r)
{
    const struct timeline_spec spec = {
        .plan = r->given.plan,
        .field = &r->world.field,
        .undo_dir = path_of("%s/undo", r->given.spec->dir),
        .seed = r->given.spec->seed,
    };

    r->world.field.clk = &r->world.clk;
    timeline_init(&r->facts.timeline, &spec);
    timeline_give_up(&r->facts.timeline);
    r->facts.timeline_made = true;
}

/* The limit told to the live view is the end of the last step by the file;
 * recovery may take longer. The phase ends when every step is done and every
 * load has begun, or when the run may not go on. */
int run_timeline(struct run *r, struct err *err)
{
    AUTO_FREE char *undo = NULL;
    struct timeline_spec spec;
    int64_t limit = r->given.plan->scenario.duration_us;
    int rc = 0;

    for (size_t i = 0; i < r->given.plan->steps_len; i++) {
        const struct step *s = r->given.plan->steps[i].step;

        if (s->at_us + s->for_us > limit)
            limit = s->at_us + s->for_us;
    }
    run_phase(r, "timeline", limit);
    undo = path_of("%s/undo", r->given.spec->dir);
    spec = (struct timeline_spec){
        .plan = r->given.plan,
        .field = &r->world.field,
        .sampler = r->world.sampler,
        .shape = &r->given.shape,
        .baseline = &r->facts.baseline,
        .undo_dir = TAKE(undo), /* lives as long as the timeline */
        .args = r->world.step_args,
        .seed = r->given.spec->seed,
        .of_use = run_is_of_use,
        .ctx = r,
    };
    timeline_init(&r->facts.timeline, &spec);
    r->facts.timeline_made = true;
    if (timeline_start(&r->facts.timeline, err) < 0)
        return err->code;
    while (rc == 0 || (rc > 0 && load_is_waited_for(r))) {
        if (run_may_go_on(r, err) < 0)
            return say_waiting(r, err);
        rc = timeline_tick(&r->facts.timeline, err);
        run_progress(r);
        clk_sleep(&r->world.clk, TICK_US);
    }
    return rc < 0 ? rc : 0;
}

int run_heal(struct run *r, struct err *err)
{
    run_phase(r, "heal", r->given.plan->scenario.timeouts.revert_us);
    return r->facts.timeline_made ? timeline_heal(&r->facts.timeline, err) : 0;
}

int run_quiet(struct run *r, struct err *err)
{
    int64_t until_us =
        clk_now(&r->world.clk) + r->given.plan->scenario.quiet_us;

    run_phase(r, "quiet", r->given.plan->scenario.quiet_us);
    do {
        if (watch_until(r, until_us, err) < 0)
            return err->code;
        until_us = clk_now(&r->world.clk) + TICK_US;
    } while (r->world.load && load_has_more(r->world.load));
    return 0;
}

/* Note when each load ran, before the load thread is freed. */
static void note_loads(struct run *r, const struct load_thread *load)
{
    const struct plan *p = r->given.plan;

    json_decref(r->facts.loads);
    r->facts.loads = json_array();
    for (size_t i = 0; i < p->loads_len; i++) {
        struct load_progress at = load_progress_of(load, i);

        json_array_append_new(r->facts.loads,
                              json_pack("{s:s, s:I, s:I}", "into",
                                        p->loads[i].into, "began_us",
                                        (json_int_t)at.began_us, "ended_us",
                                        (json_int_t)at.ended_us));
    }
}

/* Wait for the fate of every record sent. Reports can come as long as a broker
 * may still send them, so without any broker, or some time after Ctrl-C, the
 * load is cut. With too
 * few descriptors to open anything only existing connections bring reports, and
 * the load is cut after LAST_REPORTS_US. */
static void await_fates(struct run *r, struct load_thread *load)
{
    int64_t soon_us = clk_now(&r->world.clk) + LAST_REPORTS_US;

    if (run_cluster_is_gone(r))
        load_cut(load);
    load_ask_stop(load);
    while (!load_has_ended(load)) {
        struct err blind = {0};

        run_progress(r);
        clk_sleep(&r->world.clk, TICK_US);
        if (run_cluster_is_gone(r) || stop_is_due() ||
            (clk_now(&r->world.clk) >= soon_us && run_can_look(&blind) < 0))
            load_cut(load);
    }
}

int run_stop_load(struct run *r, struct err *err)
{
    struct load_thread *load = r->world.load;

    run_phase(r, "stop load", r->given.plan->scenario.timeouts.drain_us);
    if (!load)
        return 0;
    sampler_load(r->world.sampler, NULL);
    r->world.load = NULL;
    r->facts.load_ended_us = clk_now(&r->world.clk);
    await_fates(r, load);
    note_loads(r, load);
    return load_stop(load, err);
}
