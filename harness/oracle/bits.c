/* bits.c - sets of sequences in pages of a bitmap, and how often each is in.
 */
#include "oracle/bits_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const uint64_t no_words[PAGE_WORDS];
static const uint64_t all_words[PAGE_WORDS] = {
    [0 ... PAGE_WORDS - 1] = UINT64_MAX,
};

void *mem_resize(struct mem *m, void *p, size_t from, size_t to)
{
    m->now = m->now - from + to;
    if (m->now > m->peak)
        m->peak = m->now;
    if (to == 0) {
        free(p);
        return NULL;
    }
    return must_realloc(p, to, 1);
}

/* Index of the first slot whose number is not below `number`. */
static size_t slot_at(const struct bits *b, uint64_t number)
{
    size_t low = 0, high = b->len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (b->slots[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void slot_insert(struct bits *b, struct mem *m, size_t at,
                        uint64_t number)
{
    if (b->len == b->cap) {
        size_t cap = b->cap ? 2 * b->cap : 4;

        b->slots = mem_resize(m, b->slots, b->cap * sizeof(*b->slots),
                              cap * sizeof(*b->slots));
        b->cap = cap;
    }
    memmove(b->slots + at + 1, b->slots + at,
            (b->len - at) * sizeof(*b->slots));
    b->len++;
    b->slots[at].number = number;
    b->slots[at].page = mem_resize(m, NULL, 0, sizeof(struct bits_page));
    memset(b->slots[at].page, 0, sizeof(struct bits_page));
}

/* Full pages return NULL: below `complete` as the slot is gone, above with the
 * slot kept and its page freed. Callers take NULL for "all are in already". */
struct bits_page *bits_page_for(struct bits *b, struct mem *m, uint64_t number)
{
    size_t at;

    if (number < b->complete)
        return NULL;
    at = slot_at(b, number);
    if (at == b->len || b->slots[at].number != number)
        slot_insert(b, m, at, number);
    if (!b->slots[at].page)
        return NULL;
    b->hot = b->slots[at].page;
    b->hot_key = number + 1;
    return b->hot;
}

void bits_hot_is_full(struct bits *b, struct mem *m)
{
    size_t n = 0;

    b->slots[slot_at(b, b->hot_key - 1)].page = NULL;
    mem_resize(m, b->hot, sizeof(*b->hot), 0);
    b->hot = NULL;
    b->hot_key = 0;
    while (n < b->len && !b->slots[n].page &&
           b->slots[n].number == b->complete) {
        b->complete++;
        n++;
    }
    b->len -= n;
    memmove(b->slots, b->slots + n, b->len * sizeof(*b->slots));
}

void bits_add_range(struct bits *b, struct mem *m, uint64_t first,
                    uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        (void)bits_add(b, m, first + i);
}

void bits_add_page(struct bits *b, struct mem *m, uint64_t number,
                   const uint64_t words[PAGE_WORDS])
{
    struct bits_page *p = NULL;

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t fresh;

        if (!words[i])
            continue;
        if (!p && !(p = bits_page_for(b, m, number)))
            return;
        fresh = words[i] & ~p->words[i];
        p->words[i] |= fresh;
        p->count += (uint32_t)__builtin_popcountll(fresh);
        b->count += (uint64_t)__builtin_popcountll(fresh);
    }
    if (p && p->count == PAGE_BITS)
        bits_hot_is_full(b, m);
}

const uint64_t *bits_words(const struct bits *b, uint64_t number)
{
    size_t at;

    if (!b)
        return no_words;
    if (number < b->complete)
        return all_words;
    at = slot_at(b, number);
    if (at == b->len || b->slots[at].number != number)
        return no_words;
    return b->slots[at].page ? b->slots[at].page->words : all_words;
}

bool bits_has(const struct bits *b, uint64_t n)
{
    const uint64_t *words = bits_words(b, n >> PAGE_SHIFT);

    return words[(n & (PAGE_BITS - 1)) >> 6] >> (n & 63) & 1;
}

/* The highest member of a page below `bound` (1..PAGE_BITS), plus one; 0: no
 * member. */
static uint64_t page_end(const uint64_t words[PAGE_WORDS], uint64_t bound)
{
    for (uint64_t i = (bound + 63) >> 6; i-- > 0;) {
        uint64_t over = (i + 1) * 64 > bound ? (i + 1) * 64 - bound : 0;
        uint64_t word = words[i] & UINT64_MAX >> over;

        if (word)
            return i * 64 + 64 - (uint64_t)__builtin_clzll(word);
    }
    return 0;
}

uint64_t bits_end_below(const struct bits *b, uint64_t bound)
{
    uint64_t whole;

    for (size_t i = b ? b->len : 0; i-- > 0;) {
        uint64_t base = b->slots[i].number << PAGE_SHIFT, end;

        if (base >= bound)
            continue;
        end = page_end(bits_words(b, b->slots[i].number),
                       bound - base < PAGE_BITS ? bound - base : PAGE_BITS);
        if (end)
            return base + end;
    }
    whole = b ? b->complete << PAGE_SHIFT : 0;
    return whole < bound ? whole : bound;
}

void bits_done(struct bits *b, struct mem *m)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->slots[i].page)
            mem_resize(m, b->slots[i].page, sizeof(struct bits_page), 0);
    mem_resize(m, b->slots, b->cap * sizeof(*b->slots), 0);
    *b = (struct bits){0};
}

