/* again.c - `ordeal verify RUN`: brokers alone are started, nothing is sent,
 * and everything is read and judged by the records that the run itself left.
 *
 * Without workers nothing can drain, so no absent record is called lost.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/read_once_own.h"
#include "engine/tell_own.h"

static const int64_t readable_us = 15 * US_PER_S;

/* ---- records of the earlier run ----------------------------------------- */

static void recall(struct run *r)
{
    struct past *p = &r->facts.past;

    past_read(r->given.spec->dir, p);
    json_decref(r->results.phases);
    r->results.phases = json_incref(p->phases);
    r->facts.load_began_us = p->load_began_us;
    r->facts.load_ended_us = p->load_ended_us;
    r->facts.loads = json_incref(p->loads);
    if (p->damage[0])
        run_reason(r, "%s: what was done to the system is not known for sure",
                   p->damage);
}

static void recall_steps(struct run *r)
{
    struct timeline_spec spec = {
        .plan = r->given.plan,
        .field = &r->world.field,
        .undo_dir =
            path_of("%s/undo", r->given.spec->dir), /* as the timeline */
        .seed = r->given.spec->seed,
    };

    r->world.field.clk =
        &r->world.clk; /* the other members are set when the platform is up */
    timeline_init(&r->facts.timeline, &spec);
    past_steps(&r->facts.past, &r->facts.timeline);
    r->facts.timeline_made = true;
}

/* ---- killed brokers ----------------------------------------------------- */

struct wanted {
    struct run *r;
    const struct ledger_view_stream *stream;
    int64_t end; /* behind the last acknowledged record */
};

static int is_readable(void *ctx, struct err *err)
{
    struct wanted *w = ctx;
    const struct ledger_stream *d = &w->stream->decl;
    struct err why = {0};
    int64_t low, high;

    if (run_interrupted())
        return err_set(err, -EINTR, "interrupted");
    if (kafka_watermarks(w->r->world.cluster.admin, d->into, d->partition, &low,
                         &high, 5 * US_PER_S, &why) < 0)
        return 0;
    return high >= w->end;
}

/* After a SIGKILL a leader's high watermark is some seconds old until its
 * followers have fetched again, and records behind the watermark cannot be read
 * yet. */
static void await_acknowledged(struct run *r)
{
    int64_t deadline_us = clk_now(&r->world.clk) + readable_us;

    for (size_t i = 0; i < r->facts.ledger.streams_len; i++) {
        const struct ledger_view_stream *s = &r->facts.ledger.streams[i];
        struct wanted w = {r, s, 0};
        struct err err = {0};

        for (size_t k = 0; k < s->runs_len; k++) {
            const struct ledger_run *one = &s->runs[k];
            int64_t end = one->offset + (int64_t)one->count;

            if (one->fate == FATE_ACKNOWLEDGED && one->offset >= 0)
                w.end = end > w.end ? end : w.end;
        }
        if (s->decl.partition >= 0 && w.end > 0 &&
            wait_until(&r->world.clk, is_readable, &w, 100 * US_PER_MS,
                       deadline_us, s->decl.into, &err) < 0)
            log_info("engine", "partition %d up to offset %" PRId64 ": %s",
                     (int)s->decl.partition, w.end, err.text);
    }
}

/* ---- the first sentence ------------------------------------------------- */

static bool has_ledger(const struct run *r)
{
    AUTO_FREE char *ledger = path_of("%s/ledger.bin", r->given.spec->dir);

    return access(ledger, F_OK) == 0;
}

static char *sent_text(const struct run *r)
{
    uint64_t acknowledged = 0, open = 0;

    for (size_t i = 0; i < r->facts.ledger.streams_len; i++) {
        acknowledged += r->facts.ledger.streams[i].acknowledged;
        open += r->facts.ledger.streams[i].indeterminate;
    }
    if (!r->facts.have_ledger)
        return path_of("%s", has_ledger(r) ? "what was sent is not known"
                                           : "nothing had been sent");
    return path_of("%" PRIu64 " records sent and acknowledged, %" PRIu64
                   " indeterminate",
                   acknowledged, open);
}

/* ", 4332 in orders, 4286 in shop": the number of identities in each station
 * read. */
static char *arrived_text(const struct run *r)
{
    char *all = path_of("%s", "");

    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        const struct tally *t = r->facts.stations[i].tally;
        char *more;

        if (!t)
            continue;
        more = path_of("%s, %" PRIu64 " in %s", all, tally_counts(t).distinct,
                       r->given.plan->stations[i].name);
        free(all);
        all = more;
    }
    return all;
}

static void say_first(struct run *r)
{
    const struct past *p = &r->facts.past;
    const json_t *last =
        json_array_get(p->phases, json_array_size(p->phases) - 1);
    const char *phase = json_string_value(json_object_get(last, "name"));
    AUTO_FREE char *sent = sent_text(r);
    AUTO_FREE char *arrived = arrived_text(r);
    AUTO_FREE char *what =
        p->ended ? path_of("the run ended by itself (%s, see run.json) and was "
                           "read again",
                           p->outcome)
                 : path_of("the run was broken off in phase %s",
                           phase ? phase : "preflight");

    json_array_insert_new(
        r->results.reasons, 0,
        json_sprintf("%s: %s%s; what is wrong fails, what is absent is not "
                     "called lost, nothing passes",
                     what, sent, arrived));
}

/* ---- the look itself ---------------------------------------------------- */

void run_look_again(struct run *r)
{
    struct err failed = {0}, *err = &failed;

    recall(r);
    recall_steps(r);
    if (!has_ledger(r)) {
        say_first(r); /* nothing to read: no need to start anything */
        return;
    }
    if (run_up(r, err) ==
        -ENODATA) { /* no broker's data, but files and sinks can be read */
        run_reason(r, "%s", err->text);
        r->facts.topics_gone = true;
        *err = (struct err){0};
    }
    if (err->code == 0 && run_start_flow(r, err) == 0) {
        if (run_read_ledger(r, err) == 0 && !r->facts.topics_gone)
            await_acknowledged(r);
        run_replay(r);
        run_judge_hops(r);
    } else {
        run_reason(r, "%s: %s", r->told.phase, err->text);
    }
    say_first(r);
}
