/* hop_gather.c - the facts of a hop, handed to verdict/ and to the evidence. */
#include "engine/hop_gather_own.h"

#include "base/file.h"
#include "base/look.h"
#include "base/own.h"
#include "engine/facts_own.h"
#include "engine/hop_json_own.h"

static bool is_part_read(const struct facts *f, size_t station)
{
    return station != SIZE_MAX && f->stations[station].part_read;
}

static bool is_late(const struct facts *f, size_t station)
{
    return station != SIZE_MAX && f->stations[station].came_late;
}

struct drain_seen hop_drain_seen(const struct given *g, const struct facts *f,
                                 size_t hop)
{
    const struct plan_hop *h = &g->plan->hops[hop];
    const struct hop_facts *hf = &f->hops[hop];

    return (struct drain_seen){
        .ended = f->drain_ended,
        .drained = hf->drained,
        .stalled = hf->stalled,
        .unmended = f->unmended,
        .dead_unread = hf->dead_why[0] != 0,
        .part_read = is_part_read(f, h->up) || is_part_read(f, h->down),
        .came_late = is_late(f, h->up) || is_late(f, h->down),
        .read_again = f->past.ended,
    };
}

struct events_seen hop_events_seen(const struct given *g, const struct facts *f,
                                   const struct results *res, size_t hop)
{
    const struct hop_judgement *j = &res->hops[hop];

    return (struct events_seen){
        .observed = f->observed,
        .afterwards = g->spec->verify_only,
        .clock_set = f->clock_set,
        .group = g->plan->hops[hop].group,
        .commits_len = j->commits_len,
        .commits = &j->commits,
        .sampled = f->sampled,
        .late = &j->late,
        .tasks = f->hops[hop].tasks,
        .tasks_running = f->hops[hop].tasks_running,
    };
}

void hop_status_of(const struct given *g, const struct facts *f,
                   const struct results *res, size_t hop,
                   struct hop_status *ret)
{
    const struct plan *p = g->plan;
    const struct plan_hop *h = &p->hops[hop];
    const struct hop_judgement *hr = &res->hops[hop];
    struct hop_status_spec spec = {
        .name = h->name,
        .up = h->up == SIZE_MAX ? NULL : p->stations[h->up].name,
        .down = p->stations[h->down].name,
        .has_connector = h->connector != NULL,
        .by_identities = h->by_identities,
        .guarantee = h->guarantee,
        .judged = hr->judged,
        .why_not = hr->why_not,
        .result = &hr->result,
        .dead_why = f->hops[hop].dead_why,
        .disturbances = facts_disturbances(g, f, hop),
        .afterwards = g->spec->verify_only,
        .struck = f->struck,
        .outside_judged = hr->outside_judged,
        .outside = hr->duplicates_outside,
        .drain = hop_drain_seen(g, f, hop),
        .events = hop_events_seen(g, f, res, hop),
    };

    for (size_t i = 0; i < p->checks_len; i++)
        if (p->checks[i].spec->relax)
            hop_status_relax(p->checks[i].ops, spec.relaxed);
    hop_status_judge(&spec, ret);
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

/* "orders[3]" for a stream of a topic, "in" for a stream of another endpoint:
 * where the load wrote the stream. */
static void name_stream(const struct plan *p, json_t *stream)
{
    int64_t number = look_int(stream, "stream");

    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];
        int64_t at = number - (int64_t)l->first_stream;
        size_t station = plan_station_find(p, l->into);
        AUTO_FREE char *name = NULL;

        if (at < 0 || at >= l->streams)
            continue;
        name = station != SIZE_MAX && p->stations[station].topic
                   ? path_of("%s[%d]", l->into, (int)at)
                   : path_of("%s", l->into);
        (void)json_object_set_new(stream, "name", json_string(name));
        return;
    }
}

json_t *hop_evidence(const struct given *g, const struct facts *f,
                     const struct results *res, size_t hop)
{
    const struct plan *p = g->plan;
    const struct plan_hop *h = &p->hops[hop];
    const struct hop_judgement *hr = &res->hops[hop];
    struct drain_seen drain = hop_drain_seen(g, f, hop);
    struct hop_status status;
    json_t *o, *stream;
    size_t i;

    hop_status_of(g, f, res, hop, &status);
    o = hop_json(&(struct hop_json_spec){
        .name = h->name,
        .connector = h->connector ? h->connector->name : "",
        .upstream = h->up == SIZE_MAX ? "load" : p->stations[h->up].name,
        .downstream = p->stations[h->down].name,
        .up_is_ledger = h->up_is_ledger,
        .guarantee = &h->guarantee,
        .result = &hr->result,
        .status = &status,
        .drained = drain_is_over(&drain),
        .began_wall_us = f->clock_set ? -1 : g->spec->began_wall_us,
        .commits = &hr->commits,
        .late = &hr->late,
    });
    if (h->connector && h->connector->connect)
        json_object_set_new(o, "group", json_string(h->connector->connect));
    json_array_foreach (json_object_get(o, "streams"), i, stream)
        name_stream(p, stream);
    add_refusals(o, hr);
    hop_status_done(&status);
    return o;
}
