/* topic_evidence.c - run.json of a topic, read as the topic is now. */
#include "base/clk.h"
#include "base/secrets.h"
#include "engine/hop_json_own.h"
#include "engine/machine_json_own.h"
#include "engine/topic_look.h"
#include "verdict/verdict.h"

static json_t *run_json(const struct topic_look *l, const struct topic_run *run)
{
    char began[25], ended[25];

    clk_format_wall(run->began_wall_us, began);
    clk_format_wall(run->began_wall_us + run->took_us, ended);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "id",
                     run->id, "name", l->facts.topic, "file", "", "folder",
                     run->dir, "seed", "0", "began", began, "ended", ended,
                     "duration_us", (json_int_t)run->took_us, "program",
                     program_json(run->commit), "host", host_json(NULL));
}

static json_t *station_json(const struct topic_look *l)
{
    const struct topic_facts *f = &l->facts;
    struct tally_counts c = tally_counts(l->numbers);
    const char *why_not = topic_holes_unjudged(f);

    return json_pack(
        "{s:s, s:s, s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:b, "
        "s:s}}",
        "name", f->topic, "kind", "topic", "read", 1, "why_not", "",
        "isolation",
        l->ask->uncommitted ? "read_uncommitted" : "read_committed", "records",
        (json_int_t)f->records, "ours",
        (json_int_t)(f->numbers_len + f->texts_len), "distinct",
        (json_int_t)(c.distinct + f->texts_len - f->text_copies), "copies",
        (json_int_t)(c.copies + f->text_copies), "reordered",
        (json_int_t)c.reordered, "offsets", "holes", (json_int_t)f->holes,
        "missing", (json_int_t)f->missing, "judged", why_not == NULL, "why_not",
        why_not ? why_not : "");
}

static void add_hop(json_t *hops, const struct topic_look *l,
                    const struct topic_run *run, const struct topic_hop *h,
                    const char *upstream)
{
    if (!h->judged)
        return;
    json_array_append_new(hops, hop_json(&(struct hop_json_spec){
                                    .name = h->name,
                                    .connector = "",
                                    .upstream = upstream,
                                    .downstream = l->facts.topic,
                                    .up_is_ledger = true,
                                    .guarantee = &h->guarantee,
                                    .result = &h->result,
                                    .status = &h->status,
                                    .drained = true,
                                    .began_wall_us = run->began_wall_us,
                                }));
}

static json_t *hops_json(const struct topic_look *l,
                         const struct topic_verdict *v,
                         const struct topic_run *run)
{
    json_t *hops = json_array();

    add_hop(hops, l, run, &v->numbers, "the row of numbers");
    add_hop(hops, l, run, &v->texts, "the texts seen");
    return hops;
}

json_t *topic_evidence(const struct topic_look *l,
                       const struct topic_verdict *v,
                       const struct topic_run *run)
{
    json_t *o = json_pack(
        "{s:s, s:o, s:{s:s, s:n}, s:O, s:O, s:{s:s, s:s}, s:[{s:s, s:i, s:I}], "
        "s:[o], s:o, s:[], s:[], s:[], s:[], s:[]}",
        "schema", "ordeal.run/1", "run", run_json(l, run), "expected", "is",
        outcome_name(OUTCOME_PASS), "findings", "reasons", v->reasons,
        "not_judged", v->not_judged, "platform", "kind", "existing",
        "bootstrap", l->ask->access->bootstrap, "phases", "name", "replay",
        "from_us", 0, "to_us", (json_int_t)run->took_us, "stations",
        station_json(l), "hops", hops_json(l, v, run), "faults", "checks",
        "series", "events", "artifacts");

    json_object_set_new(o, "secrets", secrets_json());
    verdict_guard_whole(
        o, &(struct verdict_whole){
               .stations = 1,
               .hops = (size_t)v->numbers.judged + (size_t)v->texts.judged,
           });
    verdict_settle(o, &(struct verdict_rules){0});
    return o;
}
