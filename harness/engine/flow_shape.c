/* flow_shape.c - the ends of a plan, and the records its loads have to send
 * over each hop, for the baseline. */
#include "engine/flow_shape_own.h"

#include "base/clk.h"

static bool goes_over(const struct load_item *l, const struct plan_hop *h)
{
    for (size_t i = 0; i < h->streams_len; i++)
        if (h->streams[i] == l->first_stream)
            return true;
    return false;
}

struct flow_shape flow_shape_of(const struct plan *p)
{
    struct flow_shape s = {.stations = p->stations_len, .hops = p->hops_len};

    for (size_t i = 0; i < p->hops_len; i++)
        s.ends[p->hops[i].down] = true;
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].up != SIZE_MAX)
            s.ends[p->hops[i].up] = false;
    for (size_t i = 0; i < p->hops_len && i < SAMPLE_HOPS_MAX; i++)
        s.down[i] = p->hops[i].down;
    return s;
}

void flow_due(const struct plan *p, const struct load_progress *loads,
              struct sample *s)
{
    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_progress *l = &loads[i];
        int64_t until_us =
            l->ended_us >= 0 && l->ended_us < s->t_us ? l->ended_us : s->t_us;
        double due = l->began_us < 0 || until_us < l->began_us
                         ? 0
                         : (double)p->loads[i].rate *
                               (double)(until_us - l->began_us) / US_PER_S;

        s->due_all += due;
        for (size_t h = 0; h < p->hops_len && h < SAMPLE_HOPS_MAX; h++) {
            if (!goes_over(&p->loads[i], &p->hops[h]))
                continue;
            s->due[h] += due;
            s->acknowledged_for[h] += l->acknowledged;
        }
    }
}
