/* evidence.c - run.json: everything found, and the outcome. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"
#include "base/utf8.h"
#include "engine/facts_own.h"
#include "engine/hop_gather_own.h"
#include "engine/machine_json_own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/shared_own.h"
#include "engine/tell_own.h"
#include "verdict/check_again.h"
#include "verdict/undeclared.h"
#include "verdict/verdict.h"

/* How long tasks of the machine waited while the load ran; NULL (left out): not
 * known, as in a run that is read again. */
static json_t *waited_json(const struct facts *f)
{
    const struct pressure *a = &f->pressure_before, *b = &f->pressure_after;

    if (!a->known || !b->known)
        return NULL;
    return json_pack(
        "{s:I, s:I, s:I}", "cpu_ppm",
        (json_int_t)pressure_share(a, b, a->cpu_us, b->cpu_us), "disk_ppm",
        (json_int_t)pressure_share(a, b, a->disk_us, b->disk_us), "memory_ppm",
        (json_int_t)pressure_share(a, b, a->memory_us, b->memory_us));
}

static json_t *run_json(struct run *r)
{
    const struct run_spec *s = r->given.spec;
    char began[25], ended[25];
    AUTO_FREE char *reports =
        path_of("%s%s", s->dir, s->verify_only ? "/verify" : "");
    /* verify: up to the last line of the journal */
    int64_t took =
        s->verify_only ? r->facts.past.last_us : clk_now(&r->world.clk);

    clk_format_wall(s->began_wall_us, began);
    clk_format_wall(s->verify_only ? s->began_wall_us + took : clk_wall_us(),
                    ended);
    return json_pack(
        "{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:s, s:o, "
        "s:o, s:b, s:s}",
        "id", s->id, "number", (json_int_t)s->number, "name",
        r->given.plan->scenario.name, "why",
        r->given.plan->scenario.why ? r->given.plan->scenario.why : "", "file",
        s->scenario_file, "file_sha256", s->scenario_sha256, "seed",
        (json_int_t)s->seed, "began", began, "ended", ended, "duration_us",
        (json_int_t)took, "sandbox",
        nodes_sandboxed(r->world.nodes) ? "namespaces" : "fallback",
        "sandbox_reason", s->sandbox_reason ? s->sandbox_reason : "", "program",
        program_json(s->commit), "host", host_json(waited_json(&r->facts)),
        "verified_afterwards", s->verify_only, "folder", reports);
}

static json_t *timeouts_json(const struct timeouts *t)
{
    const struct {
        const char *name;
        int64_t us;
    } rows[] = {
        {"node_up_us", t->node_up_us},
        {"connector_running_us", t->connector_running_us},
        {"steady_us", t->steady_us},
        {"fault_lands_us", t->fault_lands_us},
        {"revert_us", t->revert_us},
        {"recover_us", t->recover_us},
        {"drain_us", t->drain_us},
        {"replay_us", t->replay_us},
        {"run_us", t->run_us},
        {"stall_us", t->stall_us},
    };
    json_t *o = json_object();

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        json_object_set_new(o, rows[i].name, json_integer(rows[i].us));
    return o;
}

/* Numbers of records by the ledger, and by nothing else. */
static json_t *load_json(const struct facts *f)
{
    uint64_t acked = 0, refused = 0, aborted = 0, open = 0;

    for (size_t i = 0; i < f->ledger.streams_len; i++) {
        acked += f->ledger.streams[i].acknowledged;
        refused += f->ledger.streams[i].refused;
        aborted += f->ledger.streams[i].aborted;
        open += f->ledger.streams[i].indeterminate;
    }
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:O*}", "attempted",
                     (json_int_t)(acked + refused + aborted + open),
                     "acknowledged", (json_int_t)acked, "refused",
                     (json_int_t)refused, "aborted", (json_int_t)aborted,
                     "indeterminate", (json_int_t)open, "began_us",
                     (json_int_t)f->load_began_us, "ended_us",
                     (json_int_t)f->load_ended_us, "each", f->loads);
}

static json_t *offsets_json(const struct station_facts *s)
{
    uint64_t holes = 0, missing = 0;

    for (size_t i = 0; i < s->walks.len; i++) {
        holes += s->walks.at[i].holes;
        missing += s->walks.at[i].missing;
    }
    return json_pack("{s:I, s:I, s:b, s:s}", "holes", (json_int_t)holes,
                     "missing", (json_int_t)missing, "judged",
                     !s->holes_unjudged, "why_not",
                     s->holes_unjudged ? s->holes_unjudged : "");
}

static json_t *station_json(const struct given *g, const struct facts *f,
                            size_t i)
{
    const struct plan_station *p = &g->plan->stations[i];
    const struct station_facts *s = &f->stations[i];
    struct tally_counts c = {0};
    json_t *o;

    if (s->tally)
        c = tally_counts(s->tally);
    o = json_pack("{s:s, s:s, s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, "
                  "s:I}",
                  "name", p->name, "kind", p->ops->name, "read",
                  s->tally != NULL, "why_not", s->why_not, "isolation",
                  station_has_offsets(p) ? "read_committed" : "", "records",
                  (json_int_t)c.records, "ours", (json_int_t)c.ours, "distinct",
                  (json_int_t)c.distinct, "copies", (json_int_t)c.copies,
                  "reordered", (json_int_t)c.reordered, "corrupt",
                  (json_int_t)c.corrupt, "foreign", (json_int_t)c.foreign);
    if (station_has_offsets(p) && s->tally)
        json_object_set_new(o, "offsets", offsets_json(s));
    return o;
}

