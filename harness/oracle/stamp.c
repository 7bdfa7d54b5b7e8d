/* stamp.c - writes, reads and finds stamps, and makes their payloads.
 *
 * Every record of a replay is read here, some hundred nanoseconds at most for
 * each: hence the tables for digits and for pairs of digits, made once.
 */
#include "oracle/stamp.h"

#include <assert.h>
#include <endian.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/crc32c.h"
#include "base/memory.h"
#include "base/rng.h"

enum {
    DIGITS = 26,
    RUN_DIGITS = 6, /* decided by the run alone; the seventh is shared */
    IDENTITY_BYTES = 13,
    TEXT_PLACES = 1 << 20,
    TEXT_LEN = TEXT_PLACES + STAMP_PAYLOAD_MAX,
    DRAW_DIGITS = 12, /* of each random number */
    CACHE_LINE = 64,
    HUGE_PAGE = 2 << 20,
    /* whole draws: a little more than TEXT_LEN; in whole pages */
    TEXT_SIZE = (TEXT_LEN / HUGE_PAGE + 1) * HUGE_PAGE,
};

static const uint64_t seq_max = ((uint64_t)1 << 48) - 1;
static const char magic[4] = {'i', 'o', 'l', 'u'};
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *text;           /* TEXT_LEN characters; never freed */
static int8_t value_of[256]; /* of a digit; -1: no digit */

/* A stamp ends with TAIL_SEQ_BITS of the sequence, the check and two zeros, in
 * TAIL_DIGITS: from a sequence to the next nothing else changes, nearly always.
 * The lowest TAIL_LOW_BITS of the sequence stand in the third pair of digits.
 * check_flip[i]: the bits of the check that flip with the lowest i + 1 bits of
 * the sequence. */
enum { TAIL_DIGITS = 10, TAIL_SEQ_BITS = 24, TAIL_LOW_BITS = 4 };
static char digit_pair[1024][2];
static uint32_t check_flip[TAIL_SEQ_BITS];

/* The places of payloads lie in the first huge page: one entry of the table of
 * translations, where 256 entries of small pages were displaced by librdkafka's
 * messages, and a fetch ahead had to wait for the page table. A system without
 * huge pages is only slower. */
static void make_text(void)
{
    struct rng r = {0x6f726465616cu}; /* fixed for ever: see stamp.h */

    text = must_have(aligned_alloc(HUGE_PAGE, TEXT_SIZE));
    (void)madvise(text, HUGE_PAGE, MADV_HUGEPAGE);
    for (size_t i = 0; i < TEXT_LEN; i += DRAW_DIGITS) {
        uint64_t bits = rng_next(&r);

#pragma GCC unroll 12
        for (size_t k = 0; k < DRAW_DIGITS; k++)
            text[i + k] = alphabet[bits >> 5 * k & 31];
    }
}

/* The check is not taken from tables: one stamp in a hundred is read so, and
 * finds the tables out of the caches near the core. */
static uint32_t check_of(uint32_t run, uint32_t stream, uint64_t seq)
{
    const uint64_t words[2] = {
        htobe64((uint64_t)run << 32 | (uint64_t)(stream & 0xffffff) << 8 |
                (seq >> 40 & 255)),
        htobe64(seq << 24),
    };

    return crc32c(0, words, IDENTITY_BYTES) & 0xffffff;
}

static void make_tail(void)
{
    for (int i = 0; i < 1024; i++) {
        digit_pair[i][0] = alphabet[i >> 5];
        digit_pair[i][1] = alphabet[i & 31];
    }
    for (int i = 0; i < TAIL_SEQ_BITS; i++)
        check_flip[i] =
            check_of(0, 0, ((uint64_t)2 << i) - 1) ^ check_of(0, 0, 0);
}

static void make_all(void)
{
    memset(value_of, -1, sizeof(value_of));
    for (int i = 0; i < 32; i++)
        value_of[(unsigned char)alphabet[i]] = (int8_t)i;
    make_tail();
    make_text();
}

static bool made;

static inline void make(void)
{
    if (__builtin_expect(__atomic_load_n(&made, __ATOMIC_ACQUIRE), 1))
        return;
    (void)pthread_once(&once, make_all);
    __atomic_store_n(&made, true, __ATOMIC_RELEASE);
}

/* The 130 bits of the digits, in three pieces of 60, 60 and 10. */
struct digits {
    uint64_t a, b;
    uint32_t c;
};

