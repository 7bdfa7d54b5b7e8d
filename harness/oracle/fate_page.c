/* fate_page.c - the fates of a page of sequences, from the ledger's runs. */
#include <string.h>

#include "oracle/record_rules_own.h"

uint64_t fates_end(const struct ledger_view_stream *s, bool closed)
{
    const struct ledger_run *last;
    uint64_t end;

    if (!s)
        return 0;
    end = closed || s->sent > s->reserved ? s->sent : s->reserved;
    if (s->runs_len == 0)
        return end;
    last = &s->runs[s->runs_len - 1];
    return last->first + last->count > end ? last->first + last->count : end;
}

/* Sets the bits first..end-1, as far as they fall into the page. */
static void set_range(uint64_t words[PAGE_WORDS], uint64_t number,
                      uint64_t first, uint64_t end)
{
    uint64_t base = number << PAGE_SHIFT;
    uint64_t a = first > base ? first - base : 0;
    uint64_t b = end > base ? end - base : 0;

    b = b < PAGE_BITS ? b : PAGE_BITS;
    while (a < b) {
        uint64_t n = 64 - (a & 63) < b - a ? 64 - (a & 63) : b - a;

        words[a >> 6] |= (n == 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1)
                         << (a & 63);
        a += n;
    }
}

void fates_page(const struct ledger_view_stream *s, uint64_t end,
                uint64_t number, size_t *run, struct fate_page *ret)
{
    uint64_t base = number << PAGE_SHIFT, behind = base + PAGE_BITS;
    uint64_t *indeterminate = ret->of[FATE_INDETERMINATE];

    memset(ret, 0, sizeof(*ret));
    if (!s)
        return;
    set_range(ret->attempted, number, 0, end);
    for (; *run < s->runs_len; ++*run) {
        const struct ledger_run *r = &s->runs[*run];

        if (r->first >= behind)
            break;
        set_range(ret->of[r->fate], number, r->first, r->first + r->count);
        if (r->first + r->count > behind)
            break; /* the run goes on in the next page */
    }
    for (size_t i = 0; i < PAGE_WORDS; i++)
        indeterminate[i] |=
            ret->attempted[i] &
            ~(ret->of[FATE_ACKNOWLEDGED][i] | ret->of[FATE_REFUSED][i] |
              ret->of[FATE_ABORTED][i]);
}
