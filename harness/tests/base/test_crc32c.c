/* test_crc32c.c - both ways give the checksums listed in RFC 3720, and agree
 * with each other and with a bit-by-bit computation on random bytes. */
#include <string.h>

#include "base/attr.h"
#include "base/crc32c.h"
#include "base/rng.h"
#include "support/suite.h"

#define ASCENDING                                                              \
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"         \
    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
#define DESCENDING                                                             \
    "\x1f\x1e\x1d\x1c\x1b\x1a\x19\x18\x17\x16\x15\x14\x13\x12\x11\x10"         \
    "\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08\x07\x06\x05\x04\x03\x02\x01\x00"
#define ONES8 "\xff\xff\xff\xff\xff\xff\xff\xff"

/* RFC 3720, B.4; the digits are the check value listed in catalogues. */
static const struct {
    const char *bytes;
    size_t len;
    uint32_t want;
} vectors[] = {
    {"", 0, 0},
    {"123456789", 9, 0xe3069283},
    {(const char[32]){0}, 32, 0x8a9136aa},
    {ONES8 ONES8 ONES8 ONES8, 32, 0x62a8ab43},
    {ASCENDING, 32, 0x46dd794e},
    {DESCENDING, 32, 0x113fdb5c},
    {"\x01\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" /* an iSCSI read command */
     "\x14\0\0\0\0\0\x04\0\0\0\0\x14\0\0\0\x18"
     "\x28\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0",
     48, 0xd9963a56},
};

static uint32_t bit_by_bit(const unsigned char *at, size_t len)
{
    uint32_t state = ~0u;

    for (size_t i = 0; i < len; i++) {
        state ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            state = state >> 1 ^ (state & 1 ? 0x82f63b78u : 0);
    }
    return ~state;
}

/* All three functions on the same input, in two parts cut at `cut`. */
static void check(const void *bytes, size_t len, size_t cut, uint32_t want)
{
    const char *at = bytes;
    uint32_t crc = 0;

    ck_assert_uint_eq(crc32c(crc32c(0, at, cut), at + cut, len - cut), want);
    crc = crc32c_by_table(0, at, cut);
    ck_assert_uint_eq(crc32c_by_table(crc, at + cut, len - cut), want);
    crc = 0;
    if (!crc32c_by_instruction(&crc, at, cut))
        return;
    ck_assert(crc32c_by_instruction(&crc, at + cut, len - cut));
    ck_assert_uint_eq(crc, want);
}

START_TEST(known_vectors)
{
    for (size_t cut = 0; cut <= vectors[_i].len; cut++)
        check(vectors[_i].bytes, vectors[_i].len, cut, vectors[_i].want);
}
END_TEST

/* Every length up to 300 at every alignment, random bytes and cuts. */
START_TEST(ways_agree)
{
    struct rng r = rng_for(1, "crc32c");
    unsigned char bytes[300 + 8];

    for (size_t len = 0; len <= 300; len++) {
        const unsigned char *from = bytes + len % 8;

        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = (unsigned char)rng_next(&r);
        check(from, len, rng_below(&r, len + 1), bit_by_bit(from, len));
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, known_vectors, 0, (int)ARRAY_LEN(vectors));
    tcase_add_test(tc, ways_agree);
}

SUITE_MAIN("base/crc32c", fill)
