/* facts.c - questions about given and facts. */
#include "engine/facts_own.h"

#include <string.h>

#include "base/own.h"

size_t facts_disturbances(const struct given *g, const struct facts *f)
{
    size_t n = 0;

    timeline_lock(&f->timeline);
    for (size_t i = 0; f->timeline_made && i < g->plan->steps_len; i++)
        n += f->timeline.steps[i].applied;
    timeline_unlock(&f->timeline);
    return n;
}

bool facts_disturbed(const struct given *g, const struct facts *f)
{
    bool disturbed = false;

    timeline_lock(&f->timeline);
    for (size_t i = 0; f->timeline_made && i < g->plan->steps_len; i++)
        disturbed |=
            f->timeline.steps[i].applied && f->timeline.steps[i].mended_us < 0;
    timeline_unlock(&f->timeline);
    return disturbed;
}

static bool partitions_added(const struct given *g, const struct facts *f)
{
    bool added = false;

    timeline_lock(&f->timeline);
    for (size_t i = 0; f->timeline_made && i < g->plan->steps_len; i++)
        added |= f->timeline.steps[i].applied &&
                 (g->plan->steps[i].ops->changes & FAULT_CHANGES_PARTITIONS);
    timeline_unlock(&f->timeline);
    return added;
}

struct patience facts_patience(const struct given *g, const struct facts *f,
                               size_t hop)
{
    return limits_patience(&f->limits, g->plan, &g->plan->hops[hop],
                           partitions_added(g, f));
}

bool facts_compacts(const struct given *g, const struct facts *f,
                    size_t station)
{
    const struct topic *t = g->plan->stations[station].topic;
    const json_t *own =
        t && t->config ? json_object_get(t->config, "cleanup.policy") : NULL;
    AUTO_FREE char *text = own ? scalar_text(own) : NULL;

    if (!t)
        return false;
    return text ? limits_policy_compacts(text) : f->limits.compacts;
}

struct hole_facts facts_holes(const struct given *g, const struct facts *f,
                              size_t station)
{
    const struct plan *p = g->plan;
    struct hole_facts h = {.config = p->stations[station].topic->config,
                           .compacts = facts_compacts(g, f, station),
                           .exactly_once = f->limits.exactly_once};

    for (size_t i = 0; i < p->loads_len; i++)
        h.transactional_load |=
            p->loads[i].transaction > 0 &&
            strcmp(p->loads[i].into, p->stations[station].name) == 0;
    for (size_t i = 0; i < p->hops_len; i++)
        h.from_source |= p->hops[i].down == station && p->hops[i].connector &&
                         p->hops[i].connector->is_source;
    return h;
}
