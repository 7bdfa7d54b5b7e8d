/* hop_json.c - one hop as evidence: its numbers, findings and status. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "engine/run_state_own.h"
#include "engine/unjudged_own.h"
#include "verdict/guarantee.h"

enum { WORST_SHOWN = 20 };

static void set_int(json_t *o, const char *key, uint64_t v)
{
    json_object_set_new(o, key, json_integer((json_int_t)v));
}

/* A station's wall-clock time on the run's clock: for attribution only. */
static int64_t run_time_us(const struct run *r, int64_t wall_us)
{
    return wall_us < 0 || r->facts.clock_set
               ? -1
               : wall_us - r->given.spec->began_wall_us;
}

static json_t *place_json(const struct run *r, const struct place *p)
{
    char when[25] = "";

    if (p->time_us >= 0)
        clk_format_wall(p->time_us, when);
    return json_pack("{s:i, s:I, s:s, s:I, s:i}", "partition",
                     (int)p->partition, "offset", (json_int_t)p->offset, "time",
                     when, "at_us", (json_int_t)run_time_us(r, p->time_us),
                     "node", (int)p->node);
}

static json_t *finding_json(const struct run *r, const struct finding *f)
{
    return json_pack(
        "{s:I, s:I, s:I, s:s, s:b, s:I, s:b, s:o, s:o, s:o, s:o}", "stream",
        (json_int_t)f->stream, "first", (json_int_t)f->first, "count",
        (json_int_t)f->count, "note", f->note ? f->note : "", "rewind",
        f->rewind, "ambiguous", (json_int_t)f->ambiguous, "overtaken_by_commit",
        f->overtaken_by_commit, "up_first", place_json(r, &f->up_first),
        "up_last", place_json(r, &f->up_last), "down_first",
        place_json(r, &f->down_first), "down_last",
        place_json(r, &f->down_last));
}

static json_t *balance_json(const struct balance *b)
{
    const struct {
        const char *name;
        uint64_t n;
    } fields[] = {
        {"attempted", b->attempted},
        {"acknowledged", b->acknowledged},
        {"refused", b->refused},
        {"aborted", b->aborted},
        {"indeterminate_appeared", b->indeterminate_appeared},
        {"indeterminate_absent", b->indeterminate_absent},
        {"upstream", b->upstream},
        {"delivered", b->delivered},
        {"dead_lettered", b->dead_lettered},
        {"filtered", b->filtered},
        {"diverged", b->diverged},
        {"pending", b->pending},
        {"unjudged", b->unjudged},
        {"lost", b->lost},
        {"unseen", b->unseen},
        {"upstream_copies", b->upstream_copies},
        {"downstream_copies", b->downstream_copies},
    };
    json_t *o = json_object();

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        set_int(o, fields[i].name, fields[i].n);
    return o;
}

struct duplicates_seen hop_disturbances(const struct run *r,
                                        const struct hop_judgement *hr)
{
    struct duplicates_seen d = {.unknown = r->given.spec->verify_only ||
                                           r->facts.struck,
                                .outside = hr->duplicates_outside,
                                .outside_judged = hr->outside_judged};

    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++)
        d.disturbances += r->facts.timeline.steps[i].applied;
    return d;
}

struct place_words {
    char text[64];
};

/* "[3] offset 9120"; a sink without partitions: " record 9120"; or "". */
static struct place_words words_of(const struct place *p)
{
    struct place_words w = {""};

    if (p->offset >= 0 && p->partition >= 0)
        (void)snprintf(w.text, sizeof(w.text), "[%d] offset %" PRId64,
                       (int)p->partition, p->offset);
    else if (p->offset >= 0)
        (void)snprintf(w.text, sizeof(w.text), " record %" PRId64, p->offset);
    return w;
}

/* "orders -> x -> shop: lost: expected none, got 12; stream 3 from 1041 on,
 * orders[3] offset 9120 (the longest of 4 runs)" */
static json_t *finding_sentence(const struct run *r, size_t hop,
                                enum finding_kind kind, const char *why)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct findings *f = &r->results.hops[hop].result.findings;
    const struct finding *w = NULL;
    char where[256] = "";

    for (size_t i = 0; i < f->worst_len && !w; i++)
        if (f->worst[i].kind == kind)
            w = &f->worst[i];
    if (w) {
        bool absent = kind == FINDING_LOST || kind == FINDING_UNSEEN;
        const struct place *p = absent ? &w->up_first : &w->down_first;
        const char *station = absent && h->up != SIZE_MAX
                                  ? r->given.plan->stations[h->up].name
                                  : r->given.plan->stations[h->down].name;
        struct place_words at = words_of(p);

        (void)snprintf(where, sizeof(where),
                       "; the longest of %" PRIu64 " runs: %" PRIu64
                       " records of stream %u from sequence %" PRIu64
                       " on, %s%s%s%s",
                       f->runs[kind], w->count, w->stream, w->first, station,
                       at.text, w->note ? ", " : "", w->note ? w->note : "");
    }
    return json_sprintf("%s: %s: %s%s", h->name, finding_kind_name(kind), why,
                        where);
}

