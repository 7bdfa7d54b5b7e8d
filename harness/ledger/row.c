/* row.c - a row of the ledger into 64 bytes, and back. */
#include "ledger/row.h"

#include <endian.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/fates.h"

static void put32(unsigned char *at, uint32_t v)
{
    v = htole32(v);
    memcpy(at, &v, sizeof(v));
}

static void put64(unsigned char *at, uint64_t v)
{
    v = htole64(v);
    memcpy(at, &v, sizeof(v));
}

static uint32_t get32(const unsigned char *at)
{
    uint32_t v;

    memcpy(&v, at, sizeof(v));
    return le32toh(v);
}

static uint64_t get64(const unsigned char *at)
{
    uint64_t v;

    memcpy(&v, at, sizeof(v));
    return le64toh(v);
}

void row_write(const struct row *r, unsigned char out[ROW_LEN])
{
    memset(out, 0, ROW_LEN);
    out[4] = (unsigned char)r->kind;
    out[5] = r->fate;
    out[6] = (unsigned char)(r->part & 255);
    out[7] = (unsigned char)(r->part >> 8);
    put32(out + 8, r->stream);
    put32(out + 12, (uint32_t)r->partition);
    if (r->kind == ROW_NAME) {
        memcpy(out + 16, r->text, ROW_TEXT);
    } else {
        put64(out + 16, r->first);
        put64(out + 24, r->count);
        put64(out + 32, (uint64_t)r->offset);
        put64(out + 40, (uint64_t)r->time_us);
    }
    put32(out, crc32c(0, out + 4, ROW_LEN - 4));
}

bool row_read(const unsigned char in[ROW_LEN], struct row *ret)
{
    if (get32(in) != crc32c(0, in + 4, ROW_LEN - 4))
        return false;
    if (in[4] < ROW_HEADER || in[4] > ROW_CLOSED || in[5] > FATE_INDETERMINATE)
        return false;
    *ret = (struct row){
        .kind = (enum row_kind)in[4],
        .fate = in[5],
        .part = (uint16_t)(in[6] | in[7] << 8),
        .stream = get32(in + 8),
        .partition = (int32_t)get32(in + 12),
    };
    if (ret->kind == ROW_NAME) {
        memcpy(ret->text, in + 16, ROW_TEXT);
        return true;
    }
    ret->first = get64(in + 16);
    ret->count = get64(in + 24);
    ret->offset = (int64_t)get64(in + 32);
    ret->time_us = (int64_t)get64(in + 40);
    return true;
}
