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
        topics[i] = (struct platform_topic){.name = s->topics[i].name,
                                            .config = s->topics[i].config};
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
