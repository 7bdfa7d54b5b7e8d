/* merge.c - adds a tally to another, and lists the runs of a tally.
 *
 * Each tally counted while reading, without knowledge of the other. An identity
 * in both was counted as a first sight twice, and the second sight is a copy.
 * So merging corrects counts from the bitmaps, page by page, instead of only
 * adding numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "oracle/tally_state_own.h"

struct run *tally_runs(const struct tally *t, enum run_kind kind,
                       size_t *ret_len)
{
    const struct runs *kept = &t->kept[kind];
    size_t len = kept->len, max = kept->len + 1;
    struct run *at;

    for (size_t i = 0; i < t->streams_len; i++)
        max += t->streams[i]->lanes_len;
    at = must_calloc(max, sizeof(*at));
    if (len)
        memcpy(at, kept->at, len * sizeof(*at));
    if ((int)kind >= (int)RUN_KINDS_OF_LANE) {
        at[len] = t->open[kind - RUN_KINDS_OF_LANE];
        len += at[len].count > 0;
    } else {
        for (size_t i = 0; i < t->streams_len; i++)
            for (size_t k = 0; k < t->streams[i]->lanes_len; k++) {
                at[len] = t->streams[i]->lanes[k]->open[kind];
                len += at[len].count > 0;
            }
    }
    runs_sort(at, len);
    *ret_len = len;
    return at;
}

static void close_all(struct tally *t)
{
    for (size_t i = 0; i < t->streams_len; i++)
        for (size_t k = 0; k < t->streams[i]->lanes_len; k++)
            for (int kind = 0; kind < RUN_KINDS_OF_LANE; kind++)
                tally_close_run(t, (enum run_kind)kind,
                                &t->streams[i]->lanes[k]->open[kind]);
    for (int kind = RUN_KINDS_OF_LANE; kind < RUN_KINDS; kind++)
        tally_close_run(t, (enum run_kind)kind,
                        &t->open[kind - RUN_KINDS_OF_LANE]);
}

/* Lists identities held by both tallies as runs of copies, at the places where
 * `from` has them. The runs are built bit by bit, since a run of `from` may be
 * shared in part only. Counts are corrected elsewhere (merge_page). */
static void note_shared_runs(struct tally *into, const struct tally *from,
                             uint32_t stream, const struct bits *shared)
{
    struct run open = {0};
    size_t places_len;
    struct run *places;

    if (shared->count == 0)
        return;
    places = tally_runs(from, RUNS_PLACES, &places_len);

    for (size_t i = 0; i < shared->len; i++) {
        const uint64_t *words = bits_words(shared, shared->slots[i].number);
        uint64_t base = shared->slots[i].number << PAGE_SHIFT;

        for (uint64_t n = base; n < base + PAGE_BITS; n++) {
            const struct run *r;
            struct place at = {-1, -1, -1, -1};

            if (!(words[(n - base) >> 6] >> (n & 63) & 1))
                continue;
            r = runs_find(places, places_len, stream, n);
            if (r)
                at = run_place(r, n);
            if (run_goes_on(&open, n, &at)) {
                run_extend(&open, &at);
                continue;
            }
            tally_close_run(into, RUNS_COPIES, &open);
            open = run_of(stream, n, &at);
        }
    }
    tally_close_run(into, RUNS_COPIES, &open);
    free(places);
}

/* Adds one page of `from`. An identity held by both is a further copy now, not
 * a first sight: `distinct` falls by one, and a sight that `from` counted as
 * late is late no more. A corrupt sight in `from` stays corrupt and becomes no
 * copy, as in a tally that read both parts one behind the other. */
static void merge_page(struct tally *into, struct tally_stream *a,
                       const struct tally_stream *b, uint64_t number,
                       struct bits *shared)
{
    const uint64_t *held = bits_words(&a->seen, number);
    const uint64_t *fresh = bits_words(&b->seen, number);
    const uint64_t *late = bits_words(&b->late, number);
    const uint64_t *corrupt = bits_words(&b->corrupt.level[0], number);
    uint64_t copied[PAGE_WORDS], late_still[PAGE_WORDS];
    uint64_t n = 0, late_no_more = 0;

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t both = held[i] & fresh[i];

