/* rows.c - finds the keys with a final row older than a version arrived.
 *
 * For a station with a single row for each key. A row is behind when a newer
 * version of the key has arrived and was overwritten, unless upstream's own
 * last record of the key is no newer than the row: then the sink did as told.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "oracle/record_rules_own.h"

/* Notes, for each version in one word of the bitmap, the highest sequence of
 * its key, plus one. The bits come in rising order, so the last write wins. */
static void note_versions(const struct tally_stream *s, uint64_t *newest,
                          uint64_t base, uint64_t versions)
{
    for (; versions; versions &= versions - 1) {
        uint64_t seq = base + (uint64_t)__builtin_ctzll(versions);

        newest[stamp_key_number(s->number, seq, s->keys)] = seq + 1;
    }
}

/* Fills `newest` with the sequence + 1 of the newest version arrived of each
 * key. Only versions held upstream, or written according to the ledger, count:
 * no row can be behind a phantom. */
static void find_newest(const struct stream_case *c, uint64_t *newest)
{
    uint64_t end = fates_end(c->ledger, c->spec->ledger->closed);
    struct fate_page fates;
    size_t run = 0;

    for (uint64_t n = 0; n << PAGE_SHIFT < c->down->next; n++) {
        const uint64_t *down = bits_words(&c->down->seen, n);
        const uint64_t *up = bits_words(c->up ? &c->up->seen : NULL, n);
        const uint64_t *live =
            bits_words(c->up_live ? &c->up_live->seen : NULL, n);

        if (down == bits_words(NULL, 0))
            continue;
        fates_page(c->ledger, end, n, &run, &fates);
        for (size_t i = 0; i < PAGE_WORDS; i++)
            note_versions(c->down, newest, (n << PAGE_SHIFT) + i * 64,
                          down[i] & (up[i] | live[i] |
                                     fates.of[FATE_ACKNOWLEDGED][i] |
                                     fates.of[FATE_INDETERMINATE][i]));
    }
}

/* The sequence + 1 of the key's last record upstream; 0: not known. A sink
 * holding the last record of upstream has done its part, even where upstream's
 * last record is an older version. */
static uint64_t last_upstream(const struct stream_case *c, uint32_t k)
{
    if (c->up && c->up->rows && c->up->rows[k].end > 0)
        return c->up->rows[k].end;
    return c->up_live && c->up_live->rows ? c->up_live->rows[k].end : 0;
}

static void judge_rows_of(struct stream_case *c, struct hop_result *ret)
{
    const struct tally_stream *s = c->down;
    bool ordered = lanes_are_one(c);
    uint64_t *newest = must_calloc(s->keys, sizeof(*newest));

    find_newest(c, newest);
    for (uint32_t k = 0; k < s->keys; k++) {
        uint64_t row = s->rows[k].end, up = last_upstream(c, k);

        if (row == 0 || row >= newest[k] || (up > 0 && row >= up))
            continue;
        if (ordered)
            (void)bits_add(&c->behind, &c->mem, row - 1);
        else
            ret->unordered_rows++;
    }
    free(newest);
}

void judge_rows(const struct hop_spec *spec, struct stream_case *cases,
                struct hop_result *ret)
{
    if (!spec->down_keeps_rows || !spec->drained)
        return;
    for (size_t i = 0; i < spec->streams_len; i++)
        if (cases[i].down && cases[i].down->rows)
            judge_rows_of(&cases[i], ret);
}
