/* batch.c - reads, checks and writes record batches of format v2. */
#include "standins/mock/batch.h"

#include "base/crc32c.h"
#include "standins/mock/errors.h"

enum {
    AT_CRC = 17,
    AT_ATTRIBUTES = 21,
    AT_RECORDS = 61,
    BEFORE_LENGTH_ENDS = 12, /* bytes that the field `length` does not count */
    CODEC_MASK = 7,
    TRANSACTIONAL = 0x10,
    CONTROL = 0x20,
};

/* The header in the order of its fields. */
static void read_fields(struct reader *r, struct batch_head *ret,
                        int8_t *ret_magic, int16_t *ret_attributes,
                        int32_t *ret_last_delta)
{
    struct batch *s = &ret->sequence;

    ret->base = get_i64(r);
    ret->size = get_i32(r);
    (void)get_i32(r); /* leader epoch */
    *ret_magic = get_i8(r);
    (void)get_i32(r); /* CRC */
    *ret_attributes = get_i16(r);
    *ret_last_delta = get_i32(r);
    ret->base_ms = get_i64(r);
    ret->max_ms = get_i64(r);
    s->producer = get_i64(r);
    s->epoch = get_i16(r);
    s->first = get_i32(r);
    ret->count = get_i32(r);
    s->last =
        (int32_t)(((uint32_t)s->first + (uint32_t)ret->count - 1) & INT32_MAX);
    ret->compressed = (*ret_attributes & CODEC_MASK) != 0;
}

bool batch_head_read(const uint8_t *data, size_t len, struct batch_head *ret)
{
    struct reader r = reader_of(data, len < BATCH_HEAD ? 0 : BATCH_HEAD);
    int8_t magic;
    int16_t attributes;
    int32_t last_delta;

    read_fields(&r, ret, &magic, &attributes, &last_delta);
    if (r.bad || magic != 2 || ret->size < BATCH_HEAD - BEFORE_LENGTH_ENDS ||
        ret->size > INT32_MAX - BEFORE_LENGTH_ENDS || ret->base < 0 ||
        ret->base > INT64_MAX - INT32_MAX || ret->count < 1 ||
        last_delta != ret->count - 1)
        return false;
    ret->size += BEFORE_LENGTH_ENDS;
    return true;
}

/* As in Kafka (LogValidator): a CRC before all other rules, and the format
 * before the CRC, because older formats keep the CRC elsewhere. */
int16_t batch_check(struct bytes records, struct batch_head *ret)
{
    struct reader r;
    uint32_t crc;
    int16_t attributes;

    if (!records.data || records.len < BATCH_HEAD)
        return CORRUPT_MESSAGE;
    if (records.data[BATCH_PATCHED] != 2)
        return UNSUPPORTED_FOR_MESSAGE_FORMAT;
    r = reader_of(records.data + AT_CRC, (size_t)records.len - AT_CRC);
    crc = (uint32_t)get_i32(&r);
    if (crc32c(0, r.at, r.left) != crc)
        return CORRUPT_MESSAGE;
    attributes = get_i16(&r);
    if (!batch_head_read(records.data, (size_t)records.len, ret) ||
        ret->size != records.len || (attributes & (TRANSACTIONAL | CONTROL)))
        return INVALID_RECORD;
    return NO_ERROR;
}

int64_t batch_last(const struct batch_head *h)
{
    return h->base + h->count - 1;
}

/* A signed varint in zigzag form (Protocol Buffers), as fields of records have.
 */
static int64_t get_varint(struct reader *r)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)get_i8(r);

        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
    }
    r->bad = true;
    return 0;
}

/* A record begins with its length, attributes, and its timestamp and offset
 * relative to the batch's. */
bool batch_find_time(const uint8_t *data, const struct batch_head *h,
                     int64_t start, int64_t ms, int64_t *ret_offset,
                     int64_t *ret_ms)
{
    struct reader r =
        reader_of(data + AT_RECORDS, (size_t)h->size - AT_RECORDS);

    *ret_offset = h->base;
    *ret_ms = h->max_ms;
    if (h->compressed)
        return h->max_ms >= ms;
    for (int32_t i = 0; i < h->count && !r.bad; i++) {
        int64_t size = get_varint(&r);
        struct reader record;

        if (r.bad || size < 0 || (uint64_t)size > r.left)
            return false;
        record = reader_of(r.at, (size_t)size);
        r = reader_of(r.at + size, r.left - (size_t)size);
        (void)get_i8(&record); /* attributes */
        *ret_ms =
            (int64_t)((uint64_t)h->base_ms + (uint64_t)get_varint(&record));
        *ret_offset = h->base + i;
        if (!record.bad && *ret_offset >= start && *ret_ms >= ms)
            return true;
    }
    return false;
}

static void put_varint(struct writer *w, int64_t v)
{
    uint64_t z = ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);

    for (; z > 0x7f; z >>= 7)
        put_i8(w, (int)(z & 0x7f) | 0x80);
    put_i8(w, (int)z);
}

static void put_record(struct writer *w, const struct writer *key,
                       const struct writer *value)
{
    put_i8(w, 0);     /* attributes */
    put_varint(w, 0); /* timestamp delta */
    put_varint(w, 0); /* offset delta */
    put_varint(w, (int64_t)key->len);
    put_raw(w, key->data, key->len);
    put_varint(w, value ? (int64_t)value->len : -1);
    if (value)
        put_raw(w, value->data, value->len);
    put_varint(w, 0); /* headers */
}

/* The part under the CRC is written first: the header needs its length and its
 * CRC. */
void batch_put(struct writer *w, const struct writer *key,
               const struct writer *value, int64_t ms)
{
    struct writer record = {0}, rest = {0};

    put_record(&record, key, value);
    put_i16(&rest, 0); /* attributes */
    put_i32(&rest, 0); /* last offset delta */
    put_i64(&rest, ms);
    put_i64(&rest, ms);
    put_i64(&rest, -1); /* producer id, epoch, sequence: none */
    put_i16(&rest, -1);
    put_i32(&rest, -1);
    put_i32(&rest, 1); /* records */
    put_varint(&rest, (int64_t)record.len);
    put_raw(&rest, record.data, record.len);
    put_i64(w, 0); /* base offset */
    put_i32(w, (int32_t)(4 + 1 + 4 + rest.len));
    put_i32(w, 0); /* leader epoch */
    put_i8(w, 2);  /* magic */
    put_i32(w, (int32_t)crc32c(0, rest.data, rest.len));
    put_raw(w, rest.data, rest.len);
    writer_done(&record);
    writer_done(&rest);
}
