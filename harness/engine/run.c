/* run.c - the phases of a run, in order, and the way out of each. */
#include "engine/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/room.h"
#include "base/utf8.h"
#include "engine/flow_shape_own.h"
#include "engine/run_state_own.h"

enum {
    DESCRIPTORS_KEPT = 16,     /* to look, ask and write down with */
    CLOCK_SLACK_US = US_PER_S, /* the wall clock may be trimmed by that */
};

#define ROOM_PATH "%s/work/room"

static volatile sig_atomic_t interrupts;

static void on_signal(int sig)
{
    (void)sig;
    interrupts++;
}

bool run_interrupted(void)
{
    return interrupts > 0;
}

/* On the thread that put the event, with the journal locked. */
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

void run_phase(struct run *r, const char *name, int64_t limit_us)
{
    int64_t now = clk_now(&r->world.clk);

    if (r->told.phase &&
        !r->given.spec->verify_only) /* else they are the past's */
        json_array_append_new(r->results.phases,
                              json_pack("{s:s, s:I, s:I}", "name",
                                        r->told.phase, "from_us",
                                        (json_int_t)r->told.phase_began_us,
                                        "to_us", (json_int_t)now));
    r->told.phase = name;
    r->told.phase_began_us = now;
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

static void PRINTF_LIKE(2, 0)
    add_sentence(json_t *to, const char *fmt, va_list ap)
{
    char *text = must_vprintf(fmt, ap);

    utf8_mend(text); /* JSON would not take it, and a reason be missing */
    json_array_append_new(to, json_string(text));
    log_warn("engine", "%s", text);
    free(text);
}

void run_reason(struct run *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_sentence(r->results.reasons, fmt, ap);
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
    add_sentence(r->results.not_judged, fmt, ap);
    va_end(ap);
}

static json_t *live_tasks(struct run *r)
{
    const struct scenario *s = &r->given.plan->scenario;
    json_t *o = json_object();
    char text[96];

    for (size_t i = 0; i < s->connectors_len; i++) {
        observer_tasks_text(r->world.cluster.observer, s->connectors[i].name,
                            text, sizeof(text));
        json_object_set_new(o, s->connectors[i].name, json_string(text));
    }
    return o;
}

static json_t *live_faults(struct run *r)
{
    json_t *a = json_array();

    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++) {
        const struct step_run *s = &r->facts.timeline.steps[i];

        if (s->state >= STEP_APPLIED && s->state < STEP_MENDED)
            json_array_append_new(
                a, json_sprintf("%s %s", r->given.plan->steps[i].ops->name,
                                s->target.name));
    }
    return a;
}

void run_progress(struct run *r)
{
    static int64_t last_us = -US_PER_S;
    int64_t now = clk_now(&r->world.clk);
    struct sample s, before;
    AUTO_FREE struct sample *recent = NULL;
    double rate = 0;
    int64_t lag = 0;
    size_t n;

    if (now - last_us < US_PER_S / 2 || !r->world.sampler ||
        !sampler_last(r->world.sampler, &s))
        return;
    last_us = now;
    n = sampler_since(r->world.sampler, s.t_us - 3 * US_PER_S, &recent);
    before = n > 0 ? recent[0] : s;
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        if (r->given.shape.ends[i] && s.t_us > before.t_us)
            rate += (double)(s.delivered[i] - before.delivered[i]) * US_PER_S /
                    (double)(s.t_us - before.t_us);
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        lag += s.lag[i] > 0 ? s.lag[i] : 0;
    progress_send(&r->told.progress,
                  json_pack("{s:I, s:s, s:I, s:f, s:I, s:I, s:o, s:o}", "t_us",
                            (json_int_t)now, "live",
                            r->told.phase ? r->told.phase : "", "left_us",
                            (json_int_t)(r->told.phase_limit_us -
                                         (now - r->told.phase_began_us)),
                            "rate", rate, "lag", (json_int_t)lag,
                            "acknowledged", (json_int_t)s.acknowledged, "tasks",
                            live_tasks(r), "faults", live_faults(r)));
}

