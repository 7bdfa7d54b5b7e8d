/* judge_hops.c - each hop against the upstream of the hop.
 *
 * The engine gathers records and observations, the oracle counts findings, and
 * verdict/ decides the meaning of both.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/facts_own.h"
#include "engine/hop_gather_own.h"
#include "engine/logs_own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/read_once_own.h"
#include "engine/tell_own.h"
#include "verdict/guarantee.h"
#include "verdict/readable.h"

enum { PARTITIONS_MAX = 1024, WORST_KEPT = 1000, EVENTS_KEPT = 50 };

/* An unread dead-letter topic may hold every absent record. */
static struct tally *dead_of(struct run *r, size_t hop)
{
    char *why = r->facts.hops[hop].dead_why;
    struct tally *dead;
    struct err err = {0};

    if (run_read_dead(r, &r->given.plan->hops[hop], &dead, &err) == 0)
        return dead;
    (void)snprintf(why, sizeof(r->facts.hops[hop].dead_why), "%.500s",
                   err.text);
    return NULL;
}

/* Only resets declared for the connector itself excuse the connector. New
 * array. */
static size_t resets_of(const struct facts *f, const struct connector *c,
                        struct declared_reset **ret)
{
    size_t n = 0;

    *ret = must_calloc(f->resets_len, sizeof(**ret));
    for (size_t i = 0; i < f->resets_len; i++)
        if (strcmp(f->resets[i].connector, c->name) == 0)
            (*ret)[n++] = f->resets[i].at;
    return n;
}

/* Commits, deliveries and owners all carry wall times, so after a jump of the
 * wall clock nothing is judged. Deliveries and owners are optional: without
 * them only the questions that need them stay open. */
static void judge_commits(struct run *r, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    struct hop_judgement *hr = &r->results.hops[i];
    struct endpoint *down = r->world.stations[h->down].endpoint;
    AUTO_FREE struct commit *commits = NULL;
    AUTO_FREE struct delivery_note *deliveries = NULL;
    AUTO_FREE struct ownership *owners = NULL;
    AUTO_FREE struct declared_reset *resets = NULL;
    struct commit_spec spec = {.resolution_us = US_PER_MS};
    struct events_seen seen;
    struct err err = {0};

    (void)run_clock_was_set(r);
    seen = hop_events_seen(&r->given, &r->facts, &r->results, i);
    if (commits_unjudged(&seen))
        return;
    spec.commits_len =
        observer_commits(r->world.cluster.observer, h->group,
                         r->given.plan->stations[h->up].name, &commits);
    spec.commits = commits;
    if (down->ops->deliveries &&
        down->ops->deliveries(down, r->given.plan->stations[h->up].name,
                              &deliveries, &spec.deliveries_len, &err) == 0 &&
        spec.deliveries_len > 0)
        spec.deliveries = deliveries;
    spec.resets_len = resets_of(&r->facts, h->connector, &resets);
    spec.resets = resets;
    spec.owners_len =
        observer_owners(r->world.cluster.observer, h->group, h->connector->name,
                        r->given.plan->stations[h->up].name, &owners);
    if (spec.owners_len > 0)
        spec.owners = owners;
    commits_judge(&spec, EVENTS_KEPT, &hr->commits);
    hr->commits_len = spec.commits_len;
}

/* Whether the connector's single task makes all deliveries into the station. */
static bool is_alone(const struct run *r, const struct plan_hop *h)
{
    size_t n = 0;

    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        n += r->given.plan->hops[i].down == h->down;
    return n == 1 &&
           observer_tasks(r->world.cluster.observer, h->connector->name) == 1;
}

/* New array. */
static size_t failures_of(const struct run *r, const struct connector *c,
                          struct task_failure **ret)
{
    AUTO_FREE struct failure_seen *seen = NULL;
    size_t n = observer_failures(r->world.cluster.observer, c->name, &seen);

    *ret = must_calloc(n, sizeof(**ret));
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = (struct task_failure){seen[i].at_us, seen[i].written_us,
                                          seen[i].worker_number};
    return n;
}

static void judge_failures(struct run *r, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    struct hop_judgement *hr = &r->results.hops[i];
    AUTO_FREE struct sample *samples = NULL;
    AUTO_FREE struct task_failure *failures = NULL;
    struct late_failed_spec spec = {.hop = i, .down = h->down};

    if (!h->connector || !r->world.cluster.observer || !r->world.sampler)
        return;
    spec.samples_len = sampler_since(r->world.sampler, 0, &samples);
    spec.samples = samples;
    spec.failures_len = failures_of(r, h->connector, &failures);
    spec.failures = failures;
    spec.alone = is_alone(r, h);
    spec.stall_us = facts_patience(&r->given, &r->facts, i).us;
    late_failed_judge(&spec, &hr->late);
}

