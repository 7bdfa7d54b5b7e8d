/* able.c - whether platform and endpoints can do everything the plan asks, told
 * before anything starts. */
#include <errno.h>
#include <string.h>

#include "plan/plan.h"

static int step_able(const struct plan *p, const struct plan_step *s,
                     struct err *err)
{
    size_t at;

    if ((s->ops->needs & p->platform->can) != s->ops->needs)
        return err_set(err, -ENOTSUP, "%s: the %s platform does not support %s",
                       s->step->path, p->platform->name, s->ops->name);
    if (!s->ops->behaviour)
        return 0;
    at = plan_station_find(p, s->step->target);
    if (at == SIZE_MAX ||
        !endpoint_behaviour(p->stations[at].ops, s->ops->behaviour))
        return err_set(err, -ENOTSUP,
                       "%s: endpoint %s (%s) does not support %s",
                       s->step->path, s->step->target,
                       at == SIZE_MAX ? "unknown" : p->stations[at].ops->name,
                       s->ops->name);
    return 0;
}

static int load_able(const struct plan *p, const struct load_item *l,
                     struct err *err)
{
    if (l->transaction > 0 && !(p->platform->can & PLATFORM_CAN_TRANSACTIONS))
        return err_set(err, -ENOTSUP,
                       "load into %s: the %s platform has no transactions",
                       l->into, p->platform->name);
    return 0;
}

static int connector_able(const struct plan *p, const struct connector *c,
                          struct err *err)
{
    if (!p->platform->able ||
        p->platform->able(c->plugin && c->plugin[0] ? c->plugin : NULL,
                          c->config, err) == 0)
        return 0;
    return err_context(err, "connectors.%s", c->name);
}

/* How long load runs, about: nobody knows how long recovery takes. */
static int64_t load_s(const struct plan *p)
{
    const struct scenario *s = &p->scenario;
    int64_t line = s->duration_us;

    for (size_t i = 0; i < s->steps_len; i++)
        if (s->steps[i].at_us + s->steps[i].for_us > line)
            line = s->steps[i].at_us + s->steps[i].for_us;
    return (s->warm_up_us + line + s->quiet_us) / US_PER_S + 5;
}

/* Bytes that a load writes, about. */
static int64_t bytes_of(const struct plan *p, const struct load_item *l)
{
    int64_t late_s = l->from_us / US_PER_S, runs_s = load_s(p);
    int64_t records = l->rate * (runs_s > late_s ? runs_s - late_s : 1);

    return l->size * (l->records > 0 ? l->records : records);
}

/* Whether every record that goes over the hop stays in the topic until the
 * replay. A platform may keep a limited number of bytes a partition and
 * trim the rest. */
static int hop_able(const struct plan *p, const struct plan_hop *h,
                    struct err *err)
{
    const struct topic *topic = p->stations[h->down].topic;
    int64_t most = p->platform->partition_bytes_most;
    int64_t bytes = 0;

    if (!topic || most == 0)
        return 0;
    for (size_t i = 0; i < p->loads_len; i++)
        for (size_t k = 0; k < h->streams_len; k++)
            if (h->streams[k] == p->loads[i].first_stream)
                bytes += bytes_of(p, &p->loads[i]);
    bytes /= topic->partitions > 0 ? topic->partitions : 1;
    if (bytes <= most)
        return 0;
    return err_set(
        err, -ENOTSUP,
        "topic %s: about %lld KiB would be written to each partition; the %s "
        "platform keeps %lld KiB of a partition and trims the rest: write "
        "fewer or smaller records, or to more partitions",
        topic->name, (long long)bytes >> 10, p->platform->name,
        (long long)most >> 10);
}

int plan_able(const struct plan *p, struct err *err)
{
    for (size_t i = 0; i < p->steps_len; i++)
        if (step_able(p, &p->steps[i], err) < 0)
            return err->code;
    for (size_t i = 0; i < p->loads_len; i++)
        if (load_able(p, &p->loads[i], err) < 0)
            return err->code;
    for (size_t i = 0; i < p->scenario.connectors_len; i++)
        if (connector_able(p, &p->scenario.connectors[i], err) < 0)
            return err->code;
    for (size_t i = 0; i < p->hops_len; i++)
        if (hop_able(p, &p->hops[i], err) < 0)
            return err->code;
    return 0;
}
