/* trimmed.c - tells which records seen live the log has trimmed since.
 *
 * A record absent at the replay may have been taken away by retention. The live
 * tail knows the offset of each record, and the broker knows the first offset
 * of each log now: a record below has arrived and was trimmed, and a record at
 * or above was not taken by the broker.
 */
#include <stdlib.h>

#include "oracle/record_rules_own.h"

/* The first offset of the partition's log; -1: not known. */
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

/* Offsets rise along a run, by one or more. Counted back from the run's last
 * offset by steps of one, `below` records surely lie below `start`; counted
 * forward from the first offset, records from `from` on surely do not. Records
 * between may be either, and are put into neither set. */
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
