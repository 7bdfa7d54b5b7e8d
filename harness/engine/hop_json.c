/* hop_json.c - a hop as evidence: numbers, findings and status. */
#include "engine/hop_json_own.h"

#include "base/clk.h"

enum { WORST_SHOWN = 20 };

static void set_int(json_t *o, const char *key, uint64_t v)
{
    json_object_set_new(o, key, json_integer((json_int_t)v));
}

/* A station's wall-clock time on the run's clock: for attribution only. */
static int64_t run_time_us(const struct hop_json_spec *h, int64_t wall_us)
{
    return wall_us < 0 || h->began_wall_us < 0 ? -1
                                               : wall_us - h->began_wall_us;
}

static json_t *place_json(const struct hop_json_spec *h, const struct place *p)
{
    char when[25] = "";

    if (p->time_us >= 0)
        clk_format_wall(p->time_us, when);
    return json_pack("{s:i, s:I, s:s, s:I, s:i}", "partition",
                     (int)p->partition, "offset", (json_int_t)p->offset, "time",
                     when, "at_us", (json_int_t)run_time_us(h, p->time_us),
                     "node", (int)p->node);
}

static json_t *finding_json(const struct hop_json_spec *h,
                            const struct finding *f)
{
    return json_pack(
        "{s:I, s:I, s:I, s:s, s:b, s:I, s:b, s:o, s:o, s:o, s:o}", "stream",
        (json_int_t)f->stream, "first", (json_int_t)f->first, "count",
        (json_int_t)f->count, "note", f->note ? f->note : "", "rewind",
        f->rewind, "ambiguous", (json_int_t)f->ambiguous, "overtaken_by_commit",
        f->overtaken_by_commit, "up_first", place_json(h, &f->up_first),
        "up_last", place_json(h, &f->up_last), "down_first",
        place_json(h, &f->down_first), "down_last",
        place_json(h, &f->down_last));
}

static json_t *balance_json(const struct balance *b)
{
    struct balance_row rows[BALANCE_ROWS];
    json_t *o = json_object();

    balance_rows(b, rows);
    for (size_t i = 0; i < BALANCE_ROWS; i++)
        set_int(o, rows[i].name, rows[i].n);
    return o;
}

static json_t *worst_json(const struct hop_json_spec *h, enum finding_kind kind)
{
    const struct findings *f = &h->result->findings;
    json_t *worst = json_array();

    for (size_t i = 0; i < f->worst_len; i++)
        if (f->worst[i].kind == kind && json_array_size(worst) < WORST_SHOWN)
            json_array_append_new(worst, finding_json(h, &f->worst[i]));
    return worst;
}

static json_t *findings_json(const struct hop_json_spec *h)
{
    const struct findings *f = &h->result->findings;
    json_t *o = json_object();

    for (int k = 0; k < FINDING_KINDS; k++) {
        const struct finding_status *s = &h->status->findings[k];

        json_object_set_new(
            o, finding_kind_name((enum finding_kind)k),
            json_pack("{s:I, s:I, s:I, s:b, s:b, s:I, s:o}", "records",
                      (json_int_t)f->records[k], "runs", (json_int_t)f->runs[k],
                      "unjudged", (json_int_t)s->unjudged, "fails", s->fails,
                      "relaxed", s->relaxed, "allowed", (json_int_t)s->allowed,
                      "worst", worst_json(h, (enum finding_kind)k)));
    }
    return o;
}

static void list_events(const struct hop_json_spec *h,
                        enum event_finding_kind k,
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
                             (json_int_t)run_time_us(h, e->time_us), "from",
                             (json_int_t)e->from, "to", (json_int_t)e->to,
                             "node_a", (int)e->node_a, "node_b", (int)e->node_b,
                             "count", (json_int_t)e->count));
    }
}

static json_t *event_json(const struct hop_json_spec *h,
                          const struct event_status *e)
{
    json_t *worst = json_array();

    if (h->commits)
        list_events(h, e->kind, h->commits->at, h->commits->len, worst);
    if (h->late)
        list_events(h, e->kind, h->late->at, h->late->len, worst);
    return json_pack("{s:I, s:b, s:s, s:o}", "count", (json_int_t)e->count,
                     "judged", e->judged, "why_not", e->why_not, "worst",
                     worst);
}

static json_t *events_json(const struct hop_json_spec *h)
{
    const struct hop_status *s = h->status;
    json_t *o = json_object();

    for (size_t i = 0; i < s->events_len; i++)
        json_object_set_new(o, event_finding_name(s->events[i].kind),
                            event_json(h, &s->events[i]));
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

json_t *hop_json(const struct hop_json_spec *h)
{
    const struct hop_status *s = h->status;
    json_t *balance = balance_json(&h->result->balance);

    json_object_set_new(balance, "closes", json_boolean(s->closes));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:O, s:b, s:b, s:I, s:o, s:o, "
        "s:o, s:I, s:o}",
        "name", h->name, "connector", h->connector, "upstream", h->upstream,
        "downstream", h->downstream, "upstream_is",
        h->up_is_ledger ? "ledger" : "station", "guarantee",
        guarantee_json(h->guarantee), "status", hop_standing_name(s->is),
        "sentences", s->sentences, "drained", h->drained, "stalled", s->stalled,
        "pending", (json_int_t)h->result->pending, "balance", balance,
        "streams", streams_json(h->result), "findings", findings_json(h),
        "longest_rewind", (json_int_t)h->result->longest_rewind, "events",
        events_json(h));
}
