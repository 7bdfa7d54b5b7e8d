/* bits_own.h - a set of sequences as a bitmap in pages, and how often each.
 *
 * Pages of 65536 bits are made on demand and freed once full; pages below
 * `complete` were full and are not even listed. So a stream read in order
 * holds one page, whatever the length of the stream, and a sequence far ahead
 * costs one page. Zeroed memory is an empty set. Not thread-safe.
 */
#ifndef ORACLE_BITS_OWN_H
#define ORACLE_BITS_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_SHIFT = 16, PAGE_BITS = 1 << PAGE_SHIFT, PAGE_WORDS = 1024 };

/* Bytes that an owner of memory holds now, and held at most. */
struct mem {
    size_t now, peak;
};

/* As realloc(3), counted; aborts without memory. To 0 bytes: frees, NULL. */
void *mem_resize(struct mem *m, void *p, size_t from, size_t to);

struct bits_page {
    uint64_t words[PAGE_WORDS];
    uint32_t count;
};

struct bits_slot {
    uint64_t number;
    struct bits_page *page; /* NULL: full */
};

struct bits {
    struct bits_slot *slots; /* sorted by number, all >= complete */
    size_t len, cap;
    uint64_t complete; /* pages below are full */
    struct bits_page *hot;
    uint64_t hot_key; /* number of `hot` + 1; 0: none */
    uint64_t count;   /* bits set */
};

/* The page to write to, made when missing, and hot from now on; NULL: the page
 * is full. */
struct bits_page *bits_page_for(struct bits *b, struct mem *m, uint64_t number);
/* The hot page has become full: free it. */
void bits_hot_is_full(struct bits *b, struct mem *m);

/* Puts n in. Returns whether n is new. */
static inline bool bits_add(struct bits *b, struct mem *m, uint64_t n)
{
    uint64_t number = n >> PAGE_SHIFT, bit = (uint64_t)1 << (n & 63);
    struct bits_page *p =
        number + 1 == b->hot_key ? b->hot : bits_page_for(b, m, number);
    uint64_t *word;

    if (!p)
        return false;
    word = &p->words[(n & (PAGE_BITS - 1)) >> 6];
    if (*word & bit)
        return false;
    *word |= bit;
    b->count++;
    if (++p->count == PAGE_BITS)
        bits_hot_is_full(b, m);
    return true;
}

void bits_add_range(struct bits *b, struct mem *m, uint64_t first,
                    uint64_t count);
/* Puts all members of a page in. */
void bits_add_page(struct bits *b, struct mem *m, uint64_t number,
                   const uint64_t words[PAGE_WORDS]);
/* The words of a page, never NULL; `b` may be NULL. Valid until b changes. All
 * pages without members share one array: bits_words(NULL, 0). */
const uint64_t *bits_words(const struct bits *b, uint64_t number);
bool bits_has(const struct bits *b, uint64_t n);
/* One more than the highest member below `bound`; 0: none. b may be NULL. */
uint64_t bits_end_below(const struct bits *b, uint64_t bound);
void bits_done(struct bits *b, struct mem *m);

/* A multiset: level k holds the members put in more than k times. So "the
 * larger of two counts" and "more often here than there" are plain set
 * operations on the levels, exact for each member. A member put in more often
 * than there are levels has a cell of its own with the rest of its count. */
enum { TIMES_LEVELS = 8 };
struct times_beyond {
    uint64_t n;
    uint64_t times; /* beyond the levels; 0: the cell is empty */
};
struct times {
    struct bits level[TIMES_LEVELS];
    struct times_beyond *beyond; /* a hash by n */
    size_t beyond_len;           /* members */
    size_t beyond_cap;           /* cells: a power of two, or 0 */
    uint64_t count;              /* calls that put a member in, repeats too */
};
void times_add(struct times *t, struct mem *m, uint64_t n);
/* Puts the members of a page in, each once. */
void times_add_page(struct times *t, struct mem *m, uint64_t number,
                    const uint64_t words[PAGE_WORDS]);
/* How often n was put in beyond the levels; t may be NULL. */
uint64_t times_beyond(const struct times *t, uint64_t n);
void times_merge(struct times *into, struct mem *m, const struct times *from);
void times_done(struct times *t, struct mem *m);

#endif
