/* counting.c - how the records of a station are counted. */
#include "engine/counting_own.h"

#include <string.h>

#include "base/memory.h"

/* Whether records of the stream come to the station: loaded into the station,
 * or over a hop. */
static bool leads_to(const struct plan *p, const struct load_item *l,
                     uint32_t stream, size_t station)
{
    if (strcmp(l->into, p->stations[station].name) == 0)
        return true;
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];

        for (size_t k = 0; h->down == station && k < h->streams_len; k++)
            if (h->streams[k] == stream)
                return true;
    }
    return false;
}

/* Order is judged per key only if every hop into the station promises order per
 * key and nothing more. */
static bool ordered_by_key(const struct plan *p, size_t station)
{
    bool any = false;

    for (size_t i = 0; i < p->hops_len; i++) {
        if (p->hops[i].down != station)
            continue;
        if (p->hops[i].guarantee.ordering != ORDER_KEY)
            return false;
        any = true;
    }
    return any;
}

/* A station that keeps rows is compared with the last version of each key
 * upstream, so both ends of the hop note rows. */
static bool notes_rows(const struct plan *p, size_t station)
{
    bool any = plan_station_keeps_rows(&p->stations[station]);

    for (size_t i = 0; i < p->hops_len; i++)
        any = any || (p->hops[i].up == station &&
                      plan_station_keeps_rows(&p->stations[p->hops[i].down]));
    return any;
}

struct tally_spec counting_of(const struct plan *p, uint32_t run,
                              size_t station,
                              struct tally_stream_spec **ret_streams)
{
    struct tally_stream_spec *streams;
    size_t n = 0;

    for (size_t i = 0; i < p->loads_len; i++)
        n += (size_t)p->loads[i].streams;
    *ret_streams = streams = must_calloc(n, sizeof(*streams));
    n = 0;
    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];

        for (uint32_t k = 0; k < (uint32_t)l->streams; k++)
            if (leads_to(p, l, l->first_stream + k, station))
                streams[n++] = (struct tally_stream_spec){
                    .stream = l->first_stream + k,
                    .payload_len = load_payload_len(l->size, l->json),
                    .keys = (uint32_t)l->keys,
                };
    }
    return (struct tally_spec){.run = run,
                               .streams = streams,
                               .streams_len = n,
                               .stamps = STAMPS_ONE,
                               .rows = notes_rows(p, station),
                               .by_key = ordered_by_key(p, station)};
}
