/* drain.c - wait until every station has caught up, or will not.
 *
 * A hop has drained when its connector has nothing left to do: a sink's group
 * has committed behind the last data record, a source's topic holds every
 * acknowledged identity. A hop has *stalled* when work waits and nothing has
 * moved for timeouts.stall: then waiting on would change nothing, and what is
 * absent is absent, unless a fault could not be mended and is what stands in
 * the way. While something still moves at the deadline, nothing is called
 * lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "engine/drain_own.h"
#include "engine/run_state_own.h"

enum {
    TICK_US = 100 * US_PER_MS,
    SLACK_US = 5 * US_PER_S, /* for a machine that is slow; less where the
                                time-outs themselves are shorter */
    PARTITIONS_MAX = 1024,
};

/* A number that changes whenever the hop makes progress of any kind. */
static uint64_t progress_of(struct run *r, const struct plan_hop *h)
{
    const struct plan_station *down = &r->given.plan->stations[h->down];
    struct committed at[PARTITIONS_MAX];
    struct endpoint_counts c = {0};
    struct err ignored = {0};
    uint64_t n = 0;
    size_t len;

    if (down->topic) {
        n += observer_topic(r->world.cluster.observer, down->name).records;
    } else if (r->world.stations[h->down].endpoint->ops->counts(
                   r->world.stations[h->down].endpoint, &c, &ignored) == 0) {
        n += c.accepted + c.refused;
    }
    if (h->group[0]) {
        len = observer_committed(r->world.cluster.observer, h->group,
                                 r->given.plan->stations[h->up].name, at,
                                 PARTITIONS_MAX);
        for (size_t i = 0; i < len; i++)
            n += (uint64_t)at[i].offset;
    }
    return n;
}

static bool sink_caught_up(struct run *r, const struct plan_hop *h)
{
    return observer_lag(r->world.cluster.observer, h->group,
                        r->given.plan->stations[h->up].name) == 0;
}

/* Every acknowledged identity of the hop's streams is in the topic. A number of
 * identities would not do: others' and indeterminate ones are there as well. */
static bool source_caught_up(struct run *r, const struct plan_hop *h)
{
    return observer_missing(r->world.cluster.observer,
                            r->given.plan->stations[h->down].name,
                            &r->facts.ledger, h->streams, h->streams_len) == 0;
}

static bool caught_up(struct run *r, const struct plan_hop *h)
{
    return !h->connector || h->by_identities ? source_caught_up(r, h)
                                             : sink_caught_up(r, h);
}

/* A hop's upstream must have drained before the hop can: it may fill again. */
static bool upstream_settled(const struct run *r, const struct hop_watch *w,
                             size_t hop)
{
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        if (r->given.plan->hops[i].down == r->given.plan->hops[hop].up &&
            w[i].done_at_us < 0 && !w[i].stalled)
            return false;
    return true;
}

void hop_watch_note(struct hop_watch *w, const struct hop_glance *g)
{
    if (g->moved != w->moved) {
        w->moved = g->moved;
        w->moved_at_us = g->now_us;
        w->stalled = false;
    }
    if (g->caught_up && g->upstream_settled) {
        if (w->done_at_us < 0)
            w->done_at_us = g->now_us;
        w->stalled = false;
        return;
    }
    w->done_at_us = -1;
    if (g->upstream_settled && g->now_us - w->moved_at_us >= g->stall_us)
        w->stalled = true;
}

static int64_t worker_us(const struct run *r, const char *property)
{
    const char *ms = r->world.platform->ops->property
                         ? r->world.platform->ops->property(
                               r->world.platform, ROLE_WORKER, property)
                         : NULL;

    return ms ? strtoll(ms, NULL, 10) * US_PER_MS : 0;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Consumers look for new partitions so often. */
static int64_t partitions_noticed_us(const struct run *r)
{
    int64_t age = worker_us(r, "consumer.metadata.max.age.ms");
    bool added = false;

    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++)
        added |= r->facts.timeline.steps[i].applied &&
                 (r->given.plan->steps[i].ops->changes &
                  FAULT_CHANGES_PARTITIONS) != 0;
    return !added ? 0 : age > 0 ? age : 300 * (int64_t)US_PER_S;
}

/* How long a sink's consumer may be dead and keep its partitions. */
static int64_t consumer_session_us(struct run *r, const struct plan_hop *h)
{
    const json_t *own =
        h->connector ? json_object_get(h->connector->config,
                                       "consumer.override.session.timeout.ms")
                     : NULL;

    if (json_is_string(own))
        return strtoll(json_string_value(own), NULL, 10) * US_PER_MS;
    if (json_is_integer(own))
        return json_integer_value(own) * US_PER_MS;
    return worker_us(r, "consumer.session.timeout.ms");
}

/* How long nothing moves where nothing is wrong: until the next flush commits
 * what has been delivered, until the tasks of a worker that is gone are given
 * to another and its partitions with them, until partitions that were added
 * are found. */
