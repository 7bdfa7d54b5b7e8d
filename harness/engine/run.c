/* run.c - the phases of a run, in order, and the way out of each. */
#include "engine/run.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/evidence_file.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/flow_shape_own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/run_state_own.h"
#include "engine/shared_own.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"

/* run.c directs and nothing else: files below call neither run.c nor each other
 * in a circle. */

static void init(struct run *r, struct nodes *nodes,
                 const struct run_spec *spec)
{
    const struct plan *p = spec->plan;

    *r = (struct run){.given = {.spec = spec, .plan = p},
                      .world = {.nodes = nodes}};
    pthread_mutex_init(&r->world.workers.lock, NULL);
    pthread_mutex_init(&r->told.lock, NULL);
    progress_init(&r->told.progress, spec->progress_fd);
    r->world.clk = clk_real_from(spec->origin_us);
    r->results.phases = json_array();
    r->results.reasons = json_array();
    r->results.not_judged = json_array();
    r->facts.stations =
        must_calloc(p->stations_len, sizeof(*r->facts.stations));
    r->facts.hops = must_calloc(p->hops_len, sizeof(*r->facts.hops));
    r->world.stations =
        must_calloc(p->stations_len, sizeof(*r->world.stations));
    r->results.hops = must_calloc(p->hops_len, sizeof(*r->results.hops));
    r->told.progress_us = -US_PER_S;
    r->facts.load_began_us = r->facts.load_ended_us = -1;
    r->given.shape = flow_shape_of(p);
    for (size_t i = 0; i < p->groups_len; i++) /* until the platform is open */
        limits_read(NULL, p->groups[i].name, &r->facts.limits[i]);
}

static int open_folder(struct run *r, struct err *err)
{
    static const char *const folders[] = {"work", "logs", "undo"};
    AUTO_FREE char *log = path_of("%s/ordeal.log", r->given.spec->dir);
    int fd;

    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        AUTO_FREE char *dir = path_of("%s/%s", r->given.spec->dir, folders[i]);

        if (evidence_folder(dir, err) < 0)
            return err->code;
    }
    if (run_keep_room(r, err) < 0 || evidence_open(log, 0, &fd, err) < 0)
        return err->code;
    log_open(fd, r->given.spec->verbose ? STDERR_FILENO : -1, LOG_DEBUG,
             &r->world.clk);
    if (run_open_journal(r, err) < 0)
        return err->code;
    return shared_begin(r, NULL, err);
}

/* On a full disk anything may fail first, with any error. The full disk is told
 * as the cause. */
static void tell_full(struct run *r)
{
    struct err full = {0};

    if (r->told.full || run_disk_has_room(r, &full) != -ENOSPC)
        return;
    run_reason(r, "%s: %s", run_phase_name(r), full.text);
    r->told.full = true;
}

/* Run a phase. The error of a failed phase becomes a reason. A full disk or the
 * end of the last broker may be the cause and becomes a reason too. */
static bool did(struct run *r, int (*phase)(struct run *, struct err *))
{
    struct err err = {0};
    bool told_late = r->told.late;

    if (phase(r, &err) == 0)
        return true;
    tell_full(r);
    r->told.late |= err.code == -ETIMEDOUT && run_is_late(r);
    if ((err.code != -EINTR || !run_interrupted()) && /* the verdict names
                                                         Ctrl-C */
        !(told_late && err.code == -ETIMEDOUT))
        run_reason(r, "%s: %s", run_phase_name(r), err.text);
    (void)run_cluster_is_gone(r);
    r->facts.cut_short = true;
    return false;
}

/* All phases of a run. Once the load has begun, a phase that fails ends only
 * the phases up to the timeline: faults are healed, stations are read and hops
 * are judged all the same, since records were sent. */
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
    if (evidence_put(path, evidence, &err) < 0) {
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
    struct run *r = must_calloc(1, sizeof(*r));
    struct err err = {0};
    int code;

    run_watch_signals();
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
    if (!spec->verify_only && !r->facts.timeline_made)
        run_without_timeline(r);
    run_give_room(spec->dir);
    code = finish(r);
    journal_close(r->told.journal);
    progress_done(&r->told.progress);
    return code; /* memory and threads end with the process */
}
