/* diverged.c - finds acknowledged offsets that now hold another record.
 *
 * For the load's own hop: the ledger noted the offset of each acknowledged
 * record. A log that lost its end to an unclean leader and was written again
 * holds other records at the same offsets.
 */
#include <stdlib.h>

#include "oracle/record_rules_own.h"

static int by_offset(const void *x, const void *y)
{
    const struct run *a = x, *b = y;

    if (a->partition != b->partition)
        return a->partition < b->partition ? -1 : 1;
    return (a->offset_first > b->offset_first) -
           (a->offset_first < b->offset_first);
}

/* Runs of places by partition and offset. Only runs with an offset known for
 * each record are kept: a guessed offset could accuse a record standing exactly
 * where acknowledged. New array. */
static struct run *places_by_offset(const struct tally *t, size_t *ret_len)
{
    size_t len, kept = 0;
    struct run *at = tally_runs(t, RUNS_PLACES, &len);

    for (size_t i = 0; i < len; i++)
        if (run_is_exact(&at[i]))
            at[kept++] = at[i];
    if (kept > 1)
        qsort(at, kept, sizeof(*at), by_offset);
    *ret_len = kept;
    return at;
}

/* Index of the partition's first run ending at or behind `offset`. */
static size_t place_at(const struct run *at, size_t len, int32_t partition,
                       int64_t offset)
{
    size_t low = 0, high = len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct run *r = &at[middle];

        if (r->partition < partition ||
            (r->partition == partition && r->offset_last < offset))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Compares an acknowledged run of the ledger with the records at its offsets.
 * Where both runs overlap, either all records are the same or none is, since
 * offsets and sequences rise by one in both: so ranges are compared, not single
 * records. */
static void judge_claim(struct stream_case *c, const struct ledger_run *claim,
                        const struct run *at, size_t len)
{
    int64_t end = claim->offset + (int64_t)claim->count;

    for (size_t i = place_at(at, len, claim->partition, claim->offset);
         i < len && at[i].partition == claim->partition &&
         at[i].offset_first < end;
         i++) {
        int64_t from = claim->offset > at[i].offset_first ? claim->offset
                                                          : at[i].offset_first;
        int64_t to = end < at[i].offset_last + 1 ? end : at[i].offset_last + 1;
        uint64_t claimed = claim->first + (uint64_t)(from - claim->offset);
        uint64_t there = at[i].first + (uint64_t)(from - at[i].offset_first);

        if (at[i].stream != c->number || there != claimed)
            bits_add_range(&c->diverged, &c->mem, claimed,
                           (uint64_t)(to - from));
    }
}

void judge_diverged(const struct hop_spec *spec, struct stream_case *cases)
{
    struct run *places;
    size_t len;

    if (!spec->down_is_loaded || spec->up || spec->up_live)
        return;
    places = places_by_offset(spec->down, &len);
    for (size_t i = 0; i < spec->streams_len; i++) {
        const struct ledger_view_stream *s = cases[i].ledger;

        for (size_t k = 0; s && k < s->runs_len; k++)
            if (s->runs[k].fate == FATE_ACKNOWLEDGED && s->runs[k].offset >= 0)
                judge_claim(&cases[i], &s->runs[k], places, len);
    }
    free(places);
}
