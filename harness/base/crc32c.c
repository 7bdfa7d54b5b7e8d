/* crc32c.c - CRC-32C by the processor's instruction, or by tables. */
#include "base/crc32c.h"

#include <endian.h>
#include <pthread.h>
#include <string.h>

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

enum { STEP = 8 }; /* bytes taken at a time by both ways */

/* ---- tables --------------------------------------------------------------*/

static const uint32_t polynomial = 0x82f63b78; /* 0x1EDC6F41, bits reflected */

/* table[k][b]: the change of the checksum by byte b with k bytes behind. Eight
 * look-ups then do not wait for each other ("slicing by 8": Kounavis and
 * Berry, 2005). */
static uint32_t table[STEP][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;

        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
        table[0][b] = crc;
    }
    for (int k = 1; k < STEP; k++)
        for (uint32_t b = 0; b < 256; b++)
            table[k][b] =
                table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 255];
}

/* `state`: the checksum before the final XOR. */
static uint32_t add_by_table(uint32_t state, const uint8_t *at, size_t len)
{
    for (; len >= STEP; at += STEP, len -= STEP) {
        uint32_t low, high;

        memcpy(&low, at, sizeof(low));
        memcpy(&high, at + sizeof(low), sizeof(high));
        low = le32toh(low) ^ state;
        high = le32toh(high);
        state = table[7][low & 255] ^ table[6][low >> 8 & 255] ^
                table[5][low >> 16 & 255] ^ table[4][low >> 24] ^
                table[3][high & 255] ^ table[2][high >> 8 & 255] ^
                table[1][high >> 16 & 255] ^ table[0][high >> 24];
    }
    for (; len > 0; at++, len--)
        state = state >> 8 ^ table[0][(state ^ *at) & 255];
    return state;
}

uint32_t crc32c_by_table(uint32_t crc, const void *data, size_t len)
{
    (void)pthread_once(&tables_once, make_tables);
    return ~add_by_table(~crc, data, len);
}

/* ---- the processor's instruction ------------------------------------------*/

#ifdef __x86_64__

static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) static uint32_t
add_by_instruction(uint32_t state, const uint8_t *at, size_t len)
{
    uint64_t wide = state;

    for (; len >= STEP; at += STEP, len -= STEP) {
        uint64_t eight;

        memcpy(&eight, at, sizeof(eight));
        wide = _mm_crc32_u64(wide, eight);
    }
    state = (uint32_t)wide;
    for (; len > 0; at++, len--)
        state = _mm_crc32_u8(state, *at);
    return state;
}

#else

static bool has_instruction(void)
{
    return false;
}

static uint32_t add_by_instruction(uint32_t state, const uint8_t *at,
                                   size_t len)
{
    return add_by_table(state, at, len); /* never called */
}

#endif

bool crc32c_by_instruction(uint32_t *crc, const void *data, size_t len)
{
    if (!has_instruction())
        return false;
    *crc = ~add_by_instruction(~*crc, data, len);
    return true;
}

uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
    return crc32c_by_instruction(&crc, data, len)
               ? crc
               : crc32c_by_table(crc, data, len);
}
