#include <stdlib.h>

#include "oracle/record_rules_own.h"

/* The versions of one word: note the highest of each key, + 1. */
static void note_versions(const struct tally_stream *s, uint64_t *newest,
                          uint64_t base, uint64_t versions)
{
    for (; versions; versions &= versions - 1) {
        uint64_t seq = base + (uint64_t)__builtin_ctzll(versions);

        newest[stamp_key_number(s->number, seq, s->keys)] = seq + 1;
    }
}

/* Of each key the newest version that has arrived, + 1. What nobody may see is
 * none. */
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

/* The record of the key that upstream has last, + 1; 0: it is not known. A
 * sink that holds that one has done its part, though it be an older version. */
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
    uint64_t *newest = calloc(s->keys, sizeof(*newest));

    if (!newest)
        abort();
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