        copied[i] = both & ~corrupt[i];
        late_still[i] = late[i] & ~both;
        into->counts.distinct -= (uint64_t)__builtin_popcountll(both);
        n += (uint64_t)__builtin_popcountll(copied[i]);
        late_no_more += (uint64_t)__builtin_popcountll(late[i] & both);
    }
    bits_add_page(&a->late, &into->mem, number, late_still);
    into->counts.reordered -= late_no_more;
    bits_add_page(&a->seen, &into->mem, number, fresh);
    if (n == 0)
        return;
    into->counts.copies += n;
    times_add_page(&a->copies, &into->mem, number, copied);
    bits_add_page(shared, &into->mem, number, copied);
}

static void merge_keys(struct tally *into, const struct tally_stream *a,
                       struct lane *lane, const struct lane *from)
{
    uint64_t *ends;

    if (!from->by_key)
        return;
    ends = tally_lane_keys(into, a, lane);
    for (uint32_t k = 0; k < a->keys; k++)
        if (from->by_key[k] > ends[k])
            ends[k] = from->by_key[k];
}

/* Rows of `from` replace rows of `into`, as `from` was read later. */
static void merge_rows(struct tally_stream *a, const struct tally_stream *b)
{
    for (uint32_t k = 0; a->rows && b->rows && k < a->keys; k++)
        if (b->rows[k].end > 0)
            a->rows[k] = b->rows[k];
}

static void merge_lanes(struct tally *into, struct tally_stream *a,
                        const struct tally_stream *b)
{
    for (size_t i = 0; i < b->lanes_len; i++) {
        struct lane *lane = tally_lane_for(into, a, b->lanes[i]->partition);

        if (b->lanes[i]->next > lane->next)
            lane->next = b->lanes[i]->next;
        lane->last = b->lanes[i]->last;
        lane->copied = false;
        merge_keys(into, a, lane, b->lanes[i]);
    }
    a->next = b->next > a->next ? b->next : a->next;
    a->wild += b->wild;
}

static void merge_stream(struct tally *into, struct tally_stream *a,
                         const struct tally_stream *b, const struct tally *from)
{
    struct bits shared = {0};

    for (uint64_t n = 0; n < b->seen.complete; n++)
        merge_page(into, a, b, n, &shared);
    for (size_t i = 0; i < b->seen.len; i++)
        merge_page(into, a, b, b->seen.slots[i].number, &shared);
    times_merge(&a->copies, &into->mem, &b->copies);
    times_merge(&a->corrupt, &into->mem, &b->corrupt);
    merge_lanes(into, a, b);
    merge_rows(a, b);
    note_shared_runs(into, from, b->number, &shared);
    bits_done(&shared, &into->mem);
}

static void merge_counts(struct tally *into, const struct tally *from)
{
    struct tally_counts *a = &into->counts;
    const struct tally_counts *b = &from->counts;

    a->records += b->records;
    a->ours += b->ours;
    a->distinct += b->distinct;
    a->copies += b->copies;
    a->reordered += b->reordered;
    a->corrupt += b->corrupt;
    a->foreign += b->foreign;
    a->late += b->late;
    into->cut += from->cut;
    into->strangers += from->strangers;
}

/* Counts the bytes of both tallies into the peak: both are alive while one is
 * merged into the other. */
static void count_both(struct tally *into, size_t bytes_of_from)
{
    if (into->mem.now + bytes_of_from > into->mem.peak)
        into->mem.peak = into->mem.now + bytes_of_from;
}

void tally_merge(struct tally *into, struct tally *from)
{
    count_both(into, from->mem.peak);
    close_all(into);
    close_all(from);
    merge_counts(into, from);
    for (size_t i = 0; i < from->streams_len; i++) {
        const struct tally_stream *b = from->streams[i];
        struct tally_stream *a = tally_stream_for(into, b->number);

        if (a)
            merge_stream(into, a, b, from);
        else
            into->strangers += b->seen.count;
    }
    for (int kind = 0; kind < RUN_KINDS; kind++) {
        for (size_t i = 0; i < from->kept[kind].len; i++)
            runs_push(&into->kept[kind], &into->mem, &from->kept[kind].at[i]);
        into->kept[kind].shed += from->kept[kind].shed;
        count_both(into, from->mem.now);
        runs_done(&from->kept[kind], &from->mem);
    }
    tally_free(from);
}