/* What was found of all kinds; beside it, whether the guarantee is broken, or
 * cannot be said to hold. */
static json_t *findings_json(struct run *r, size_t hop, json_t *sentences,
                             bool *ret_broken, bool *ret_in_doubt)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    const struct findings *f = &hr->result.findings;
    struct duplicates_seen d = hop_disturbances(r, hr);
    json_t *o = json_object();

    for (int k = 0; k < FINDING_KINDS; k++) {
        json_t *worst = json_array();
        char why[160];
        bool breaks = guarantee_breaks(&h->guarantee, (enum finding_kind)k,
                                       f->records[k], &d, why, sizeof(why));
        const char *name = finding_kind_name((enum finding_kind)k);
        bool relaxed = breaks && run_relaxed(r, name);

        for (size_t i = 0; i < f->worst_len; i++)
            if (f->worst[i].kind == (enum finding_kind)k &&
                json_array_size(worst) < WORST_SHOWN)
                json_array_append_new(worst, finding_json(r, &f->worst[i]));
        if (f->records[k] > 0)
            json_array_append_new(
                sentences, finding_sentence(r, hop, (enum finding_kind)k, why));
        json_array_append_new(
            sentences, hop_unjudged_sentence(r, hop, (enum finding_kind)k));
        json_object_set_new(
            o, name,
            json_pack(
                "{s:I, s:I, s:I, s:b, s:b, s:I, s:o}", "records",
                (json_int_t)f->records[k], "runs", (json_int_t)f->runs[k],
                "unjudged",
                (json_int_t)hop_unjudged(&hr->result, (enum finding_kind)k),
                "fails", breaks && !relaxed, "relaxed", relaxed, "allowed",
                (json_int_t)guarantee_allows(&h->guarantee,
                                             (enum finding_kind)k, &d),
                "worst", worst));
        *ret_broken |= breaks && !relaxed;
        *ret_in_doubt |= hop_in_doubt(r, hop, (enum finding_kind)k);
    }
    return o;
}

static void list_events(const struct run *r, enum event_finding_kind k,
                        const struct event_finding *at, size_t len,
                        json_t *worst)
{
    for (size_t i = 0; i < len; i++) {
        const struct event_finding *e = &at[i];

        if (e->kind != k || json_array_size(worst) >= WORST_SHOWN)
            continue;
        json_array_append_new(
            worst, json_pack("{s:i, s:I, s:I, s:I, s:i, s:i, s:I}", "partition",
                             (int)e->partition, "at_us",
                             (json_int_t)run_time_us(r, e->time_us), "from",
                             (json_int_t)e->from, "to", (json_int_t)e->to,
                             "node_a", (int)e->node_a, "node_b", (int)e->node_b,
                             "count", (json_int_t)e->count));
    }
}

static json_t *event_json(const struct run *r, const struct hop_judgement *hr,
                          enum event_finding_kind k, uint64_t count,
                          bool judged, const char *why_not)
{
    json_t *worst = json_array();

    list_events(r, k, hr->commits.at, hr->commits.len, worst);
    list_events(r, k, hr->late.at, hr->late.len, worst);
    return json_pack("{s:I, s:b, s:s, s:o}", "count", (json_int_t)count,
                     "judged", judged, "why_not",
                     judged       ? ""
                     : why_not[0] ? why_not
                                  : "the run did not get so far",
                     "worst", worst);
}

/* It stood still in the drain, and work waited. A source that has worked to
 * its end waits for nothing, whatever it lost before: later records of each
 * stream have arrived. */
static bool stood_still(const struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    const uint64_t *n = hr->result.findings.records;
    bool at_its_end = h->by_identities && hr->judged &&
                      n[FINDING_UNSEEN] == 0 && hr->result.pending == 0;

    return r->facts.hops[hop].stalled && !at_its_end;
}

/* And the tasks said RUNNING. */
static bool silent(struct run *r, const struct plan_hop *h)
{
    int n;

    if (!h->connector || !r->world.cluster.observer)
        return false;
    n = observer_tasks(r->world.cluster.observer, h->connector->name);
    for (int i = 0; i < n; i++)
        if (strcmp(
                observer_task(r->world.cluster.observer, h->connector->name, i)
                    .state,
                "RUNNING") != 0)
            return false;
    return n > 0;
}

