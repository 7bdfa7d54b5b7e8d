/* drain.c - wait until every station has caught up, or will not.
 *
 * A hop has drained when its connector has nothing left to do: a sink's group
 * has committed behind the last data record, or a source's topic holds every
 * acknowledged identity. A hop has *stalled* when work waits and nothing has
 * moved for the hop's patience. Waiting longer would then change nothing, so an
 * absent record counts as absent, unless a fault that could not be mended may
 * stand in the way. While something still moves at the deadline, nothing is
 * called lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/facts_own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/read_once_own.h"
#include "engine/tell_own.h"
#include "verdict/hop_watch.h"

enum {
    TICK_US = 100 * US_PER_MS,
    PARTITIONS_MAX = 1024,
};

/* Changes whenever the hop makes progress of any kind: a record arrives or is
 * refused, or an offset is committed. */
static uint64_t progress_of(struct run *r, const struct plan_hop *h)
{
    const struct plan_station *down = &r->given.plan->stations[h->down];
    struct committed at[PARTITIONS_MAX];
    struct endpoint_counts c = {0};
    struct err ignored = {0};
    uint64_t n = 0;
    size_t len;

    if (station_is_tailed(down)) {
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

/* Whether every acknowledged identity of the hop's streams is in the topic.
 * Comparing numbers of records would not do: a topic also holds records of
 * other streams, copies, and indeterminate records. */
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

/* A hop can only be done when its upstream is: a record that arrives upstream
 * later is new work for the hop. */
static bool upstream_settled(const struct run *r, const struct hop_watch *w,
                             size_t hop)
{
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        if (r->given.plan->hops[i].down == r->given.plan->hops[hop].up &&
            !hop_watch_settled(&w[i]))
            return false;
    return true;
}

static int64_t stall_us(const struct run *r, size_t hop)
{
    return facts_patience(&r->given, &r->facts, hop).us;
}

static void look_at(struct run *r, struct hop_watch *w, size_t i)
{
    const struct plan_hop *h = &r->given.plan->hops[i];
    const struct hop_glance g = {
        .now_us = clk_now(&r->world.clk),
        .moved = progress_of(r, h),
        .caught_up = caught_up(r, h),
        .upstream_settled = upstream_settled(r, w, i),
        .stall_us = stall_us(r, i),
    };

    hop_watch_note(&w[i], &g);
    r->facts.hops[i].stalled = w[i].stalled;
}

/* How many distinct identities of the hop have arrived so far, in the station
 * or in the dead-letter topic; 0 if the station cannot be read. */
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

static bool holds_back(struct run *r, struct hop_watch *w, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    struct endpoint *e = r->world.stations[h->down].endpoint;
    struct endpoint_counts c = {0};
    struct err ignored = {0};
    struct arrival a = {
        .known = h->group[0] &&
                 !station_is_tailed(&r->given.plan->stations[h->down]) &&
                 e->ops->counts(e, &c, &ignored) == 0,
    };

    if (a.known) {
        a.accepted = c.accepted;
        a.sent = observer_distinct(r->world.cluster.observer,
                                   r->given.plan->stations[h->up].name,
                                   h->streams, h->streams_len);
        a.has_dead_letters = h->dead_topic != NULL;
    }
    if (hop_watch_held_back(w, &a) == HELD_BACK_UNREAD)
        hop_watch_read(w, distinct_at(r, h), a.sent);
    return hop_watch_held_back(w, &a) != HELD_BACK_NOTHING;
}

/* A station is read only while the hop is still: reading is expensive, and on a
 * moving hop the answer is old at once. */
static bool is_calm(struct run *r, struct hop_watch *w, size_t hop)
{
    const struct plan_hop *h = &r->given.plan->hops[hop];
    int64_t now = clk_now(&r->world.clk);

    return hop_watch_is_still(
               &w[hop], now,
               h->connector ? facts_limits(&r->given, &r->facts, hop)->flush_us
                            : 0) &&
           hop_watch_is_calm(&w[hop], now, holds_back(r, &w[hop], hop),
                             stall_us(r, hop));
}

static bool settled(struct run *r, struct hop_watch *w)
{
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        if (!r->facts.hops[i].stalled && !is_calm(r, w, i))
            return false;
    return true;
}

int run_drain(struct run *r, struct err *err)
{
    int64_t limit = r->given.plan->scenario.timeouts.drain_us;
    AUTO_FREE struct hop_watch *w =
        must_calloc(r->given.plan->hops_len, sizeof(*w));
    int64_t began = clk_now(&r->world.clk);

    run_phase(r, "drain", limit);
    if (run_read_ledger(r, err) < 0)
        return err_context(err, "ledger");
    r->facts.unmended = facts_disturbed(&r->given, &r->facts);
    for (size_t i = 0; i < r->given.plan->hops_len; i++)
        w[i] = hop_watch_begun(began);
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
            hop_watch_drained(&w[i], is_calm(r, w, i), r->facts.unmended);
    r->facts.drain_ended = true;
    return 0;
}
