/* facts.c - questions about given and facts. */
#include "engine/facts_own.h"

#include <string.h>

#include "base/own.h"

static size_t group_of_hop(const struct given *g, size_t hop)
{
    const struct connector *c = g->plan->hops[hop].connector;

    return c ? plan_group_of(g->plan, c) : 0;
}

const struct limits *facts_limits(const struct given *g, const struct facts *f,
                                  size_t hop)
{
    return &f->limits[group_of_hop(g, hop)];
}

int64_t facts_flush_us(const struct given *g, const struct facts *f)
{
    int64_t longest = 0;

    for (size_t i = 0; i < g->plan->groups_len; i++)
        if (f->limits[i].flush_us > longest)
            longest = f->limits[i].flush_us;
    return longest;
}

/* The group of workers that the fault is confined to; NULL: to none. */
static const char *confined_to(const struct given *g, const struct facts *f,
                               size_t step)
{
    const struct plan_step *s = &g->plan->steps[step];
    const struct target *t = &f->timeline.steps[step].target;

    if (s->ops->group)
        return s->ops->group(s->args);
    return t->in_group ? t->group : NULL;
}

static bool runs_in(const struct given *g, size_t hop, const char *group)
{
    return strcmp(g->plan->groups[group_of_hop(g, hop)].name, group) == 0;
}

/* Two sinks of one consumer group share partitions, also across Connect
 * clusters, and two connectors between the same stations share records. */
static bool share(const struct plan_hop *a, const struct plan_hop *b)
{
    return (a->group[0] && strcmp(a->group, b->group) == 0) ||
           (a->up == b->up && a->down == b->down);
}

/* A fault on one Connect cluster cannot touch the connectors of another, so an
 * excuse of one group's hop is no excuse of another group's hop, unless the
 * hops share a consumer group or both stations. */
bool facts_reaches(const struct given *g, const struct facts *f, size_t step,
                   size_t hop)
{
    const char *group = confined_to(g, f, step);
    const struct plan_hop *hops = g->plan->hops;

    if (!group || !hops[hop].connector)
        return true;
    for (size_t i = 0; i < g->plan->hops_len; i++)
        if (hops[i].connector && runs_in(g, i, group) &&
            (i == hop || share(&hops[i], &hops[hop])))
            return true;
    return false;
}

int64_t facts_reach_flush_us(const struct given *g, const struct facts *f,
                             size_t step, size_t hop)
{
    const char *group = confined_to(g, f, step);
    int64_t longest = facts_limits(g, f, hop)->flush_us;

    for (size_t i = 0; group && i < g->plan->groups_len; i++)
        if (strcmp(g->plan->groups[i].name, group) == 0 &&
            f->limits[i].flush_us > longest)
            longest = f->limits[i].flush_us;
    return longest;
}

size_t facts_disturbances(const struct given *g, const struct facts *f,
                          size_t hop)
{
    size_t n = 0;

    timeline_lock(&f->timeline);
    for (size_t i = 0; f->timeline_made && i < g->plan->steps_len; i++)
        n += f->timeline.steps[i].applied && facts_reaches(g, f, i, hop);
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
    return limits_patience(facts_limits(g, f, hop), g->plan,
                           &g->plan->hops[hop], partitions_added(g, f));
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
    return text ? limits_policy_compacts(text) : f->limits[0].compacts;
}

struct hole_facts facts_holes(const struct given *g, const struct facts *f,
                              size_t station)
{
    const struct plan *p = g->plan;
    struct hole_facts h = {.config = p->stations[station].topic->config,
                           .compacts = facts_compacts(g, f, station),
                           .exactly_once = f->limits[0].exactly_once};

    for (size_t i = 0; i < p->loads_len; i++)
        h.transactional_load |=
            p->loads[i].transaction > 0 &&
            strcmp(p->loads[i].into, p->stations[station].name) == 0;
    for (size_t i = 0; i < p->hops_len; i++) {
        const char *exactly_once = facts_limits(g, f, i)->exactly_once;

        if (p->hops[i].down != station || !p->hops[i].connector ||
            !p->hops[i].connector->is_source)
            continue;
        /* one source with transactions is enough for markers in the topic */
        if (!h.from_source ||
            (exactly_once && strcmp(exactly_once, "enabled") == 0))
            h.exactly_once = exactly_once;
        h.from_source = true;
    }
    return h;
}