/* On a full disk brokers halt, sinks lose what they take and the evidence has
 * holes: the run ends while there is room to say so. */
static int disk_has_room(const struct run *r, struct err *err)
{
    return room_left(r->given.spec->dir, UINT64_C(32) << 20,
                     "a run needs 32 MiB at any time and far more for brokers' "
                     "data",
                     err);
}

/* That can be late: what writes fast fills a disk between two looks. So the
 * evidence has room of its own, which nobody else is given before all that
 * writes has ended. */
static int keep_room(const struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of(ROOM_PATH, r->given.spec->dir);

    return r->given.spec->verify_only ? 0
                                      : room_keep(path, UINT64_C(8) << 20, err);
}

void run_give_room(const char *dir)
{
    AUTO_FREE char *path = path_of(ROOM_PATH, dir);

    (void)unlink(path);
}

bool run_clock_was_set(struct run *r)
{
    int64_t apart =
        clk_wall_us() - r->given.spec->began_wall_us - clk_now(&r->world.clk);

    if (r->given.spec->verify_only || r->facts.clock_set ||
        (apart < CLOCK_SLACK_US && apart > -CLOCK_SLACK_US))
        return r->facts.clock_set;
    r->facts.clock_set = true;
    run_not_judged(r,
                   "what the wall clock says: it was set by %+.1fs while the "
                   "run went on",
                   (double)apart / US_PER_S);
    return true;
}

int run_can_look(struct err *err)
{
    return descriptors_left(DESCRIPTORS_KEPT, err);
}

int run_may_go_on(struct run *r, struct err *err)
{
    (void)run_clock_was_set(r);
    if (run_interrupted())
        return err_set(err, -EINTR, "interrupted in phase %s",
                       r->told.phase ? r->told.phase : "preflight");
    if (clk_now(&r->world.clk) > r->given.plan->scenario.timeouts.run_us)
        return err_set(err, -ETIMEDOUT,
                       "the whole run took longer than timeouts.run");
    if (disk_has_room(r, err) < 0) {
        r->told.full = true; /* by who asked */
        return err->code;
    }
    if (run_can_look(err) < 0)
        return err->code;
    return run_all_stand(r, err);
}

int64_t run_flush_us(struct run *r)
{
    const char *ms = NULL;

    if (r->world.platform && r->world.platform->ops->property)
        ms = r->world.platform->ops->property(r->world.platform, ROLE_WORKER,
                                              "offset.flush.interval.ms");
    return ms ? strtoll(ms, NULL, 10) * US_PER_MS : 60 * (int64_t)US_PER_S;
}

static void init(struct run *r, struct nodes *nodes,
                 const struct run_spec *spec)
{
    const struct plan *p = spec->plan;

    *r = (struct run){.given = {.spec = spec, .plan = p},
                      .world = {.nodes = nodes}};
    pthread_mutex_init(&r->world.workers.lock, NULL);
    progress_init(&r->told.progress, spec->progress_fd);
    r->world.clk = clk_real_from(spec->origin_us);
    r->results.phases = json_array();
    r->results.reasons = json_array();
    r->results.not_judged = json_array();
    r->facts.stations = calloc(p->stations_len + 1, sizeof(*r->facts.stations));
    r->facts.hops = calloc(p->hops_len + 1, sizeof(*r->facts.hops));
    r->world.stations = calloc(p->stations_len + 1, sizeof(*r->world.stations));
    r->results.hops = calloc(p->hops_len + 1, sizeof(*r->results.hops));
    if (!r->facts.stations || !r->facts.hops || !r->world.stations ||
        !r->results.hops)
        abort();
    r->facts.load_began_us = r->facts.load_ended_us = -1;
    r->given.shape = flow_shape_of(p);
}