/* Identities refused by the sink and neither taken nor dead-lettered: the
 * sink's own account of losses, shown beside the losses found. */
static int count_refused(void *ctx, const struct record *r)
{
    tally_record(ctx, r);
    return 0;
}

static void judge_refusals(struct run *r, size_t i, const struct tally *down,
                           const struct tally *dead)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    struct hop_judgement *hr = &r->results.hops[i];
    struct endpoint *e = r->world.stations[h->down].endpoint;
    struct tally *refused;
    struct hop_result only = {0};
    struct hop_spec spec = {.ledger = &r->facts.ledger,
                            .down = down,
                            .dead = dead,
                            .streams = h->streams,
                            .streams_len = h->streams_len,
                            .drained = true};
    struct err err = {0};

    if (!e->ops->read_refused)
        return;
    refused = tally_new(&r->facts.stations[h->down].spec);
    if (e->ops->read_refused(e, count_refused, refused, &err) == 0) {
        spec.up = refused;
        hop_judge(&spec, &only);
        hr->refused_only = only.findings.records[FINDING_LOST] +
                           only.findings.records[FINDING_UNSEEN];
        hr->refusals_known = true;
        hop_result_done(&only);
    }
    tally_free(refused);
}

/* How far the wall clock, and so the times of stations, may be off the run's
 * clock. */
static int64_t wall_slack_us(const struct run *r)
{
    int64_t apart =
        clk_wall_us() - r->given.spec->began_wall_us - clk_now(&r->world.clk);

    return (apart < 0 ? -apart : apart) + US_PER_MS;
}

/* Of the faults that reach the hop. New array. */
static struct window *windows_of(const struct given *g, const struct facts *f,
                                 size_t hop, size_t *ret_len)
{
    struct window *at = must_calloc(g->plan->steps_len, sizeof(*at));
    size_t n = 0;

    for (size_t i = 0; f->timeline_made && i < g->plan->steps_len; i++)
        if (facts_reaches(g, f, i, hop))
            n += timeline_window(&f->timeline, i,
                                 facts_reach_flush_us(g, f, i, hop), &at[n]);
    *ret_len = n;
    return at;
}

/* Duplicates outside of every disturbance, by the station's own times. */
static void place_duplicates(struct run *r, size_t i)
{
    struct hop_judgement *hr = &r->results.hops[i];
    size_t len;
    AUTO_FREE struct window *windows =
        windows_of(&r->given, &r->facts, i, &len);
    const struct disturbed disturbed = {
        .known = r->facts.timeline_made && !r->given.spec->verify_only &&
                 !run_clock_was_set(r),
        .windows = windows,
        .len = len,
        .began_wall_us = r->given.spec->began_wall_us,
        .of_arrival =
            r->given.plan->stations[r->given.plan->hops[i].down].ops->can &
            ENDPOINT_HAS_TIMES,
        .slack_us = wall_slack_us(r),
    };

    hr->outside_judged = duplicates_placed(&hr->result.findings, &disturbed,
                                           &hr->duplicates_outside);
}

/* Arrays borrowed by a hop's spec. */
struct hop_borrowed {
    struct committed committed[PARTITIONS_MAX];
    struct log_start starts[PARTITIONS_MAX];
};

/* The live tail only helps where the log of the topic has lost records: the
 * replay then no longer holds them. */
static void see_downstream(struct run *r, const struct plan_hop *h,
                           struct hop_spec *spec, struct hop_borrowed *at)
{
    const char *name = r->given.plan->stations[h->down].name;
    bool trimmed = false;

    spec->down_compacts = facts_compacts(&r->given, &r->facts, h->down);
    if (!r->world.cluster.observer ||
        !station_has_offsets(&r->given.plan->stations[h->down]))
        return;
    spec->down_starts_len = log_starts(r->world.cluster.admin, name, at->starts,
                                       PARTITIONS_MAX, &trimmed);
    spec->down_starts = at->starts;
    if (trimmed || spec->down_compacts)
        spec->down_live = observer_tally(r->world.cluster.observer, name);
}

static void see_upstream(struct run *r, const struct plan_hop *h,
                         struct hop_spec *spec, struct hop_borrowed *at)
{
    const char *name =
        h->up == SIZE_MAX ? "" : r->given.plan->stations[h->up].name;

    if (!h->up_is_ledger) {
        spec->up = r->facts.stations[h->up].tally;
        spec->up_compacts = facts_compacts(&r->given, &r->facts, h->up);
        if (r->world.cluster.observer)
            spec->up_live = observer_tally(r->world.cluster.observer, name);
    }
    if (r->world.cluster.observer && h->group[0]) {
        spec->committed_len =
            observer_committed(r->world.cluster.observer, h->group, name,
                               at->committed, PARTITIONS_MAX);
        spec->committed = at->committed;
    }
}

