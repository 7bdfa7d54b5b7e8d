/* timeline_json.c - the steps of a run as evidence. */
#include "base/own.h"
#include "engine/timeline_own.h"

static const char *step_outcome(const struct step_run *r)
{
    if (r->landed)
        return "landed";
    if (r->never_due)
        return "not due";
    return r->applied ? "not landed" : "refused";
}

static json_t *step_json(const struct timeline *t, size_t i, int64_t flush_us)
{
    const struct plan_step *s = &t->spec.plan->steps[i];
    const struct step_run *r = &t->steps[i];
    struct window w = {-1, -1};
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:O, s:O, s:s, s:s, s:s}", "path",
        s->step->path, "kind", s->ops->name, "target",
        s->step->target ? s->step->target : "", "resolved", r->target.name,
        "args", args_json(s->ops->args, s->ops->args_len, step_args(t, i)),
        "proof", r->proof, "captured", r->captured, "restores",
        fault_effect_name(s->ops->effect), "outcome", step_outcome(r),
        "why_not", r->why_not);
    const struct {
        const char *name;
        int64_t us;
    } times[] = {
        {"due_us", r->due_us},
        {"asked_us", r->asked_us},
        {"began_us", r->began_us},
        {"applied_us", r->applied_us},
        {"landed_us", r->landed_us},
        {"noticed_us", r->noticed_us},
        {"reverted_us", r->reverted_us},
        {"mended_us", r->mended_us},
        {"recovered_us", r->recovered_us},
        {"for_us", s->step->for_us},
    };

    for (size_t k = 0; k < ARRAY_LEN(times); k++)
        json_object_set_new(o, times[k].name, json_integer(times[k].us));
    (void)timeline_window(t, i, flush_us, &w);
    json_object_set_new(o, "window_from_us", json_integer(w.from_us));
    json_object_set_new(o, "window_to_us",
                        json_integer(w.to_us == INT64_MAX ? -1 : w.to_us));
    if (r->waits_for)
        json_object_set_new(o, "waited_for", json_string(r->waits_for));
    json_object_set_new(o, "disturbance", json_boolean(r->applied));
    json_object_set_new(o, "label",
                        json_string(s->step->label ? s->step->label : ""));
    return o;
}

json_t *timeline_json(const struct timeline *t, int64_t flush_us)
{
    json_t *a = json_array();

    for (size_t i = 0; i < t->spec.plan->steps_len; i++)
        json_array_append_new(a, step_json(t, i, flush_us));
    return a;
}