static json_t *stations_json(const struct run *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        json_array_append_new(a, station_json(&r->given, &r->facts, i));
    return a;
}

static json_t *hops_json(const struct run *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        json_array_append_new(
            a, hop_evidence(&r->given, &r->facts, &r->results, i));
    return a;
}

static json_t *expected_json(const struct expected *e)
{
    return json_pack(
        "{s:s, s:O}", "is",
        outcome_name(e->given ? (enum outcome)e->is : OUTCOME_PASS), "findings",
        e->findings ? (json_t *)e->findings : json_null());
}

static json_t *relaxed_json(const struct plan_check *c)
{
    return json_pack("{s:s, s:s, s:{}, s:s, s:s, s:s}", "path", c->spec->path,
                     "kind", c->ops->name, "args", "status", "relaxed",
                     "sentence", "by the scenario's own word", "reason",
                     c->spec->reason ? c->spec->reason : "");
}

static void add_checks(struct run *r, json_t *run)
{
    AUTO_FREE char *logs = shared_own_logs(r->given.spec->dir);
    json_t *a = json_array();

    for (size_t i = 0; i < r->given.plan->checks_len; i++) {
        const struct plan_check *c = &r->given.plan->checks[i];
        struct check_result res = {0};

        if (c->spec->relax) {
            json_array_append_new(a, relaxed_json(c));
            continue;
        }
        c->ops->judge(run, logs, c->args, &res);
        if (r->given.spec->verify_only)
            check_again(c->ops, &res);
        utf8_mend(res.sentence);
        json_array_append_new(
            a, json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "path",
                         c->spec->path, "kind", c->ops->name, "args",
                         args_json(c->ops->args, c->ops->args_len, c->args),
                         "status", check_status_name(res.status), "sentence",
                         res.sentence, "reason", ""));
    }
    json_object_set_new(run, "checks", a);
}

static void add_artifacts(const struct run *r, json_t *run)
{
    static const char *const files[] = {"journal.jsonl", "ledger.bin",
                                        "scenario.yaml", "ordeal.log"};
    json_t *a = json_array();

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *path = path_of("%s/%s", r->given.spec->dir, files[i]);
        char sha[SHA256_HEX];
        struct err ignored = {0};

        if (sha256_file(path, sha, &ignored) == 0)
            json_array_append_new(
                a, json_pack("{s:s, s:s}", "path", files[i], "sha256", sha));
    }
    json_object_set_new(run, "artifacts", a);
}

static json_t *events_json(const struct run *r)
{
    if (r->given.spec->verify_only)
        return r->facts.past.events ? json_incref(r->facts.past.events)
                                    : json_array();
    return r->told.journal ? journal_events(r->told.journal) : json_array();
}

/* The shared world of the run; null: the nodes were the run's own. */
static json_t *world_json(const struct run *r)
{
    const struct shared_world *w = &r->given.spec->world;

    if (!w->dir || r->given.spec->verify_only)
        return json_null();
    return json_pack("{s:s, s:i, s:O*, s:O*}", "id", w->id, "ordinal",
                     w->ordinal, "before", w->before, "left", r->results.left);
}

static void add_undeclared(const struct run *r, json_t *run)
{
    const struct baseline *b = &r->facts.baseline;
    int64_t us = undeclared_us(r->results.phases, clk_now(&r->world.clk),
                               b->known ? b->window_us : 0,
                               facts_flush_us(&r->given, &r->facts));

    json_object_set_new(run, "undeclared_us", json_integer(us));
}

/* The order matters: checks read the document, so all other members stand in it
 * before the checks run, and the verdict reads the checks. */
json_t *run_evidence(struct run *r)
{
    json_t *o = json_pack(
        "{s:s, s:o, s:o, s:O, s:O, s:o, s:o, s:O, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "schema", "ordeal.run/1", "run", run_json(r), "expected",
        expected_json(&r->given.plan->scenario.expected), "reasons",
        r->results.reasons, "not_judged", r->results.not_judged, "platform",
        r->world.platform && r->world.platform->ops->describe
            ? r->world.platform->ops->describe(r->world.platform)
            : json_object(),
        "timeouts", timeouts_json(&r->given.plan->scenario.timeouts), "phases",
        r->results.phases, "load", load_json(&r->facts), "stations",
        stations_json(r), "hops", hops_json(r), "faults",
        r->facts.timeline_made
            ? timeline_json(&r->facts.timeline,
                            facts_flush_us(&r->given, &r->facts))
            : json_array(),
        "series",
        r->world.sampler ? sampler_series(r->world.sampler) : json_array(),
        "events", events_json(r));

    if (!r->given.spec->verify_only)
        add_undeclared(r, json_object_get(o, "run"));
    json_object_set_new(o, "secrets", secrets_json());
    json_object_set_new(o, "world", world_json(r));
    json_object_set_new(o, "load_size",
                        json_integer((json_int_t)r->given.plan->loads_len));
    add_checks(r, o);
    add_artifacts(r, o);
    verdict_guard_whole(
        o, &(struct verdict_whole){
               .stations = r->given.plan->stations_len,
               .hops = r->given.plan->hops_len,
               .faults = r->facts.timeline_made ? r->given.plan->steps_len : 0,
               .checks = r->given.plan->checks_len,
           });
    verdict_settle(o, &(struct verdict_rules){
                          .records_min = r->given.plan->scenario.records_min,
                          .verify_only = r->given.spec->verify_only,
                          .interrupted = run_interrupted(),
                          .cut_short = r->facts.cut_short,
                      });
    return o;
}
