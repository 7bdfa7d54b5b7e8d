/* lanes.c - tells whether downstream mixes partitions of upstream.
 *
 * A stream held upstream in several partitions has an order in each partition
 * and none across partitions. A late sight downstream is a finding only if each
 * partition downstream was fed from a single partition upstream.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "oracle/record_rules_own.h"

bool lanes_are_one(const struct stream_case *c)
{
    const struct tally_stream *const at[] = {c->up, c->up_live};
    const struct lane *first = NULL;

    for (size_t i = 0; i < 2; i++) {
        if (!at[i] || at[i]->lanes_len == 0)
            continue;
        if (at[i]->lanes_len > 1 ||
            (first && first->partition != at[i]->lanes[0]->partition))
            return false;
        first = at[i]->lanes[0];
    }
    return true;
}

static bool has_shed(const struct tally *t)
{
    return t && t->kept[RUNS_PLACES].shed > 0;
}

/* Appends the runs of places of one stream to `at` (which may move) and returns
 * the array. NULL for `t`: nothing to append. */
static struct run *add_places(struct run *at, size_t *len,
                              const struct tally *t, uint32_t stream)
{
    size_t all_len, n;
    struct run *all;
    const struct run *of;

    if (!t)
        return at;
    all = tally_runs(t, RUNS_PLACES, &all_len);
    of = runs_of(all, all_len, stream, &n);
    at = must_realloc(at, *len + n + 1, sizeof(*at));
    if (n)
        memcpy(at + *len, of, n * sizeof(*at));
    *len += n;
    free(all);
    return at;
}

/* The partition upstream that feeds each lane downstream, as far as seen. */
struct origins {
    const struct tally_stream *down;
    struct origin {
        bool known;
        int32_t partition;
    } * of; /* as the lanes */
};

/* Returns whether the lane was fed from `partition` alone so far. The first
 * partition asked about becomes the lane's origin. */
static bool comes_from(struct origins *o, int32_t lane, int32_t partition)
{
    size_t i = 0;

    while (o->down->lanes[i]->partition != lane)
        i++;
    if (!o->of[i].known)
        o->of[i] = (struct origin){true, partition};
    return o->of[i].partition == partition;
}

/* Compares one run downstream with the runs upstream, sorted by sequence, and
 * returns whether a single partition upstream accounts for the whole run. Runs
 * upstream cover the sequences up to `reach` so far; a hole before the next run
 * (or at the end) means records of unknown origin, and unknown is not kept. */
static bool run_keeps(struct origins *o, const struct run *down,
                      const struct run *up, size_t len)
{
    uint64_t end = down->first + down->count, reach = down->first;

    for (size_t i = 0; i < len && up[i].first < end; i++) {
        uint64_t up_end = up[i].first + up[i].count;

        if (up_end <= down->first)
            continue;
        if (up[i].first > reach ||
            !comes_from(o, down->partition, up[i].partition))
            return false;
        reach = up_end > reach ? up_end : reach;
    }
    return reach >= end;
}

/* Both lists are sorted by sequence. `from` skips the runs upstream that end
 * before the run at hand, so that long lists are walked once, not for each run
 * downstream. */
static bool runs_keep(struct origins *o, const struct run *down,
                      size_t down_len, const struct run *up, size_t up_len)
{
    size_t from = 0;

    for (size_t i = 0; i < down_len; i++) {
        while (from < up_len &&
               up[from].first + up[from].count <= down[i].first)
            from++;
        if (!run_keeps(o, &down[i], up + from, up_len - from))
            return false;
    }
    return true;
}

/* Places shed from a full list leave holes, and an answer drawn from a list
 * with holes would be a guess: then the order counts as mixed, and late sights
 * stay unjudged. */
bool lanes_kept(const struct stream_case *c)
{
    const struct hop_spec *s = c->spec;
    struct origins o = {.down = c->down};
    struct run *up = NULL, *down = NULL;
    size_t up_len = 0, down_len = 0;
    bool kept;

    if (!c->down || lanes_are_one(c))
        return true;
    if (has_shed(s->up) || has_shed(s->up_live) || has_shed(s->down))
        return false;
    o.of = must_calloc(c->down->lanes_len + 1, sizeof(*o.of));
    up = add_places(up, &up_len, s->up, c->number);
    up = add_places(up, &up_len, s->up_live, c->number);
    down = add_places(down, &down_len, s->down, c->number);
    runs_sort(up, up_len);
    kept = runs_keep(&o, down, down_len, up, up_len);
    free(up);
    free(down);
    free(o.of);
    return kept;
}
