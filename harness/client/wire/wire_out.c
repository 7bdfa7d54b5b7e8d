/* wire_out.c - encodes the primitive types of Kafka's protocol. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "client/wire/wire_codec.h"

enum { LEAST_CAP = 64 };

void wire_out_done(struct wire_out *out)
{
    free(out->data);
    *out = (struct wire_out){.data = NULL};
}

void wire_put_raw(struct wire_out *out, const void *data, size_t len)
{
    if (out->bad || len > INT32_MAX - out->len) {
        out->bad = true;
        return;
    }
    if (len > out->cap - out->len) {
        while (len > out->cap - out->len)
            out->cap = out->cap ? out->cap * 2 : LEAST_CAP;
        out->data = must_realloc(out->data, out->cap, 1);
    }
    if (len > 0)
        memcpy(out->data + out->len, data, len);
    out->len += len;
}

void wire_put_i8(struct wire_out *out, int8_t v)
{
    wire_put_raw(out, &v, sizeof(v));
}

void wire_put_bool(struct wire_out *out, bool v)
{
    wire_put_i8(out, v);
}

void wire_put_u16(struct wire_out *out, uint16_t v)
{
    uint16_t b = htobe16(v);

    wire_put_raw(out, &b, sizeof(b));
}

void wire_put_i16(struct wire_out *out, int16_t v)
{
    wire_put_u16(out, (uint16_t)v);
}

void wire_put_u32(struct wire_out *out, uint32_t v)
{
    uint32_t b = htobe32(v);

    wire_put_raw(out, &b, sizeof(b));
}

void wire_put_i32(struct wire_out *out, int32_t v)
{
    wire_put_u32(out, (uint32_t)v);
}

void wire_put_i64(struct wire_out *out, int64_t v)
{
    uint64_t b = htobe64((uint64_t)v);

    wire_put_raw(out, &b, sizeof(b));
}

void wire_put_f64(struct wire_out *out, double v)
{
    int64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    wire_put_i64(out, bits);
}

void wire_put_uuid(struct wire_out *out, const uint8_t v[WIRE_UUID_LEN])
{
    wire_put_raw(out, v, WIRE_UUID_LEN);
}

static void put_base128(struct wire_out *out, uint64_t v)
{
    uint8_t bytes[10];
    size_t n = 0;

    for (; v > 0x7f; v >>= 7)
        bytes[n++] = (uint8_t)(v | 0x80);
    bytes[n++] = (uint8_t)v;
    wire_put_raw(out, bytes, n);
}

void wire_put_uvarint(struct wire_out *out, uint32_t v)
{
    put_base128(out, v);
}

void wire_put_varint(struct wire_out *out, int32_t v)
{
    put_base128(out, (uint32_t)v << 1 ^ (uint32_t)(v >> 31));
}

void wire_put_varlong(struct wire_out *out, int64_t v)
{
    put_base128(out, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

/* ---- texts, bytes, arrays ------------------------------------------------ */

static void put_length(struct wire_out *out, int64_t len, int form)
{
    if (len > (form == 2 ? INT16_MAX : INT32_MAX - 1))
        out->bad = true;
    else if (out->flexible)
        wire_put_uvarint(out, (uint32_t)(len + 1));
    else if (form == 2)
        wire_put_i16(out, (int16_t)len);
    else
        wire_put_i32(out, (int32_t)len);
}

void wire_put_string(struct wire_out *out, const char *text)
{
    size_t len = text ? strlen(text) : 0;

    put_length(out, text ? (int64_t)len : -1, 2);
    wire_put_raw(out, text, len);
}

void wire_put_bytes(struct wire_out *out, const void *data, size_t len)
{
    put_length(out, data ? (int64_t)len : -1, 4);
    wire_put_raw(out, data, data ? len : 0);
}

void wire_put_array(struct wire_out *out, size_t n)
{
    put_length(out, (int64_t)n, 4);
}

void wire_put_null_array(struct wire_out *out)
{
    put_length(out, -1, 4);
}

/* ---- tagged fields ------------------------------------------------------- */

void wire_put_tags(struct wire_out *out, const struct wire_tag *tags, size_t n)
{
    if (!out->flexible)
        return;
    wire_put_uvarint(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        wire_put_uvarint(out, tags[i].tag);
        wire_put_uvarint(out, (uint32_t)tags[i].value.len);
        wire_put_raw(out, tags[i].value.data, tags[i].value.len);
    }
}

void wire_put_no_tags(struct wire_out *out)
{
    wire_put_tags(out, NULL, 0);
}