static struct readable_facts
readable_facts_of(const struct given *g, const struct facts *seen, size_t hop)
{
    const struct plan *p = g->plan;
    const struct plan_hop *h = &p->hops[hop];
    struct readable_facts f = {
        .up = h->up == SIZE_MAX ? "" : p->stations[h->up].name,
        .down = p->stations[h->down].name,
        .have_ledger = seen->have_ledger,
        .up_is_ledger = h->up_is_ledger,
        .up_read = h->up != SIZE_MAX && seen->stations[h->up].tally,
        .down_read = seen->stations[h->down].tally != NULL,
        .topics_gone = seen->topics_gone,
    };

    for (size_t i = 0; i < p->loads_len; i++) {
        if (strcmp(p->loads[i].into, f.up) != 0)
            continue;
        f.up_loads++;
        f.up_idempotent += p->loads[i].idempotence;
    }
    return f;
}

/* The dead-letter topic is read first: unread, the topic may hold any absent
 * record, so the drain is not over. Copies, commits and failures are judged
 * after the findings, which they explain. */
static void judge_hop(struct run *r, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    struct hop_judgement *hr = &r->results.hops[i];
    const struct station_facts *down = &r->facts.stations[h->down];
    struct readable_facts readable = readable_facts_of(&r->given, &r->facts, i);
    struct drain_seen drain;
    struct hop_borrowed borrowed;
    struct tally *dead;
    struct hop_spec spec = {
        .ledger = &r->facts.ledger,
        .down = down->tally,
        .streams = h->streams,
        .streams_len = h->streams_len,
        .down_private = true,
        .down_keeps_rows =
            plan_station_keeps_rows(&r->given.plan->stations[h->down]),
        .down_is_loaded = !h->connector,
        .worst_per_kind = WORST_KEPT,
    };

    if (!hop_is_readable(&readable, hr->why_not, sizeof(hr->why_not)))
        return;
    see_upstream(r, h, &spec, &borrowed);
    see_downstream(r, h, &spec, &borrowed);
    dead = dead_of(r, i);
    spec.dead = dead;
    drain = hop_drain_seen(&r->given, &r->facts, i);
    spec.drained = drain_is_over(&drain);
    hop_judge(&spec, &hr->result);
    hr->judged = true;
    judge_refusals(r, i, down->tally, dead);
    place_duplicates(r, i);
    judge_commits(r, i);
    judge_failures(r, i);
    tally_free(dead);
}

/* The reasons and doubts of the hop's status are the run's. */
static void tell_status(struct run *r, size_t hop)
{
    struct hop_status s;
    size_t i;
    json_t *said;

    hop_status_of(&r->given, &r->facts, &r->results, hop, &s);
    json_array_foreach (s.reasons, i, said)
        run_reason(r, "%s", json_string_value(said));
    json_array_foreach (s.not_judged, i, said)
        run_not_judged(r, "%s", json_string_value(said));
    hop_status_done(&s);
}

static void note_tasks(struct run *r, size_t hop)
{
    const struct connector *c = r->given.plan->hops[hop].connector;
    struct observer *o = r->world.cluster.observer;
    struct hop_facts *f = &r->facts.hops[hop];

    f->tasks = o && c ? observer_tasks(o, c->name) : 0;
    for (int i = 0; i < f->tasks; i++)
        f->tasks_running +=
            strcmp(observer_task(o, c->name, i).state, "RUNNING") == 0;
}

/* A connector that goes on sending after its end, by a thread of its own, can
 * reach the next run of a world: no fault of the next run, and the run may have
 * suffered. */
static void tell_late(struct run *r)
{
    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        uint64_t late = r->facts.stations[i].tally
                            ? tally_counts(r->facts.stations[i].tally).late
                            : 0;

        if (late > 0)
            run_reason(r,
                       "%s: records of an earlier run arrived, %" PRIu64
                       ": a connector of a scenario before in the same world "
                       "sent records after its end",
                       r->given.plan->stations[i].name, late);
    }
}

/* Observer and sampler are stopped first: tallies and statuses are final then.
 */
void run_judge_hops(struct run *r)
{
    if (r->world.sampler)
        sampler_stop(r->world.sampler);
    if (r->world.cluster.observer)
        observer_stop(r->world.cluster.observer);
    for (size_t i = 0; i < r->given.plan->hops_len; i++) {
        note_tasks(r, i);
        judge_hop(r, i);
        tell_status(r, i);
    }
    tell_late(r);
}
