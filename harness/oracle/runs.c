/* runs.c - capped lists of runs: sorted, searched, and halved when full. */
#include "oracle/runs_own.h"

#include <stdlib.h>
#include <string.h>

struct run run_of(uint32_t stream, uint64_t seq, const struct place *at)
{
    return (struct run){
        .first = seq,
        .count = 1,
        .stream = stream,
        .offset_first = at->offset,
        .offset_last = at->offset,
        .time_first = at->time_us,
        .time_last = at->time_us,
        .partition = at->partition,
        .node = at->node,
    };
}

bool run_is_exact(const struct run *r)
{
    return r->offset_first >= 0 &&
           r->offset_last - r->offset_first == (int64_t)r->count - 1;
}

struct place run_place(const struct run *r, uint64_t seq)
{
    struct place p = {-1, -1, r->partition, r->node};

    if (run_is_exact(r))
        p.offset = r->offset_first + (int64_t)(seq - r->first);
    if (seq == r->first) {
        p.offset = r->offset_first;
        p.time_us = r->time_first;
    } else if (seq - r->first == r->count - 1u) {
        p.offset = r->offset_last;
        p.time_us = r->time_last;
    }
    return p;
}

/* Keeps the longer half of a full list, in order. A list fills up when a reader
 * meets many short runs, in the middle of reading; so lengths are counted in
 * one walk instead of sorted. Lengths from 1023 on share one counter, and ties
 * with the shortest length kept are kept from the front. From then on runs no
 * longer than the floor are not even listed. */
static void shed_half(struct runs *l)
{
    enum { LENGTHS = 1024 };
    size_t of_length[LENGTHS] = {0};
    size_t longer = 0, kept = 0, ties;
    uint32_t floor = LENGTHS - 1;

    for (size_t i = 0; i < l->len; i++)
        of_length[l->at[i].count < LENGTHS ? l->at[i].count : LENGTHS - 1]++;
    while (floor > 1 && longer + of_length[floor] <= l->max / 2)
        longer += of_length[floor--];
    ties = l->max / 2 > longer ? l->max / 2 - longer : 0;
    for (size_t i = 0; i < l->len; i++) {
        bool tie = l->at[i].count <= floor || floor == LENGTHS - 1;

        if (tie && (l->at[i].count < floor || ties == 0))
            continue;
        ties -= tie;
        l->at[kept++] = l->at[i];
    }
    l->shed += l->len - kept;
    l->len = kept;
    l->floor = floor < LENGTHS - 1 ? floor : 0;
}

void runs_push(struct runs *l, struct mem *m, const struct run *r)
{
    if (r->count <= l->floor) {
        l->shed++;
        return;
    }
    if (l->len == l->max)
        shed_half(l);
    if (l->len == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 16;

        cap = cap < l->max ? cap : l->max;
        l->at =
            mem_resize(m, l->at, l->cap * sizeof(*l->at), cap * sizeof(*l->at));
        l->cap = cap;
    }
    l->at[l->len++] = *r;
}

static int by_sequence(const void *x, const void *y)
{
    const struct run *a = x, *b = y;

    if (a->stream != b->stream)
        return a->stream < b->stream ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->offset_first > b->offset_first) -
           (a->offset_first < b->offset_first);
}

void runs_sort(struct run *at, size_t len)
{
    if (len > 1)
        qsort(at, len, sizeof(*at), by_sequence);
}

/* Index of the first run that is not below (stream, first). */
static size_t run_at(const struct run *at, size_t len, uint32_t stream,
                     uint64_t first)
{
    size_t low = 0, high = len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct run *r = &at[middle];

        if (r->stream < stream || (r->stream == stream && r->first < first))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct run *runs_of(const struct run *at, size_t len, uint32_t stream,
                          size_t *ret_len)
{
    size_t a = run_at(at, len, stream, 0);
    size_t b = stream == UINT32_MAX ? len : run_at(at, len, stream + 1, 0);

    *ret_len = b - a;
    return len > 0 ? at + a : at;
}

const struct run *runs_find(const struct run *at, size_t len, uint32_t stream,
                            uint64_t seq)
{
    size_t n;
    const struct run *r = runs_of(at, len, stream, &n);

    for (size_t i = 0; i < n && r[i].first <= seq; i++)
        if (seq - r[i].first < r[i].count)
            return &r[i];
    return NULL;
}

void runs_done(struct runs *l, struct mem *m)
{
    mem_resize(m, l->at, l->cap * sizeof(*l->at), 0);
    l->at = NULL;
    l->len = l->cap = 0;
}
