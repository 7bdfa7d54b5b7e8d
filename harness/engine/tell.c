/* tell.c - messages of a run: phases, reasons, the live view. */
#include "engine/tell_own.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/utf8.h"

/* Called on any thread that puts an event, while the journal is locked. */
static void show_event(void *ctx, int64_t at_us, const char *actor,
                       const char *what, const json_t *body)
{
    struct run *r = ctx;
    const char *text = json_string_value(json_object_get(body, "text"));

    if (text)
        progress_send(&r->told.progress,
                      json_pack("{s:I, s:s, s:s, s:s}", "t_us",
                                (json_int_t)at_us, "actor", actor, "what", what,
                                "event", text));
}

int run_open_journal(struct run *r, struct err *err)
{
    const struct run_spec *spec = r->given.spec;
    AUTO_FREE char *path =
        path_of("%s/%s", spec->dir,
                spec->verify_only ? "verify.jsonl" : "journal.jsonl");

    if (journal_open(path, &r->world.clk, show_event, r, &r->told.journal,
                     err) < 0)
        return err->code;
    r->told.events = journal_sink(r->told.journal);
    return 0;
}

const char *run_phase_name(const struct run *r)
{
    return r->told.phase ? r->told.phase : "preflight";
}

void run_phase(struct run *r, const char *name, int64_t limit_us)
{
    int64_t now = clk_now(&r->world.clk);

    /* verify: run.json gets the phases of the earlier run instead */
    if (r->told.phase && !r->given.spec->verify_only)
        json_array_append_new(r->results.phases,
                              json_pack("{s:s, s:I, s:I}", "name",
                                        r->told.phase, "from_us",
                                        (json_int_t)r->told.phase_began_us,
                                        "to_us", (json_int_t)now));
    r->told.phase = name;
    r->told.phase_began_us = now;
    stop_phase_begins();
    r->told.phase_limit_us = limit_us;
    if (!name)
        return;
    event_put(&r->told.events, now, "engine", "phase",
              json_pack("{s:s}", "phase", name));
    log_info("engine", "phase %s", name);
    progress_send(&r->told.progress,
                  json_pack("{s:I, s:s, s:I}", "t_us", (json_int_t)now, "phase",
                            name, "limit_us", (json_int_t)limit_us));
}

static void PRINTF_LIKE(3, 0)
    add_sentence(struct run *r, json_t *to, const char *fmt, va_list ap)
{
    char *text = must_vprintf(fmt, ap);

    utf8_mend(text); /* or JSON would refuse the text, and a reason be lost */
    pthread_mutex_lock(&r->told.lock);
    json_array_append_new(to, json_string(text));
    pthread_mutex_unlock(&r->told.lock);
    log_warn("engine", "%s", text);
    free(text);
}

void run_reason(struct run *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_sentence(r, r->results.reasons, fmt, ap);
    va_end(ap);
}

void run_reason_if(struct run *r, json_t *sentence)
{
    if (sentence)
        run_reason(r, "%s", json_string_value(sentence));
    json_decref(sentence);
}

void run_not_judged(struct run *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_sentence(r, r->results.not_judged, fmt, ap);
    va_end(ap);
}

/* Faults applied and not mended yet. */
static json_t *live_faults(struct run *r)
{
    json_t *a = json_array();

    timeline_lock(&r->facts.timeline);
    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++) {
        const struct step_run *s = &r->facts.timeline.steps[i];

        if (s->state >= STEP_APPLIED && s->state < STEP_MENDED)
            json_array_append_new(
                a, json_sprintf("%s %s", r->given.plan->steps[i].ops->name,
                                s->target.name));
    }
    timeline_unlock(&r->facts.timeline);
    return a;
}

/* Records a second arriving at the ends of all flows, over the last 3 s. */
static double rate_now(struct run *r, const struct sample *now)
{
    AUTO_FREE struct sample *recent = NULL;
    size_t n =
        sampler_since(r->world.sampler, now->t_us - 3 * US_PER_S, &recent);
    const struct sample *before = n > 0 ? &recent[0] : now;
    double rate = 0;

    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        if (r->given.shape.ends[i] && now->t_us > before->t_us)
            rate += (double)(now->delivered[i] - before->delivered[i]) *
                    US_PER_S / (double)(now->t_us - before->t_us);
    return rate;
}

void run_progress(struct run *r)
{
    int64_t now = clk_now(&r->world.clk);
    struct sample s;
    int64_t lag = 0;

    if (now - r->told.progress_us < US_PER_S / 2 || !r->world.sampler ||
        !sampler_last(r->world.sampler, &s))
        return;
    r->told.progress_us = now;
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        lag += s.lag[i] > 0 ? s.lag[i] : 0;
    progress_send(&r->told.progress,
                  json_pack("{s:I, s:s, s:I, s:f, s:I, s:I, s:o, s:o}", "t_us",
                            (json_int_t)now, "live",
                            r->told.phase ? r->told.phase : "", "left_us",
                            (json_int_t)(r->told.phase_limit_us -
                                         (now - r->told.phase_began_us)),
                            "rate", rate_now(r, &s), "lag", (json_int_t)lag,
                            "acknowledged", (json_int_t)s.acknowledged, "tasks",
                            sampler_tasks(r->world.sampler), "faults",
                            live_faults(r)));
}
