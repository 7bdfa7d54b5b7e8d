/* able.c - whether platform and endpoints can do everything the plan asks, told
 * before anything starts. */
#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/own.h"
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

/* The bytes, about, that all loads write to each partition of the topic at the
 * end of the hop. */
static int64_t partition_bytes(const struct plan *p, const struct plan_hop *h)
{
    const struct topic *topic = p->stations[h->down].topic;
    int64_t bytes = 0;

    for (size_t i = 0; i < p->loads_len; i++)
        for (size_t k = 0; k < h->streams_len; k++)
            if (h->streams[k] == p->loads[i].first_stream)
                bytes += bytes_of(p, &p->loads[i]);
    return bytes / (topic->partitions > 0 ? topic->partitions : 1);
}

/* Several hops may end at one topic: the fullest counts. */
static struct platform_topic topic_needed(const struct plan *p,
                                          const struct topic *t)
{
    struct platform_topic need = {
        .name = t->name, .partitions = t->partitions, .config = t->config};

    for (size_t i = 0; i < p->hops_len; i++) {
        int64_t bytes = p->stations[p->hops[i].down].topic == t
                            ? partition_bytes(p, &p->hops[i])
                            : 0;

        if (bytes > need.partition_bytes)
            need.partition_bytes = bytes;
    }
    return need;
}

static int platform_able(const struct plan *p, struct err *err)
{
    const struct scenario *s = &p->scenario;
    AUTO_FREE struct platform_connector *connectors =
        must_calloc(s->connectors_len, sizeof(*connectors));
    AUTO_FREE struct platform_topic *topics =
        must_calloc(s->topics_len, sizeof(*topics));
    const struct platform_needs needs = {
        .settings = p->platform_settings,
        .connectors = connectors,
        .connectors_len = s->connectors_len,
        .topics = topics,
        .topics_len = s->topics_len,
    };

    if (!p->platform->able)
        return 0;
    for (size_t i = 0; i < s->connectors_len; i++) {
        const struct connector *c = &s->connectors[i];

        connectors[i] = (struct platform_connector){
            .name = c->name,
            .plugin = c->plugin && c->plugin[0] ? c->plugin : NULL,
            .config = c->config};
    }
    for (size_t i = 0; i < s->topics_len; i++)
        topics[i] = topic_needed(p, &s->topics[i]);
    return p->platform->able(&needs, err);
}

int plan_able(const struct plan *p, struct err *err)
{
    for (size_t i = 0; i < p->steps_len; i++)
        if (step_able(p, &p->steps[i], err) < 0)
            return err->code;
    for (size_t i = 0; i < p->loads_len; i++)
        if (load_able(p, &p->loads[i], err) < 0)
            return err->code;
    return platform_able(p, err);
}
