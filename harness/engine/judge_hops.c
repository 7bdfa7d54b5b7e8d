/* judge_hops.c - each hop against its own upstream, by the pure oracle. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "engine/logs_own.h"
#include "engine/run_state_own.h"
#include "engine/unjudged_own.h"
#include "verdict/guarantee.h"

enum { PARTITIONS_MAX = 1024, WORST_KEPT = 1000, EVENTS_KEPT = 50 };

/* Unread, it may hold whatever is absent: then nothing is lost. */
static struct tally *dead_of(struct run *r, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    struct tally *dead;
    struct err err = {0};

    if (run_read_dead(r, h, &dead, &err) == 0)
        return dead;
    r->facts.hops[hop].dead_unread = true;
    r->facts.hops[hop].drained = false;
    run_reason(r, "%s: the dead-letter topic could not be read: %s", h->name,
               err.text);
    return NULL;
}

/* What excuses one connector excuses no other. New array. */
static size_t resets_of(const struct run *r, const struct connector *c,
                        struct declared_reset **ret)
{
    size_t n = 0;

    *ret = calloc(r->facts.resets_len + 1, sizeof(**ret));
    if (!*ret)
        abort();
    for (size_t i = 0; i < r->facts.resets_len; i++)
        if (strcmp(r->facts.resets[i].connector, c->name) == 0)
            (*ret)[n++] = r->facts.resets[i].at;
    return n;
}

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
    struct err err = {0};

    if (!h->group[0] || !r->world.cluster.observer || run_clock_was_set(r)) {
        (void)snprintf(hr->commits_why_not, sizeof(hr->commits_why_not), "%s",
                       !h->group[0] ? "source offsets are opaque"
                       : r->world.cluster.observer
                           ? "the wall clock was set while the run went on"
                           : "nothing was observed while it ran");
        return;
    }
    spec.commits_len =
        observer_commits(r->world.cluster.observer, h->group,
                         r->given.plan->stations[h->up].name, &commits);
    spec.commits = commits;
    if (down->ops->deliveries &&
        down->ops->deliveries(down, r->given.plan->stations[h->up].name,
                              &deliveries, &spec.deliveries_len, &err) == 0 &&
        spec.deliveries_len > 0)
        spec.deliveries = deliveries;
    spec.resets_len = resets_of(r, h->connector, &resets);
    spec.resets = resets;
    spec.owners_len =
        observer_owners(r->world.cluster.observer, h->group, h->connector->name,
                        r->given.plan->stations[h->up].name, &owners);
    if (spec.owners_len > 0)
        spec.owners = owners;
    commits_judge(&spec, EVENTS_KEPT, &hr->commits);
    hr->commits_judged = spec.commits_len > 0;
    if (!hr->commits_judged)
        (void)snprintf(hr->commits_why_not, sizeof(hr->commits_why_not),
                       "no commit of group %.80s was seen", h->group);
}

/* What is written there by others as well moves without it. */
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

    *ret = calloc(n + 1, sizeof(**ret));
    if (!*ret)
        abort();
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

    hr->late_why_not = "nothing was observed while it ran";
    if (!h->connector || !r->world.cluster.observer || !r->world.sampler)
        return;
    spec.samples_len = sampler_since(r->world.sampler, 0, &samples);
    spec.samples = samples;
    spec.failures_len = failures_of(r, h->connector, &failures);
    spec.failures = failures;
    spec.alone = is_alone(r, h);
    spec.stall_us = run_stall_us(r, h);
    late_failed_judge(&spec, &hr->late);
    hr->late_why_not = hr->late.judged ? NULL
                                       : "other tasks delivered while one that "
                                         "said FAILED may have stood still";
}

/* Identities that the sink refused and never took, nor were dead-lettered: what
 * its log says was lost on its side, to be held against what was found lost. */
static int count_refused(void *ctx, const void *bytes, size_t len,
                         const struct place *at)
{
    tally_record(ctx, bytes, len, at);
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

/* How far the stations' times, which are wall clock, may be off the run's
 * clock; -1: the wall clock was set while the run went on, and they say
 * nothing. */
static int64_t wall_slack_us(struct run *r)
{
    int64_t apart =
        clk_wall_us() - r->given.spec->began_wall_us - clk_now(&r->world.clk);

    if (r->given.spec->verify_only || run_clock_was_set(r))
        return -1;
    return (apart < 0 ? -apart : apart) + US_PER_MS;
}

/* New array. */
static struct window *windows_of(struct run *r, size_t *ret_len)
{
    struct window *at = calloc(r->given.plan->steps_len + 1, sizeof(*at));
    size_t n = 0;

    if (!at)
        abort();
    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++)
        n += timeline_window(&r->facts.timeline, i, run_flush_us(r),
                             &at[n].from_us, &at[n].to_us);
    *ret_len = n;
    return at;
}

/* Duplicates outside of every disturbance, by the station's own times. */
static void place_duplicates(struct run *r, size_t i)
{
    struct hop_judgement *hr = &r->results.hops[i];
    const struct findings *f = &hr->result.findings;
    int64_t slack_us = wall_slack_us(r);
    size_t len;
    AUTO_FREE struct window *windows = windows_of(r, &len);
    const struct disturbed disturbed = {
        .windows = windows,
        .len = len,
        .began_wall_us = r->given.spec->began_wall_us,
        .of_arrival =
            r->given.plan->stations[r->given.plan->hops[i].down].ops->can &
            ENDPOINT_HAS_TIMES,
        .slack_us = slack_us,
    };

    hr->outside_judged =
        r->facts.timeline_made && slack_us >= 0 &&
        duplicates_placed(f, &disturbed, &hr->duplicates_outside);
    if (!hr->outside_judged && f->records[FINDING_DUPLICATE] > 0)
        run_not_judged(r,
                       "%s: whether its duplicates fell into a disturbance: "
                       "when each of them came is not known",
                       r->given.plan->hops[i].name);
}

