#include <stdlib.h>

#include "oracle/record_rules_own.h"

/* Where the partition's log begins; -1: that is not known. */
static int64_t start_of(const struct hop_spec *spec, int32_t partition)
{
    for (size_t i = 0; i < spec->down_starts_len; i++)
        if (spec->down_starts[i].partition == partition)
            return spec->down_starts[i].offset;
    return -1;
}

static uint64_t clamp(int64_t n, uint64_t most)
{
    return n < 0 ? 0 : (uint64_t)n > most ? most : (uint64_t)n;
}

/* Offsets go up along a run, by one or more: so many from its beginning lie
 * surely below the log's, and so many from its end surely do not. */
static void note_run(struct stream_case *c, const struct run *r, int64_t start)
{
    int64_t last = (int64_t)r->count - 1;
    uint64_t below = clamp(start - r->offset_last + last, r->count);
    uint64_t from = clamp(start - r->offset_first, r->count);

    bits_add_range(&c->trimmed, &c->mem, r->first, below);
    bits_add_range(&c->untrimmed, &c->mem, r->first + from, r->count - from);
}

void judge_trimmed(const struct hop_spec *spec, struct stream_case *cases)
{
    struct run *at;
    size_t len;

    if (!spec->down_live || spec->down_compacts)
        return;
    at = tally_runs(spec->down_live, RUNS_PLACES, &len);
    for (size_t i = 0; i < spec->streams_len; i++) {
        size_t n;
        const struct run *r = runs_of(at, len, cases[i].number, &n);

        for (size_t k = 0; k < n; k++) {
            int64_t start = start_of(spec, r[k].partition);

            if (start >= 0 && r[k].offset_first >= 0)
                note_run(&cases[i], &r[k], start);
        }
    }
    free(at);
}