static int open_folder(struct run *r, struct err *err)
{
    static const char *const folders[] = {"work", "logs", "undo"};
    AUTO_FREE char *log = path_of("%s/ordeal.log", r->given.spec->dir);
    AUTO_FREE char *journal =
        path_of("%s/%s", r->given.spec->dir,
                r->given.spec->verify_only ? "verify.jsonl" : "journal.jsonl");
    int fd;

    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        AUTO_FREE char *dir = path_of("%s/%s", r->given.spec->dir, folders[i]);

        if (mkdir_all(dir, err) < 0)
            return err->code;
    }
    if (keep_room(r, err) < 0)
        return err->code;
    fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_errno(err, "%s", log);
    log_open(fd, r->given.spec->verbose ? STDERR_FILENO : -1, LOG_DEBUG,
             &r->world.clk);
    if (journal_open(journal, &r->world.clk, show_event, r, &r->told.journal,
                     err) < 0)
        return err->code;
    r->told.events = journal_sink(r->told.journal);
    return 0;
}

/* What fails on a full disk fails for that, whoever noticed it first. */
static void tell_full(struct run *r)
{
    struct err full = {0};

    if (r->told.full || disk_has_room(r, &full) != -ENOSPC)
        return;
    run_reason(r, "%s: %s", r->told.phase ? r->told.phase : "preflight",
               full.text);
    r->told.full = true;
}

/* A phase; what of it failed is a reason. */
static bool did(struct run *r, int (*phase)(struct run *, struct err *))
{
    struct err err = {0};

    if (phase(r, &err) == 0)
        return true;
    tell_full(r);
    if (err.code != -EINTR || !run_interrupted()) /* the verdict says that */
        run_reason(r, "%s: %s", r->told.phase ? r->told.phase : "preflight",
                   err.text);
    (void)run_cluster_is_gone(r); /* and that may be why */
    r->facts.cut_short = true;
    return false;
}

/* Everything that can fail short of the verdict. What was done is judged all
 * the same. */
static void live(struct run *r)
{
    static int (*const phases[])(struct run *, struct err *) = {
        run_may_go_on, run_up, run_start_flow, run_steady, run_timeline};
    bool whole = true;

    for (size_t i = 0; i < ARRAY_LEN(phases) && whole; i++)
        whole = did(r, phases[i]);
    if (!whole && r->facts.load_began_us < 0)
        return;
    (void)did(r, run_heal);
    if (whole)
        (void)did(r, run_quiet);
    (void)did(r, run_stop_load);
    if (!run_interrupted())
        (void)did(r, run_drain);
    r->facts.pressure_after = pressure_now();
    run_replay(r);
    if (r->facts.timeline_made)
        timeline_note_generations(&r->facts.timeline);
    run_judge_hops(r);
}

static int finish(struct run *r)
{
    AUTO_FREE char *path =
        path_of("%s/%s", r->given.spec->dir,
                r->given.spec->verify_only ? "verify.json" : "run.json");
    AUTO_JSON json_t *evidence = NULL;
    struct err err = {0};
    int code;

    if (r->told.journal && journal_error(r->told.journal, &err) < 0)
        run_reason(r, "the journal is incomplete: %s", err.text);
    evidence = run_evidence(r);
    err = (struct err){0};
    if (json_write(path, evidence, &err) < 0) {
        log_error("engine", "%s", err.text);
        progress_last(&r->told.progress, json_pack("{s:s}", "broken", err.text),
                      10 * US_PER_S);
        return OUTCOME_INCONCLUSIVE;
    }
    code = (int)json_integer_value(json_object_get(evidence, "exit_code"));
    return code;
}

int engine_run(struct nodes *nodes, void *ctx)
{
    const struct run_spec *spec = ctx;
    struct sigaction act = {.sa_handler = on_signal};
    struct run *r = calloc(1, sizeof(*r));
    struct err err = {0};
    int code;

    if (!r)
        abort();
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    init(r, nodes, spec);
    if (open_folder(r, &err) < 0)
        run_reason(r, "the run folder: %s", err.text);
    else if (spec->verify_only)
        run_look_again(r);
    else
        live(r);
    run_phase(r, "down", 0);
    run_down(r);
    run_phase(r, NULL, 0);
    run_give_room(spec->dir);
    code = finish(r);
    journal_close(r->told.journal);
    progress_done(&r->told.progress);
    return code; /* the process ends: what it held goes with it */
}
