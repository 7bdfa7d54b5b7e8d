/* flow_shape.c - ends and rates of a plan, for the baseline. */
#include "engine/flow_shape_own.h"

static bool goes_over(const struct load_item *l, const struct plan_hop *h)
{
    for (size_t i = 0; i < h->streams_len; i++)
        if (h->streams[i] == l->first_stream)
            return true;
    return false;
}

/* A station of several hops is sent the records of each. */
static void add_rates(struct flow_shape *s, const struct plan *p)
{
    for (size_t h = 0; h < p->hops_len; h++)
        for (size_t i = 0; i < p->loads_len; i++)
            if (p->hops[h].down < SAMPLE_STATIONS_MAX &&
                goes_over(&p->loads[i], &p->hops[h]))
                s->sent[p->hops[h].down] += (double)p->loads[i].rate;
    for (size_t i = 0; i < p->loads_len; i++)
        s->load_rate += p->loads[i].rate;
}

struct flow_shape flow_shape_of(const struct plan *p)
{
    struct flow_shape s = {.stations = p->stations_len, .hops = p->hops_len};

    for (size_t i = 0; i < p->hops_len; i++)
        s.ends[p->hops[i].down] = true;
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].up != SIZE_MAX)
            s.ends[p->hops[i].up] = false;
    add_rates(&s, p);
    return s;
}
