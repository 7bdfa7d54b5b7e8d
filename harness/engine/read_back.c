/* read_back.c - fresh readers read every station from its beginning. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "base/utf8.h"
#include "engine/run_state_own.h"

/* Does anything that writes into this topic use transactions, or may its log
 * be compacted or trimmed? Then holes among its offsets are no finding. */
static bool may_hole(struct run *r, size_t station)
{
    const struct plan *p = r->given.plan;
    const struct topic *t = p->stations[station].topic;
    const char *eos = NULL;

    if (t->config && (json_object_get(t->config, "cleanup.policy") ||
                      json_object_get(t->config, "retention.ms") ||
                      json_object_get(t->config, "retention.bytes")))
        return true;
    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].transaction > 0 &&
            strcmp(p->loads[i].into, t->name) == 0)
            return true;
    if (r->world.platform->ops->property)
        eos = r->world.platform->ops->property(r->world.platform, ROLE_WORKER,
                                               "exactly.once.source.support");
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].down == station && p->hops[i].connector &&
            p->hops[i].connector->is_source && eos &&
            strcmp(eos, "enabled") == 0)
            return true;
    return false;
}

/* Kafka's and librdkafka's default, and how often a broker looks for those that
 * are over (transaction.abort.timed.out.transaction.cleanup.interval.ms). */
enum { TRANSACTION_US = 60 * US_PER_S, LOOKS_US = 10 * US_PER_S };

int64_t run_open_transaction_us(struct run *r)
{
    const struct platform_ops *ops =
        r->world.platform ? r->world.platform->ops : NULL;
    const char *ms = ops && ops->property
                         ? ops->property(r->world.platform, ROLE_WORKER,
                                         "producer.transaction.timeout.ms")
                         : NULL;
    int64_t longest = ms ? strtoll(ms, NULL, 10) * US_PER_MS : TRANSACTION_US;

    for (size_t i = 0; i < r->given.plan->loads_len; i++)
        if (r->given.plan->loads[i].transaction > 0 && longest < TRANSACTION_US)
            longest = TRANSACTION_US;
    return longest + LOOKS_US + 5 * US_PER_S;
}

/* What an open transaction hides is not known, and may come: nothing that is
 * absent here is lost. */
static void note_hidden(struct run *r, size_t i, const struct err *why)
{
    (void)snprintf(r->facts.stations[i].why_not,
                   sizeof(r->facts.stations[i].why_not), "%.500s", why->text);
    utf8_mend(r->facts.stations[i].why_not);
    run_reason(r, "%s was read in part: %s", r->given.plan->stations[i].name,
               why->text);
    for (size_t k = 0; k < r->given.plan->hops_len; k++)
        if (r->given.plan->hops[k].down == i || r->given.plan->hops[k].up == i)
            r->facts.hops[k].drained = false;
}

static int read_station(struct run *r, size_t i, struct err *err)
{
    struct station_facts *s = &r->facts.stations[i];
    int rc = endpoint_tally(r->world.stations[i].endpoint, false, &s->spec,
                            r->given.plan->scenario.timeouts.replay_us,
                            &s->tally, &s->walks, err);

    if (rc != -EINPROGRESS)
        return rc;
    note_hidden(r, i, err);
    return 0;
}

int run_read_ledger(struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", r->given.spec->dir);

    if (r->facts.have_ledger)
        return 0;
    if (ledger_read(path, &r->facts.ledger, err) < 0)
        return err->code;
    r->facts.have_ledger = true;
    return 0;
}

/* What the station has taken so far; -1: that cannot be told. */
static int64_t taken(struct run *r, size_t i)
{
    struct endpoint *e = r->world.stations[i].endpoint;
    struct endpoint_counts c;
    struct err ignored = {0};

    if (!e || !r->world.cluster.observer)
        return -1;
    if (r->given.plan->stations[i].topic)
        return (int64_t)observer_topic(r->world.cluster.observer,
                                       r->given.plan->stations[i].name)
            .records;
    return e->ops->counts(e, &c, &ignored) < 0 ? -1 : (int64_t)c.accepted;
}

/* Records that came while stations were read: the drain had not ended. What is
 * absent may come as well, and what was read is not all. */
static void doubt_drain(struct run *r, size_t i, int64_t before)
{
    int64_t after = before < 0 ? -1 : taken(r, i);

    if (!r->facts.drain_ended || after <= before)
        return;
    run_reason(r, "%s: %lld records came after the drain, while it was read",
               r->given.plan->stations[i].name, (long long)(after - before));
    for (size_t k = 0; k < r->given.plan->hops_len; k++)
        if (r->given.plan->hops[k].down == i || r->given.plan->hops[k].up == i)
            r->facts.hops[k].drained = false;
}

static void read_stations(struct run *r)
{
    struct err err;

    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        struct station_facts *s = &r->facts.stations[i];

        err = (struct err){0};
        (void)run_cluster_is_gone(r);
        if (!r->world.stations[i].endpoint ||
            (r->facts.topics_gone && r->given.plan->stations[i].topic)) {
            (void)snprintf(s->why_not, sizeof(s->why_not), "%s",
                           r->facts.topics_gone
                               ? "it ended with the run"
                               : "the run ended before it was there");
            continue;
        }
        if (r->given.plan->stations[i].topic)
            s->may_hole = may_hole(r, i);
        if (read_station(r, i, &err) == 0)
            continue;
        (void)snprintf(s->why_not, sizeof(s->why_not), "%.500s", err.text);
        utf8_mend(s->why_not);
        run_reason(r, "%s could not be read back: %s",
                   r->given.plan->stations[i].name, err.text);
    }
}

void run_replay(struct run *r)
{
    AUTO_FREE int64_t *before =
        calloc(r->given.plan->stations_len + 1, sizeof(*before));
    struct err err = {0};

    if (!before)
        abort();
    run_phase(r, "replay", r->given.plan->scenario.timeouts.replay_us);
    if (run_read_ledger(r, &err) < 0)
        run_reason(r, "the ledger cannot be read: %s", err.text);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        before[i] = taken(r, i);
    read_stations(r);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        doubt_drain(r, i, before[i]);
}