void stamp_write(const struct stamp *s, char out[STAMP_LEN])
{
    uint32_t check;
    struct digits d;

    make();
    check = check_of(s->run, s->stream, s->seq);
    d.a = (uint64_t)s->run << 28 | (uint64_t)(s->stream & 0xffffff) << 4 |
          (s->seq >> 44 & 15);
    d.b = (s->seq & 0xfffffffffffu) << 16 | check >> 8;
    d.c = (check & 255) << 2;
    memcpy(out, magic, sizeof(magic));
    out += sizeof(magic);
    for (int i = 0; i < 12; i++) {
        out[i] = alphabet[d.a >> (55 - 5 * i) & 31];
        out[12 + i] = alphabet[d.b >> (55 - 5 * i) & 31];
    }
    out[24] = alphabet[d.c >> 5];
    out[25] = alphabet[d.c & 31];
}

/* Reads 26 characters as digits; returns whether all are digits. Without a
 * branch for each character: bad characters show in the sign of `bad`. */
static inline bool digits_read(const char *at, struct digits *ret)
{
    const unsigned char *c = (const unsigned char *)at;
    struct digits d = {0};
    int bad = 0;

    for (int i = 0; i < 12; i++) {
        int x = value_of[c[i]], y = value_of[c[12 + i]];

        bad |= x | y;
        d.a = d.a << 5 | (uint64_t)(x & 31);
        d.b = d.b << 5 | (uint64_t)(y & 31);
    }
    bad |= value_of[c[24]] | value_of[c[25]];
    d.c = (uint32_t)(value_of[c[24]] & 31) << 5 |
          (uint32_t)(value_of[c[25]] & 31);
    *ret = d;
    return bad >= 0;
}

static inline struct stamp digits_stamp(const struct digits *d)
{
    return (struct stamp){
        .run = (uint32_t)(d->a >> 28),
        .stream = (uint32_t)(d->a >> 4) & 0xffffff,
        .seq = (d->a & 15) << 44 | d->b >> 16,
    };
}

static inline bool digits_prove(const struct digits *d, uint32_t run)
{
    struct stamp s = digits_stamp(d);
    uint32_t check = (uint32_t)(d->b & 0xffff) << 8 | d->c >> 2;

    return (d->c & 3) == 0 && check == check_of(run, s.stream, s.seq);
}

enum stamp_found stamp_read(const char *at, size_t len, struct stamp *ret)
{
    struct digits d;

    make();
    if (len < sizeof(magic) || memcmp(at, magic, sizeof(magic)) != 0)
        return STAMP_NONE;
    if (len < STAMP_LEN || !digits_read(at + sizeof(magic), &d))
        return STAMP_CUT;
    *ret = digits_stamp(&d);
    return digits_prove(&d, ret->run) ? STAMP_INTACT : STAMP_CUT;
}

size_t stamp_next(const char *bytes, size_t len, size_t from)
{
    const char *p;

    if (len - from > 64) {
        p = memmem(bytes + from, len - from, magic, sizeof(magic));
        return p ? (size_t)(p - bytes) : len;
    }
    for (; from + sizeof(magic) <= len; from++)
        if (memcmp(bytes + from, magic, sizeof(magic)) == 0)
            return from;
    return len;
}

bool stamp_cut_is_of(const char *at, size_t len, uint32_t run)
{
    struct digits d;
    const char *digit = at + sizeof(magic);
    size_t left = len - sizeof(magic);
    int x;

    make();
    if (left >= DIGITS && digits_read(digit, &d) && digits_prove(&d, run))
        return true;
    for (size_t i = 0; i < RUN_DIGITS && i < left; i++) {
        x = value_of[(unsigned char)digit[i]];
        if (x < 0)
            break; /* the stamp ends here, and all digits before matched */
        if (x != (int)((uint64_t)run << 28 >> (55 - 5 * i) & 31))
            return false;
    }
    return true;
}

enum stamp_found stamp_find(const void *bytes, size_t len, size_t *hint,
                            struct stamp *ret)
{
    const char *b = bytes;
    size_t cut = len;

    if (*hint < len && stamp_read(b + *hint, len - *hint, ret) == STAMP_INTACT)
        return STAMP_INTACT;
    for (size_t at = stamp_next(b, len, 0); at < len;
         at = stamp_next(b, len, at + 1)) {
        if (stamp_read(b + at, len - at, ret) == STAMP_INTACT) {
            *hint = at;
            return STAMP_INTACT;
        }
        if (cut == len)
            cut = at;
    }
    if (cut == len)
        return STAMP_NONE;
    *hint = cut;
    return STAMP_CUT;
}

