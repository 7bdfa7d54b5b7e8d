/* reaction.c - the effects of faults on the flow: statuses, generations, rates.
 */
#include "engine/reaction_own.h"

#include "base/own.h"

/* The flow counts as recovered after 3 s in which no sample falls short of the
 * baseline. */
enum { RECOVERED_FOR_US = 3 * US_PER_S };

uint64_t reaction_status_changes(const struct timeline *t)
{
    const struct scenario *s = &t->spec.plan->scenario;
    uint64_t n = 0;

    for (size_t i = 0; i < s->connectors_len; i++)
        n += observer_status_changes(t->spec.field->observer,
                                     s->connectors[i].name);
    return n;
}

/* A source has no group, so the statuses of tasks stand for generations. */
static int64_t last_status(struct observer *o, const char *connector)
{
    int tasks = observer_tasks(o, connector);
    int64_t last = -1;

    for (int i = 0; i < tasks; i++) {
        int64_t at = observer_task(o, connector, i).since_us;

        last = at > last ? at : last;
    }
    return last;
}

int64_t reaction_last_generation_us(const struct timeline *t)
{
    struct observer *o = t->spec.field->observer;
    int64_t last = -1;

    for (size_t i = 0; i < t->spec.plan->hops_len; i++) {
        const struct plan_hop *h = &t->spec.plan->hops[i];
        int64_t at = -1, status = -1;

        if (h->group[0])
            at = observer_last_generation_us(o, h->group);
        if (h->by_identities)
            status = last_status(o, h->connector->name);
        at = status > at ? status : at;
        last = at > last ? at : last;
    }
    return last;
}

int64_t reaction_regained_us(const struct timeline *t, int64_t since_us)
{
    AUTO_FREE struct sample *s = NULL;
    size_t n = sampler_since(t->spec.sampler, since_us, &s);

    return baseline_regained(t->spec.shape, t->spec.baseline, s, n,
                             RECOVERED_FOR_US);
}

bool reaction_dropped(const struct timeline *t, int64_t since_us)
{
    AUTO_FREE struct sample *s = NULL;
    size_t n = sampler_since(t->spec.sampler, since_us, &s);

    return t->spec.baseline->known &&
           baseline_dropped(t->spec.shape, t->spec.baseline, s, n);
}
