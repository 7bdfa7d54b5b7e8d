/* gather.c - counts findings whole, and lists the longest runs of each kind.
 */
#include "oracle/gather_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct finding finding_of(enum finding_kind kind, uint32_t stream,
                          uint64_t first, uint64_t count, const char *note)
{
    static const struct place nowhere = {-1, -1, -1, -1};

    return (struct finding){
        .kind = kind,
        .stream = stream,
        .first = first,
        .count = count,
        .note = note,
        .up_first = nowhere,
        .up_last = nowhere,
        .down_first = nowhere,
        .down_last = nowhere,
    };
}

void gather_run(struct gather *g, const struct finding *f)
{
    struct finding *top = g->top[f->kind];
    size_t n = g->top_len[f->kind], at = n;

    g->runs[f->kind]++;
    if (!top) {
        top = must_calloc(g->max, sizeof(*top));
        g->top[f->kind] = top;
    }
    while (at > 0 && top[at - 1].count < f->count)
        at--;
    if (at == g->max)
        return;
    n += n < g->max;
    memmove(top + at + 1, top + at, (n - at - 1) * sizeof(*top));
    top[at] = *f;
    g->top_len[f->kind] = n;
}

void gather_end(struct gather *g, struct findings *ret)
{
    size_t len = 0;

    *ret = (struct findings){0};
    memcpy(ret->records, g->records, sizeof(ret->records));
    memcpy(ret->runs, g->runs, sizeof(ret->runs));
    for (int k = 0; k < FINDING_KINDS; k++)
        len += g->top_len[k];
    ret->worst = must_calloc(len + 1, sizeof(*ret->worst));
    for (int k = 0; k < FINDING_KINDS; k++) {
        if (g->top_len[k])
            memcpy(ret->worst + ret->worst_len, g->top[k],
                   g->top_len[k] * sizeof(*ret->worst));
        ret->worst_len += g->top_len[k];
        free(g->top[k]);
    }
    *g = (struct gather){0};
}

void join_end(struct joiner *j)
{
    struct finding f =
        finding_of(j->kind, j->stream, j->first, j->count, j->note);

    if (!j->count)
        return;
    j->gather->records[j->kind] += j->count;
    gather_run(j->gather, &f);
    j->count = 0;
}

void join_mask(struct joiner *j, uint64_t base, uint64_t mask)
{
    while (mask) {
        int at = __builtin_ctzll(mask);
        uint64_t ones = mask >> at;
        int n = ~ones ? __builtin_ctzll(~ones) : 64;

        if (j->count && j->first + j->count != base + (uint64_t)at)
            join_end(j);
        if (!j->count)
            j->first = base + (uint64_t)at;
        j->count += (uint64_t)n;
        mask &= n == 64 ? 0 : ~((((uint64_t)1 << n) - 1) << at);
    }
}