int64_t run_stall_us(struct run *r, const struct plan_hop *h)
{
    int64_t asked = r->given.plan->scenario.timeouts.stall_us;
    int64_t flush = run_flush_us(r) + worker_us(r, "offset.flush.timeout.ms");
    int64_t handed_over =
        larger(worker_us(r, "session.timeout.ms") +
                   worker_us(r, "scheduled.rebalance.max.delay.ms"),
               h->group[0] ? consumer_session_us(r, h) : 0);
    int64_t least =
        larger(larger(flush, handed_over), partitions_noticed_us(r));

    return larger(asked, least < SLACK_US ? 2 * least : least + SLACK_US);
}

static void look_at(struct run *r, struct hop_watch *w, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    const struct hop_glance g = {
        .now_us = clk_now(&r->world.clk),
        .moved = progress_of(r, h),
        .caught_up = caught_up(r, h),
        .upstream_settled = upstream_settled(r, w, i),
        .stall_us = run_stall_us(r, h),
    };

    hop_watch_note(&w[i], &g);
    r->facts.hops[i].stalled = w[i].stalled;
}

/* How many of the hop's identities have arrived now, in the station or in the
 * dead-letter topic, copies not counted; none where it cannot be read. */
static uint64_t distinct_at(struct run *r, const struct plan_hop *h)
{
    struct tally *t = NULL, *dead = NULL;
    struct err ignored = {0};
    uint64_t n = 0;

    if (endpoint_tally(r->world.stations[h->down].endpoint, false,
                       &r->facts.stations[h->down].spec,
                       r->given.plan->scenario.timeouts.replay_us, &t, NULL,
                       &ignored) == 0) {
        if (run_read_dead(r, h, &dead, &ignored) == 0 && dead)
            tally_merge(t, dead);
        n = tally_distinct(t, h->streams, h->streams_len);
    }
    tally_free(t);
    return n;
}

/* All is committed and not all has been delivered: dead letters or losses, or a
 * sink that commits first and delivers in its own time. A number of records
 * would not do, since copies stand for what is absent; so the station is read,
 * once for each time that it has moved. */
static bool holds_back(struct run *r, struct hop_watch *w, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    struct endpoint *e = r->world.stations[h->down].endpoint;
    struct endpoint_counts c = {0};
    struct err ignored = {0};
    uint64_t sent;

    if (!h->group[0] || r->given.plan->stations[h->down].topic ||
        e->ops->counts(e, &c, &ignored) < 0)
        return false;
    sent = observer_distinct(r->world.cluster.observer,
                             r->given.plan->stations[h->up].name, h->streams,
                             h->streams_len);
    if (c.accepted < sent && !run_dead_topic(h))
        return true;
    if (!w->was_read || w->read_at != w->moved) {
        w->was_read = true;
        w->read_at = w->moved;
        w->lacks = distinct_at(r, h) < sent;
    }
    return w->lacks;
}

/* A sink may have been told and not yet have written down: one more flush
 * after it has caught up, in which nothing moves. The load has no such. */
static bool is_calm(struct run *r, struct hop_watch *w, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    int64_t still_us = clk_now(&r->world.clk) - w[hop].moved_at_us;
    int64_t wait = US_PER_S;

    if (w[hop].done_at_us < 0)
        return false;
    if (h->connector)
        wait += run_flush_us(r);
    if (still_us < wait)
        return false;
    return !holds_back(r, &w[hop], hop) || still_us >= run_stall_us(r, h);
}

static bool settled(struct run *r, struct hop_watch *w)
{
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        if (!r->facts.hops[i].stalled && !is_calm(r, w, i))
            return false;
    return true;
}

/* A fault that may still be there explains why nothing moves. */
static bool is_unmended(const struct run *r)
{
    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++)
        if (r->facts.timeline.steps[i].applied &&
            r->facts.timeline.steps[i].mended_us < 0)
            return true;
    return false;
}

int run_drain(struct run *r, struct err *err)
{
    int64_t limit = r->given.plan->scenario.timeouts.drain_us;
    AUTO_FREE struct hop_watch *w =
        calloc(r->given.plan->hops_len + 1, sizeof(*w));
    int64_t began = clk_now(&r->world.clk);

    run_phase(r, "drain", limit);
    if (!w)
        return err_set(err, -ENOMEM, "no memory");
    if (run_read_ledger(r, err) < 0)
        return err_context(err, "ledger");
    r->facts.unmended = is_unmended(r);
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        w[i] = (struct hop_watch){.moved_at_us = began, .done_at_us = -1};
    do {
        for (size_t i = 0; i < r->given.plan->hops_len; i++)
            look_at(r, w, i);
        run_progress(r);
        if (run_may_go_on(r, err) < 0)
            return err->code;
        if (settled(r, w))
            break;
        clk_sleep(&r->world.clk, TICK_US);
    } while (clk_now(&r->world.clk) - began < limit);
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        r->facts.hops[i].drained =
            (r->facts.hops[i].stalled && !r->facts.unmended) ||
            is_calm(r, w, i);
    r->facts.drain_ended = true;
    return 0;
}