/* Nothing waits for it but its own commits. */
static bool all_arrived(const struct hop_judgement *hr)
{
    const uint64_t *n = hr->result.findings.records;

    return hr->judged && n[FINDING_LOST] == 0 && n[FINDING_UNSEEN] == 0 &&
           hr->result.pending == 0;
}

/* What this hop could be asked about its events, and what was found. */
static json_t *events_json(struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    const struct commit_result *c = &hr->commits;
    const char *unseen = "nothing was observed while it ran";
    bool stood = stood_still(r, hop) && silent(r, h);
    const struct {
        enum event_finding_kind kind;
        uint64_t count;
        bool judged;
        const char *why_not;
    } rows[] = {
        {EVENT_OFFSET_REGRESSION, c->regressions, hr->commits_judged,
         hr->commits_why_not},
        {EVENT_COMMITTED_AHEAD, c->ahead, hr->commits_judged && c->ahead_judged,
         hr->commits_judged ? "the sink has no arrival times by upstream offset"
                            : hr->commits_why_not},
        {EVENT_TWO_OWNERS, c->two_owners,
         hr->commits_judged && c->owners_judged,
         hr->commits_judged ? "who delivered, or who owned, was not seen"
                            : hr->commits_why_not},
        {EVENT_SILENT_STALL, stood && !all_arrived(hr),
         r->world.cluster.observer != NULL, unseen},
        {EVENT_COMMITS_STOOD_STILL, stood && all_arrived(hr),
         r->world.cluster.observer != NULL, unseen},
        {EVENT_LATE_FAILED, hr->late.len,
         hr->judged && (!hr->late_why_not || hr->late.len > 0),
         hr->late_why_not ? hr->late_why_not : ""},
    };
    json_t *o = json_object();

    for (size_t i = 0; h->connector && i < ARRAY_LEN(rows); i++)
        json_object_set_new(o, event_finding_name(rows[i].kind),
                            event_json(r, hr, rows[i].kind, rows[i].count,
                                       rows[i].judged, rows[i].why_not));
    return o;
}

static json_t *guarantee_json(const struct guarantee *g)
{
    return json_pack("{s:s, s:s, s:s, s:I}", "delivery",
                     delivery_words[g->delivery], "ordering",
                     ordering_words[g->ordering], "once_by",
                     once_by_words[g->once_by], "duplicates_per_disturbance",
                     (json_int_t)g->duplicates_per_disturbance);
}

static json_t *streams_json(const struct hop_result *res)
{
    json_t *a = json_array();

    for (size_t i = 0; i < res->streams_len; i++) {
        json_t *o = balance_json(&res->streams[i].sum);

        set_int(o, "stream", res->streams[i].stream);
        json_array_append_new(a, o);
    }
    return a;
}

static void add_refusals(json_t *o, const struct hop_judgement *hr)
{
    const uint64_t *n = hr->result.findings.records;

    if (hr->refusals_known)
        json_object_set_new(
            o, "refusals",
            json_pack("{s:I, s:I}", "refused_and_never_taken",
                      (json_int_t)hr->refused_only, "lost_or_unseen",
                      (json_int_t)(n[FINDING_LOST] + n[FINDING_UNSEEN])));
}

json_t *hop_evidence(struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    json_t *sentences = json_array();
    bool broken = false, in_doubt = false;
    json_t *findings = findings_json(r, hop, sentences, &broken, &in_doubt);
    json_t *balance = balance_json(&hr->result.balance);
    json_t *o;

    json_object_set_new(
        balance, "closes",
        json_boolean(hr->judged && hop_balance_closes(&hr->result)));
    if (!hr->judged)
        json_array_append_new(
            sentences, json_sprintf("%s: not judged: %s", h->name,
                                    hr->why_not[0] ? hr->why_not
                                                   : "the run did not get so "
                                                     "far"));
    o = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:b, s:b, s:I, s:o, s:o, "
        "s:o, s:I, s:o}",
        "name", h->name, "connector", h->connector ? h->connector->name : "",
        "upstream",
        h->up == SIZE_MAX ? "load" : r->given.plan->stations[h->up].name,
        "downstream", r->given.plan->stations[h->down].name, "upstream_is",
        h->up_is_ledger ? "ledger" : "station", "guarantee",
        guarantee_json(&h->guarantee), "status",
        broken                                               ? "broken"
        : hr->judged && hr->result.pending == 0 && !in_doubt ? "held"
                                                             : "not judged",
        "sentences", sentences, "drained", r->facts.hops[hop].drained,
        "stalled", stood_still(r, hop), "pending",
        (json_int_t)hr->result.pending, "balance", balance, "streams",
        streams_json(&hr->result), "findings", findings, "longest_rewind",
        (json_int_t)hr->result.longest_rewind, "events", events_json(r, hop));
    add_refusals(o, hr);
    return o;
}
