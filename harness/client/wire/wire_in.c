/* wire_in.c - decodes the primitive types of Kafka's protocol. */
#include <endian.h>
#include <string.h>

#include "client/wire/wire_codec.h"

static const char cut_short[] = "cut short";

struct wire_in wire_in_of(const void *data, size_t size, bool flexible)
{
    /* a slice of no bytes must not look like null */
    return (struct wire_in){.data = data ? data : (const uint8_t *)"",
                            .size = data ? size : 0,
                            .flexible = flexible};
}

size_t wire_left(const struct wire_in *in)
{
    return in->bad ? 0 : in->size - in->at;
}

void wire_refuse(struct wire_in *in, const char *why)
{
    if (!in->bad)
        in->bad = why;
}

/* Every byte of the input passes here, so bounds are checked in one place. */
struct wire_slice wire_take_raw(struct wire_in *in, size_t len)
{
    struct wire_slice s = {.len = len};

    if (in->bad || len > in->size - in->at) {
        wire_refuse(in, cut_short);
        return (struct wire_slice){.data = NULL};
    }
    s.data = in->data + in->at;
    in->at += len;
    return s;
}

static void take(struct wire_in *in, void *ret, size_t len)
{
    struct wire_slice s = wire_take_raw(in, len);

    if (s.data)
        memcpy(ret, s.data, len);
    else
        memset(ret, 0, len);
}

int8_t wire_take_i8(struct wire_in *in)
{
    int8_t v;

    take(in, &v, sizeof(v));
    return v;
}

bool wire_take_bool(struct wire_in *in)
{
    return wire_take_i8(in) != 0;
}

uint16_t wire_take_u16(struct wire_in *in)
{
    uint16_t v;

    take(in, &v, sizeof(v));
    return be16toh(v);
}

int16_t wire_take_i16(struct wire_in *in)
{
    return (int16_t)wire_take_u16(in);
}

uint32_t wire_take_u32(struct wire_in *in)
{
    uint32_t v;

    take(in, &v, sizeof(v));
    return be32toh(v);
}

int32_t wire_take_i32(struct wire_in *in)
{
    return (int32_t)wire_take_u32(in);
}

int64_t wire_take_i64(struct wire_in *in)
{
    uint64_t v;

    take(in, &v, sizeof(v));
    return (int64_t)be64toh(v);
}

double wire_take_f64(struct wire_in *in)
{
    int64_t bits = wire_take_i64(in);
    double v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

void wire_take_uuid(struct wire_in *in, uint8_t ret[WIRE_UUID_LEN])
{
    take(in, ret, WIRE_UUID_LEN);
}

/* The last byte of the longest form has only the bits that `bits` leaves: 4 of
 * 32, 1 of 64. */
static uint64_t take_base128(struct wire_in *in, unsigned bits)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < bits; shift += 7) {
        uint8_t b = (uint8_t)wire_take_i8(in);

        if (shift + 7 > bits && (b & 0x7f) >> (bits - shift))
            break;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return v;
    }
    wire_refuse(in, "a varint wider than its type");
    return 0;
}

uint32_t wire_take_uvarint(struct wire_in *in)
{
    return (uint32_t)take_base128(in, 32);
}

int32_t wire_take_varint(struct wire_in *in)
{
    uint32_t v = wire_take_uvarint(in);

    return (int32_t)(v >> 1 ^ -(v & 1));
}

int64_t wire_take_varlong(struct wire_in *in)
{
    uint64_t v = take_base128(in, 64);

    return (int64_t)(v >> 1 ^ -(v & 1));
}

/* ---- texts, bytes, arrays ------------------------------------------------ */

/* A length of `form` bytes if the message is not flexible. -1: null. */
static int64_t take_length(struct wire_in *in, int form)
{
    int64_t len = in->flexible ? (int64_t)wire_take_uvarint(in) - 1
                  : form == 2  ? wire_take_i16(in)
                               : wire_take_i32(in);

    if (in->bad)
        return 0;
    if (len < -1) {
        wire_refuse(in, "a negative length");
        return 0;
    }
    return len;
}

static struct wire_slice take_slice(struct wire_in *in, int form)
{
    int64_t len = take_length(in, form);

    if (len < 0)
        return (struct wire_slice){.data = NULL};
    return wire_take_raw(in, (size_t)len);
}

static struct wire_slice present(struct wire_in *in, struct wire_slice s)
{
    if (!s.data)
        wire_refuse(in, "a null that no field may be");
    return s;
}

struct wire_slice wire_take_nullable_string(struct wire_in *in)
{
    return take_slice(in, 2);
}

struct wire_slice wire_take_nullable_bytes(struct wire_in *in)
{
    return take_slice(in, 4);
}

struct wire_slice wire_take_string(struct wire_in *in)
{
    return present(in, take_slice(in, 2));
}

struct wire_slice wire_take_bytes(struct wire_in *in)
{
    return present(in, take_slice(in, 4));
}

size_t wire_take_array(struct wire_in *in, size_t least, bool *ret_null)
{
    int64_t n = take_length(in, 4);

    if (ret_null)
        *ret_null = n < 0;
    if (n <= 0)
        return 0;
    if ((size_t)n > wire_left(in) / least) {
        wire_refuse(in, "an array of more elements than bytes");
        return 0;
    }
    return (size_t)n;
}

/* ---- tagged fields ------------------------------------------------------- */

size_t wire_take_tags(struct wire_in *in, struct wire_tag *ret, size_t cap)
{
    uint32_t n = in->flexible ? wire_take_uvarint(in) : 0;

    for (uint32_t i = 0; i < n && !in->bad; i++) {
        struct wire_tag t = {.tag = wire_take_uvarint(in)};

        t.value = wire_take_raw(in, wire_take_uvarint(in));
        if (i < cap)
            ret[i] = t;
    }
    return in->bad ? 0 : n;
}

void wire_skip_tags(struct wire_in *in)
{
    (void)wire_take_tags(in, NULL, 0);
}