/* The cell of n in the hash, or the empty cell where n belongs (open
 * addressing). The table must have an empty cell, or the search never ends. */
static struct times_beyond *beyond_cell(const struct times *t, uint64_t n)
{
    size_t i = (n * 0x9e3779b97f4a7c15u >> 32) & (t->beyond_cap - 1);

    while (t->beyond[i].times && t->beyond[i].n != n)
        i = (i + 1) & (t->beyond_cap - 1);
    return &t->beyond[i];
}

static void beyond_grow(struct times *t, struct mem *m)
{
    struct times_beyond *old = t->beyond;
    size_t cap = t->beyond_cap, size = sizeof(*old);

    t->beyond_cap = cap ? 2 * cap : 16;
    t->beyond = mem_resize(m, NULL, 0, t->beyond_cap * size);
    memset(t->beyond, 0, t->beyond_cap * size);
    for (size_t i = 0; i < cap; i++)
        if (old[i].times)
            *beyond_cell(t, old[i].n) = old[i];
    mem_resize(m, old, cap * size, 0);
}

static void beyond_add(struct times *t, struct mem *m, uint64_t n,
                       uint64_t times)
{
    struct times_beyond *cell;

    if (2 * t->beyond_len >= t->beyond_cap)
        beyond_grow(t, m);
    cell = beyond_cell(t, n);
    t->beyond_len += cell->times == 0;
    *cell = (struct times_beyond){n, cell->times + times};
}

uint64_t times_beyond(const struct times *t, uint64_t n)
{
    return t && t->beyond_cap ? beyond_cell(t, n)->times : 0;
}

void times_add(struct times *t, struct mem *m, uint64_t n)
{
    t->count++;
    for (int k = 0; k < TIMES_LEVELS; k++)
        if (bits_add(&t->level[k], m, n))
            return;
    beyond_add(t, m, n, 1);
}

static uint64_t members(const uint64_t words[PAGE_WORDS])
{
    uint64_t n = 0;

    for (size_t i = 0; i < PAGE_WORDS; i++)
        n += (uint64_t)__builtin_popcountll(words[i]);
    return n;
}

void times_add_page(struct times *t, struct mem *m, uint64_t number,
                    const uint64_t words[PAGE_WORDS])
{
    uint64_t rest[PAGE_WORDS], again[PAGE_WORDS];

    memcpy(rest, words, sizeof(rest));
    t->count += members(rest);
    for (int k = 0; k < TIMES_LEVELS; k++) {
        const uint64_t *held = bits_words(&t->level[k], number);
        uint64_t any = 0;

        for (size_t i = 0; i < PAGE_WORDS; i++)
            any |= again[i] = rest[i] & held[i];
        bits_add_page(&t->level[k], m, number, rest);
        if (!any)
            return;
        memcpy(rest, again, sizeof(rest));
    }
    for (size_t i = 0; i < PAGE_BITS; i++)
        if (rest[i >> 6] >> (i & 63) & 1)
            beyond_add(t, m, (number << PAGE_SHIFT) + i, 1);
}

void times_merge(struct times *into, struct mem *m, const struct times *from)
{
    for (int k = 0; k < TIMES_LEVELS; k++) {
        const struct bits *b = &from->level[k];

        for (uint64_t n = 0; n < b->complete; n++)
            times_add_page(into, m, n, all_words);
        for (size_t i = 0; i < b->len; i++)
            times_add_page(into, m, b->slots[i].number,
                           bits_words(b, b->slots[i].number));
    }
    for (size_t i = 0; i < from->beyond_cap; i++) {
        const struct times_beyond *cell = &from->beyond[i];

        if (cell->times)
            beyond_add(into, m, cell->n, cell->times);
        into->count += cell->times;
    }
}

void times_done(struct times *t, struct mem *m)
{
    for (int k = 0; k < TIMES_LEVELS; k++)
        bits_done(&t->level[k], m);
    mem_resize(m, t->beyond, t->beyond_cap * sizeof(*t->beyond), 0);
}