/* All 64 bits of the result depend on all bits of the arguments. */
static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9e3779b97f4a7c15u ^ b * 0xd1342543de82ef95u;

    x = (x ^ x >> 32) * 0xbf58476d1ce4e5b9u;
    return x ^ x >> 29;
}

static inline const char *payload_at(const struct stamp *s, uint64_t seq)
{
    uint64_t place = mix((uint64_t)s->run << 32 | s->stream, seq) >> 20;

    return text + place % TEXT_PLACES;
}

const char *stamp_payload(const struct stamp *s, size_t len)
{
    assert(len <= STAMP_PAYLOAD_MAX);
    make();
    return payload_at(s, s->seq);
}

/* The payload of a sequence, fetched into the cache, up to three cache lines.
 * The text does not fit into the caches near the core beside librdkafka's
 * messages, and the places are random: fetched only a record ahead, payloads
 * came late, and the wait was half of the time spent on a record outside of
 * librdkafka. */
static inline const char *fetch_payload(const struct stamp *s, uint64_t seq,
                                        size_t len)
{
    const char *at = payload_at(s, seq & seq_max);

    __builtin_prefetch(at);
    __builtin_prefetch(at + (len < CACHE_LINE ? len : CACHE_LINE));
    __builtin_prefetch(at + (len < 2 * CACHE_LINE ? len : 2 * CACHE_LINE));
    return at;
}

/* Writes the whole stamp of a->is. Not inlined: rare. */
static NOT_INLINE void await_stamp(struct stamp_ahead *a)
{
    a->is.seq &= seq_max; /* the highest sequence is followed by 0 */
    stamp_write(&a->is, a->text);
    a->check = check_of(a->is.run, a->is.stream, a->is.seq);
}

void stamp_await(struct stamp_ahead *a, const struct stamp *s, size_t len)
{
    assert(len <= STAMP_PAYLOAD_MAX);
    a->is = *s;
    await_stamp(a);
    for (uint64_t i = 0; i < STAMP_SOON; i++) {
        uint64_t seq = a->is.seq + i;

        a->soon[seq % STAMP_SOON] = fetch_payload(&a->is, seq, len);
    }
    a->payload = a->soon[a->is.seq % STAMP_SOON];
}

/* Writes the tail's pairs of digits from `pair` on: sequence, then check. */
static inline void await_pairs(struct stamp_ahead *a, int pair, int end)
{
    char *tail = a->text + STAMP_LEN - TAIL_DIGITS;
    uint64_t seq = a->is.seq & ((1 << TAIL_SEQ_BITS) - 1);
    uint64_t bits = seq << 26 | a->check << 2;

#pragma GCC unroll 5
    for (; pair < end; pair++)
        memcpy(tail + 2 * pair, digit_pair[bits >> (40 - 10 * pair) & 1023], 2);
}

/* Counting up flips the lowest zero bit and all bits below: the check changes
 * by check_flip of the highest bit flipped, and only the tail's digits are
 * written anew, the first two pairs only when a bit above the lowest four
 * flips. A carry beyond the tail writes the whole stamp. */
void stamp_await_next(struct stamp_ahead *a, size_t len)
{
    int flipped = __builtin_ctzll(~a->is.seq); /* highest bit flipped */

    a->soon[a->is.seq % STAMP_SOON] =
        fetch_payload(&a->is, a->is.seq + STAMP_SOON, len);
    a->is.seq++;
    if (__builtin_expect(flipped >= TAIL_SEQ_BITS, 0)) {
        await_stamp(a);
    } else {
        a->check ^= check_flip[flipped];
        if (flipped >= TAIL_LOW_BITS)
            await_pairs(a, 0, 2);
        await_pairs(a, 2, TAIL_DIGITS / 2);
    }
    a->payload = a->soon[a->is.seq % STAMP_SOON];
}

uint32_t stamp_key_number(uint32_t stream, uint64_t seq, uint32_t keys)
{
    return (uint32_t)((mix(stream, seq) >> 32) * keys >> 32);
}

size_t stamp_key(uint32_t stream, uint64_t seq, uint32_t keys, char out[32])
{
    int n = snprintf(out, 32, "s%uk%u", stream,
                     stamp_key_number(stream, seq, keys));

    return (size_t)n;
}
