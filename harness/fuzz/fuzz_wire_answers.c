/* fuzz_wire_answers.c - bodies of a broker's answers, decoded as each type; and
 * walks of primitive types, decoded, encoded and decoded again.
 *
 * The first byte picks the type; the rest is the body. For a walk: a byte
 * whether the form is flexible, a byte for the number of steps, a byte for the
 * type of each step, then the bytes to decode.
 */
#include <assert.h>
#include <string.h>

#include "client/wire/wire_codec.h"
#include "client/wire/wire_messages.h"
#include "fuzz/fuzz.h"

/* ---- answers ------------------------------------------------------------- */

static int versions(struct wire_in *in, int16_t version, struct err *err)
{
    struct wire_versions v;
    struct err why = {0};
    int16_t failed = -1;
    int rc = api_versions_take(in, version, &failed, &v, err);

    for (int16_t key = -1; rc == 0 && key <= WIRE_APIS_MAX; key++) {
        int picked = wire_pick(&v, key, 0, INT16_MAX, &why);

        assert(picked < 0 || picked <= v.of[key].most);
    }
    return rc;
}

static int answer(uint8_t type, struct wire_in *in, struct err *err)
{
    int32_t leader = -1;
    int rc;

    if (type <= WIRE_API_VERSIONS_MOST)
        return versions(in, type, err);
    if (type == 4) {
        rc = describe_quorum_take(in, &leader, err);
        assert(rc < 0 || leader >= 0);
        return rc;
    }
    return type == 5 ? sasl_handshake_take(in, "PLAIN", err)
                     : sasl_authenticate_take(in, "me", err);
}

/* ---- walks --------------------------------------------------------------- */

enum { STEPS_MAX = 64, TYPES = 16 };

/* A step's value; numbers, counts and bits of float64 as int64. */
struct step {
    int64_t number;
    struct wire_slice slice;
    uint8_t uuid[WIRE_UUID_LEN];
    struct wire_tag tags[4];
};

static int64_t bits(double v)
{
    int64_t b;

    memcpy(&b, &v, sizeof(b));
    return b;
}

static double of_bits(int64_t b)
{
    double v;

    memcpy(&v, &b, sizeof(v));
    return v;
}

/* The count of an array, -1 for null. */
static int64_t array(struct wire_in *in)
{
    bool null = false;
    size_t n = wire_take_array(in, 1, &null);

    assert(n <= wire_left(in));
    return null ? -1 : (int64_t)n;
}

static void take(struct wire_in *in, uint8_t type, struct step *s)
{
    switch (type % TYPES) {
    case 0:
        s->number = wire_take_bool(in);
        return;
    case 1:
        s->number = wire_take_i8(in);
        return;
    case 2:
        s->number = wire_take_i16(in);
        return;
    case 3:
        s->number = wire_take_u16(in);
        return;
    case 4:
        s->number = wire_take_i32(in);
        return;
    case 5:
        s->number = wire_take_u32(in);
        return;
    case 6:
        s->number = wire_take_i64(in);
        return;
    case 7:
        s->number = bits(wire_take_f64(in));
        return;
    case 8:
        wire_take_uuid(in, s->uuid);
        return;
    case 9:
        s->number = wire_take_uvarint(in);
        return;
    case 10:
        s->number = wire_take_varint(in);
        return;
    case 11:
        s->number = wire_take_varlong(in);
        return;
    case 12:
        s->slice = wire_take_nullable_bytes(in);
        return;
    case 13:
        s->slice = wire_take_bytes(in);
        return;
    case 14:
        s->number = array(in);
        return;
    }
    s->number = (int64_t)wire_take_tags(in, s->tags, 4);
}

static void put(struct wire_out *out, uint8_t type, const struct step *s)
{
    switch (type % TYPES) {
    case 0:
        wire_put_bool(out, s->number);
        return;
    case 1:
        wire_put_i8(out, (int8_t)s->number);
        return;
    case 2:
        wire_put_i16(out, (int16_t)s->number);
        return;
    case 3:
        wire_put_u16(out, (uint16_t)s->number);
        return;
    case 4:
        wire_put_i32(out, (int32_t)s->number);
        return;
    case 5:
        wire_put_u32(out, (uint32_t)s->number);
        return;
    case 6:
        wire_put_i64(out, s->number);
        return;
    case 7:
        wire_put_f64(out, of_bits(s->number));
        return;
    case 8:
        wire_put_uuid(out, s->uuid);
        return;
    case 9:
        wire_put_uvarint(out, (uint32_t)s->number);
        return;
    case 10:
        wire_put_varint(out, (int32_t)s->number);
        return;
    case 11:
        wire_put_varlong(out, s->number);
        return;
    case 12:
    case 13:
        wire_put_bytes(out, s->slice.data, s->slice.len);
        return;
    case 14:
        if (s->number < 0)
            wire_put_null_array(out);
        else
            wire_put_array(out, (size_t)s->number);
        return;
    }
    wire_put_tags(out, s->tags, (size_t)s->number);
}

/* Slices lie within the input. */
static void inside(const struct wire_in *in, const struct wire_slice *s)
{
    assert(in->at <= in->size);
    assert(!s->data || (s->data >= in->data && s->len <= in->size &&
                        s->data + s->len <= in->data + in->size));
}

static int same(const struct step *a, const struct step *b)
{
    return a->number == b->number && a->slice.len == b->slice.len &&
           !a->slice.data == !b->slice.data &&
           memcmp(a->uuid, b->uuid, WIRE_UUID_LEN) == 0 &&
           (a->slice.len == 0 ||
            memcmp(a->slice.data, b->slice.data, a->slice.len) == 0);
}

/* Values decoded from any bytes have an encoding with the same meaning. A walk
 * leaves out the elements of an array, so the whole input is put behind the
 * copy: an array is refused unless enough bytes follow. A walk ends at more
 * tagged fields than are kept. */
static void walk(const uint8_t *data, size_t len)
{
    static struct step steps[STEPS_MAX];
    struct wire_out out = {.flexible = len > 0 && data[0] % 2};
    size_t n = len > 1 ? data[1] % STEPS_MAX : 0, done;
    struct wire_in in;

    if (len < 2 + n)
        return;
    in = wire_in_of(data + 2 + n, len - 2 - n, out.flexible);
    for (done = 0; done < n; done++) {
        steps[done] = (struct step){.number = 0};
        take(&in, data[2 + done], &steps[done]);
        inside(&in, &steps[done].slice);
        if (in.bad || (data[2 + done] % TYPES == 15 && steps[done].number > 4))
            break;
        put(&out, data[2 + done], &steps[done]);
    }
    wire_put_raw(&out, in.data, in.size);
    assert(!out.bad);
    in = wire_in_of(out.data, out.len, out.flexible);
    for (size_t i = 0; i < done; i++) {
        struct step again = {.number = 0};

        take(&in, data[2 + i], &again);
        assert(!in.bad && same(&steps[i], &again));
    }
    wire_out_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct err err = {0};
    struct wire_in in;
    uint8_t type;
    int rc;

    if (len == 0)
        return 0;
    type = data[0] % 8;
    if (type == 7) {
        walk(data + 1, len - 1);
        return 0;
    }
    in = wire_in_of(data + 1, len - 1, type == 3 || type == 4 || type == 6);
    rc = answer(type, &in, &err);
    assert(in.at <= in.size);
    assert(rc == 0 ? !in.bad : err.code == rc && err.text[0]);
    return 0;
}
