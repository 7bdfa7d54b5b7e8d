/* hop_gather.c - the facts of a hop, as verdict/ wants them. */
#include "engine/hop_gather_own.h"

#include <string.h>

#include "engine/facts_own.h"
#include "engine/hop_json_own.h"

static bool is_part_read(const struct run *r, size_t station)
{
    return station != SIZE_MAX && r->facts.stations[station].part_read;
}

static bool is_late(const struct run *r, size_t station)
{
    return station != SIZE_MAX && r->facts.stations[station].came_late;
}

struct drain_seen hop_drain_seen(const struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_facts *f = &r->facts.hops[hop];

    return (struct drain_seen){
        .ended = r->facts.drain_ended,
        .drained = f->drained,
        .stalled = f->stalled,
        .unmended = r->facts.unmended,
        .dead_unread = f->dead_why[0] != 0,
        .part_read = is_part_read(r, h->up) || is_part_read(r, h->down),
        .came_late = is_late(r, h->up) || is_late(r, h->down),
        .read_again = r->facts.past.ended,
    };
}

static int tasks_running(struct observer *o, const char *connector, int n)
{
    int running = 0;

    for (int i = 0; i < n; i++)
        running += strcmp(observer_task(o, connector, i).state, "RUNNING") == 0;
    return running;
}

struct events_seen hop_events_seen(const struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    struct observer *o = r->world.cluster.observer;
    struct events_seen s = {
        .observed = o != NULL,
        .clock_set = r->facts.clock_set,
        .group = h->group,
        .commits_len = hr->commits_len,
        .commits = &hr->commits,
        .sampled = r->world.sampler != NULL,
        .late = &hr->late,
    };

    if (o && h->connector) {
        s.tasks = observer_tasks(o, h->connector->name);
        s.tasks_running = tasks_running(o, h->connector->name, s.tasks);
    }
    return s;
}

void hop_status_of(const struct run *r, size_t hop, struct hop_status *ret)
{
    const struct plan *p = r->given.plan;
    const struct plan_hop *h = &p->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
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
        .dead_why = r->facts.hops[hop].dead_why,
        .disturbances = facts_disturbances(&r->given, &r->facts),
        .afterwards = r->given.spec->verify_only,
        .struck = r->facts.struck,
        .outside_judged = hr->outside_judged,
        .outside = hr->duplicates_outside,
        .drain = hop_drain_seen(r, hop),
        .events = hop_events_seen(r, hop),
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

json_t *hop_evidence(struct run *r, size_t hop)
{
    const struct plan *p = r->given.plan;
    const struct plan_hop *h = &p->hops[hop];
    const struct hop_judgement *hr = &r->results.hops[hop];
    struct drain_seen drain = hop_drain_seen(r, hop);
    struct hop_status status;
    json_t *o;

    hop_status_of(r, hop, &status);
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
        .began_wall_us = r->facts.clock_set ? -1 : r->given.spec->began_wall_us,
        .commits = &hr->commits,
        .late = &hr->late,
    });
    add_refusals(o, hr);
    hop_status_done(&status);
    return o;
}