/* A doubt is a reason where the guarantee rests on it. */
static void tell_doubts(struct run *r, size_t i)
{
    for (int k = 0; k < FINDING_KINDS; k++) {
        enum finding_kind kind = (enum finding_kind)k;
        AUTO_JSON json_t *said = hop_unjudged_sentence(r, i, kind);

        if (said && hop_in_doubt(r, i, kind))
            run_reason(r, "%s", json_string_value(said));
        else if (said)
            run_not_judged(r, "%s", json_string_value(said));
    }
}

/* What a hop's spec borrows. */
struct hop_borrowed {
    struct committed committed[PARTITIONS_MAX];
    struct log_start starts[PARTITIONS_MAX];
};

/* Where nothing was taken out of the topic, its replay says it all. */
static void see_downstream(struct run *r, const struct plan_hop *h,
                           struct hop_spec *spec, struct hop_borrowed *at)
{
    const char *name = r->given.plan->stations[h->down].name;
    bool trimmed = false;

    spec->down_compacts = station_compacts(r, h->down);
    if (!r->world.cluster.observer || !r->given.plan->stations[h->down].topic)
        return;
    spec->down_starts_len =
        log_starts(r, name, at->starts, PARTITIONS_MAX, &trimmed);
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
        spec->up_compacts = station_compacts(r, h->up);
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

/* A topic that is gone held what its loads were told it holds, and no copies,
 * if each of them was idempotent and waited for all. */
static bool ledger_stands_for(const struct run *r, size_t station)
{
    const struct plan *p = r->given.plan;
    bool loaded = false;

    for (size_t i = 0; i < p->loads_len; i++) {
        if (strcmp(p->loads[i].into, p->stations[station].name) != 0)
            continue;
        if (!p->loads[i].idempotence)
            return false;
        loaded = true;
    }
    return r->facts.topics_gone && loaded;
}

static bool is_readable(struct run *r, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    bool down = r->facts.stations[h->down].tally != NULL;

    if (r->facts.have_ledger && down &&
        (h->up_is_ledger || r->facts.stations[h->up].tally ||
         ledger_stands_for(r, h->up)))
        return true;
    (void)snprintf(r->results.hops[i].why_not,
                   sizeof(r->results.hops[i].why_not), "%s could not be read",
                   !r->facts.have_ledger ? "the ledger"
                   : !down               ? r->given.plan->stations[h->down].name
                                         : r->given.plan->stations[h->up].name);
    return false;
}

static void judge_hop(struct run *r, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    struct hop_judgement *hr = &r->results.hops[i];
    const struct station_facts *down = &r->facts.stations[h->down];
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

    if (!is_readable(r, i))
        return;
    see_upstream(r, h, &spec, &borrowed);
    see_downstream(r, h, &spec, &borrowed);
    dead = dead_of(r, i);
    spec.dead = dead;
    spec.drained = r->facts.hops[i].drained;
    hop_judge(&spec, &hr->result);
    hr->judged = true;
    if (!hop_balance_closes(&hr->result))
        run_reason(r,
                   "%s: the balance does not close: a defect of the "
                   "harness, please report it with the run folder",
                   h->name);
    if (hr->result.unjudged > 0)
        run_not_judged(r,
                       "%s: %llu copies or late arrivals of records that the "
                       "upstream no longer holds: whose doing they are cannot "
                       "be told",
                       h->name, (unsigned long long)hr->result.unjudged);
    judge_refusals(r, i, down->tally, dead);
    place_duplicates(r, i);
    tell_doubts(r, i);
    judge_commits(r, i);
    judge_failures(r, i);
    tally_free(dead);
}

/* Nothing is lost before the drain has ended: why it has not. */
static void reason_undrained(struct run *r, size_t i)
{
    const char *why =
        r->facts.hops[i].dead_unread ? "its dead letters could not be read"
        : r->facts.past.ended        ? "it may have been removed since"
        : !r->facts.drain_ended      ? "the run was broken off"
        : r->facts.unmended          ? "a fault that was not mended may be why"
                                     : "something still moved when the drain "
                                       "ended, raise timeouts.drain";
    uint64_t pending = r->results.hops[i].result.pending;

    if (pending > 0)
        run_reason(r, "%s: %llu records had not arrived: %s",
                   r->given.plan->hops[i].name, (unsigned long long)pending,
                   why);
    else if (r->facts.drain_ended && !r->facts.hops[i].drained)
        run_reason(r, "%s: it was still at work: %s",
                   r->given.plan->hops[i].name, why);
}

void run_judge_hops(struct run *r)
{
    if (r->world.sampler)
        sampler_stop(r->world.sampler);
    if (r->world.cluster.observer)
        observer_stop(
            r->world.cluster.observer); /* its tallies are whole now */
    for (size_t i = 0; i < r->given.plan->hops_len; i++) {
        judge_hop(r, i);
        if (!r->results.hops[i].judged)
            run_reason(r, "%s: not judged: %s", r->given.plan->hops[i].name,
                       r->results.hops[i].why_not);
        else
            reason_undrained(r, i);
    }
}
