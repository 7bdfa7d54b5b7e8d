/* hop_json.c - one hop as evidence: its numbers, findings and status. */
#include "base/own.h"
#include "engine/hop_gather_own.h"

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

static json_t *worst_json(const struct run *r, const struct findings *f,
                          enum finding_kind kind)
{
    json_t *worst = json_array();

    for (size_t i = 0; i < f->worst_len; i++)
        if (f->worst[i].kind == kind && json_array_size(worst) < WORST_SHOWN)
            json_array_append_new(worst, finding_json(r, &f->worst[i]));
    return worst;
}

static json_t *findings_json(const struct run *r, size_t hop,
                             const struct hop_status *status)
{
    const struct findings *f = &r->results.hops[hop].result.findings;
    json_t *o = json_object();

    for (int k = 0; k < FINDING_KINDS; k++) {
        const struct finding_status *s = &status->findings[k];

        json_object_set_new(
            o, finding_kind_name((enum finding_kind)k),
            json_pack("{s:I, s:I, s:I, s:b, s:b, s:I, s:o}", "records",
                      (json_int_t)f->records[k], "runs", (json_int_t)f->runs[k],
                      "unjudged", (json_int_t)s->unjudged, "fails", s->fails,
                      "relaxed", s->relaxed, "allowed", (json_int_t)s->allowed,
                      "worst", worst_json(r, f, (enum finding_kind)k)));
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
                          const struct event_status *e)
{
    json_t *worst = json_array();

    list_events(r, e->kind, hr->commits.at, hr->commits.len, worst);
    list_events(r, e->kind, hr->late.at, hr->late.len, worst);
    return json_pack("{s:I, s:b, s:s, s:o}", "count", (json_int_t)e->count,
                     "judged", e->judged, "why_not", e->why_not, "worst",
                     worst);
}

static json_t *events_json(const struct run *r, size_t hop,
                           const struct hop_status *status)
{
    json_t *o = json_object();

    for (size_t i = 0; i < status->events_len; i++)
        json_object_set_new(
            o, event_finding_name(status->events[i].kind),
            event_json(r, &r->results.hops[hop], &status->events[i]));
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
    const struct plan *p = r->given.plan;
    const struct plan_hop *h = &p->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    struct drain_seen drain = hop_drain_seen(r, hop);
    json_t *balance = balance_json(&hr->result.balance);
    struct hop_status s;
    json_t *o;

    hop_status_of(r, hop, &s);
    json_object_set_new(balance, "closes", json_boolean(s.closes));
    o = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:O, s:b, s:b, s:I, s:o, s:o, "
        "s:o, s:I, s:o}",
        "name", h->name, "connector", h->connector ? h->connector->name : "",
        "upstream", h->up == SIZE_MAX ? "load" : p->stations[h->up].name,
        "downstream", p->stations[h->down].name, "upstream_is",
        h->up_is_ledger ? "ledger" : "station", "guarantee",
        guarantee_json(&h->guarantee), "status", hop_standing_name(s.is),
        "sentences", s.sentences, "drained", drain_is_over(&drain), "stalled",
        s.stalled, "pending", (json_int_t)hr->result.pending, "balance",
        balance, "streams", streams_json(&hr->result), "findings",
        findings_json(r, hop, &s), "longest_rewind",
        (json_int_t)hr->result.longest_rewind, "events",
        events_json(r, hop, &s));
    add_refusals(o, hr);
    hop_status_done(&s);
    return o;
}
