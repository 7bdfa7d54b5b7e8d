/* test_wire_codec.c - primitive types of Kafka's protocol, both ways, and
 * bytes that are none. */
#include <string.h>

#include "base/own.h"
#include "base/rng.h"
#include "client/wire/wire_codec.h"
#include "support/suite.h"

/* ---- both ways ----------------------------------------------------------- */

static const int64_t numbers[] = {
    0,         1,         -1,        63,        64,        -64,
    -65,       127,       128,       300,       INT8_MIN,  INT8_MAX,
    INT16_MIN, INT16_MAX, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX};

START_TEST(a_number_comes_back_in_every_width)
{
    int64_t v = numbers[_i];
    struct wire_out out = {.flexible = false};
    struct wire_in in;

    wire_put_i8(&out, (int8_t)v);
    wire_put_i16(&out, (int16_t)v);
    wire_put_u16(&out, (uint16_t)v);
    wire_put_i32(&out, (int32_t)v);
    wire_put_u32(&out, (uint32_t)v);
    wire_put_i64(&out, v);
    wire_put_uvarint(&out, (uint32_t)v);
    wire_put_varint(&out, (int32_t)v);
    wire_put_varlong(&out, v);
    wire_put_bool(&out, v != 0);
    wire_put_f64(&out, (double)v);
    in = wire_in_of(out.data, out.len, false);
    ck_assert_int_eq(wire_take_i8(&in), (int8_t)v);
    ck_assert_int_eq(wire_take_i16(&in), (int16_t)v);
    ck_assert_uint_eq(wire_take_u16(&in), (uint16_t)v);
    ck_assert_int_eq(wire_take_i32(&in), (int32_t)v);
    ck_assert_uint_eq(wire_take_u32(&in), (uint32_t)v);
    ck_assert_int_eq(wire_take_i64(&in), v);
    ck_assert_uint_eq(wire_take_uvarint(&in), (uint32_t)v);
    ck_assert_int_eq(wire_take_varint(&in), (int32_t)v);
    ck_assert_int_eq(wire_take_varlong(&in), v);
    ck_assert_int_eq(wire_take_bool(&in), v != 0);
    ck_assert(wire_take_f64(&in) == (double)v);
    ck_assert_ptr_null(in.bad);
    ck_assert_uint_eq(wire_left(&in), 0);
    wire_out_done(&out);
}
END_TEST

/* The protocol guide's and KIP-482's own examples, byte by byte. */
START_TEST(the_bytes_are_those_of_the_protocol)
{
    static const uint8_t flexible[] = {0xac, 0x02, 3, 'h', 'i', 0, 3, 1,
                                       2,    0x02, 1, 5,   2,   8, 9};
    static const uint8_t old[] = {0,    2,    'h',  'i',  0xff, 0xff, 0,
                                  0,    0,    2,    1,    2,    0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const struct wire_tag tag = {.tag = 5,
                                 .value = {.data = flexible + 13, .len = 2}};
    struct wire_out out = {.flexible = true};

    wire_put_uvarint(&out, 300);
    wire_put_string(&out, "hi");
    wire_put_string(&out, NULL);
    wire_put_bytes(&out, "\1\2", 2);
    wire_put_array(&out, 1);
    wire_put_tags(&out, &tag, 1);
    ck_assert_uint_eq(out.len, sizeof(flexible));
    ck_assert_int_eq(memcmp(out.data, flexible, out.len), 0);
    wire_out_done(&out);

    wire_put_string(&out, "hi");
    wire_put_string(&out, NULL);
    wire_put_bytes(&out, "\1\2", 2);
    wire_put_bytes(&out, NULL, 0);
    wire_put_null_array(&out);
    wire_put_tags(&out, &tag, 1);
    ck_assert_uint_eq(out.len, sizeof(old));
    ck_assert_int_eq(memcmp(out.data, old, out.len), 0);
    wire_out_done(&out);
}
END_TEST

/* Texts, bytes, arrays, tags: at random, in both forms. */
START_TEST(a_message_comes_back)
{
    static const char text[] = "twelve bytes";
    struct rng rng = {(uint64_t)_i};
    struct wire_tag tags[3], seen[2];
    struct wire_out out = {.flexible = _i % 2};
    uint8_t uuid[WIRE_UUID_LEN];
    struct wire_in in;
    size_t n = (size_t)(rng_next(&rng) % 4);
    bool null;

    for (uint32_t i = 0; i < 3; i++)
        tags[i] = (struct wire_tag){
            .tag = i * 200,
            .value = {(const uint8_t *)text, (size_t)(rng_next(&rng) % 12)}};
    wire_put_string(&out, text);
    wire_put_array(&out, n);
    for (size_t i = 0; i < n; i++)
        wire_put_uuid(&out, (const uint8_t *)"0123456789abcdef");
    wire_put_null_array(&out);
    wire_put_tags(&out, tags, 3);
    in = wire_in_of(out.data, out.len, out.flexible);
    ck_assert_uint_eq(wire_take_string(&in).len, 12);
    ck_assert_uint_eq(wire_take_array(&in, WIRE_UUID_LEN, &null), n);
    ck_assert(!null);
    for (size_t i = 0; i < n; i++)
        wire_take_uuid(&in, uuid);
    ck_assert(n == 0 || memcmp(uuid, "0123456789abcdef", 16) == 0);
    ck_assert_uint_eq(wire_take_array(&in, 1, &null), 0);
    ck_assert(null);
    ck_assert_uint_eq(wire_take_tags(&in, seen, 2), out.flexible ? 3 : 0);
    ck_assert_ptr_null(in.bad);
    ck_assert_uint_eq(wire_left(&in), 0);
    ck_assert(!out.flexible ||
              (seen[1].tag == 200 && seen[1].value.len == tags[1].value.len));
    wire_out_done(&out);
}
END_TEST

/* ---- bytes that are none ------------------------------------------------- */

static void a_string(struct wire_in *in)
{
    (void)wire_take_string(in);
}

static void some_bytes(struct wire_in *in)
{
    (void)wire_take_nullable_bytes(in);
}

static void an_array(struct wire_in *in)
{
    (void)wire_take_array(in, 4, NULL);
}

static void a_number(struct wire_in *in)
{
    (void)wire_take_uvarint(in);
}

static void a_long_number(struct wire_in *in)
{
    (void)wire_take_varlong(in);
}

#define BYTES(...)                                                             \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const struct {
    const char *what;
    void (*take)(struct wire_in *in);
    bool flexible;
    const uint8_t *data;
    size_t len;
    const char *bad;
} refused[] = {
    {"a text longer than the rest", a_string, false, BYTES(0, 3, 'a', 'b'),
     "cut short"},
    {"the same, compact", a_string, true, BYTES(4, 'a', 'b'), "cut short"},
    {"half a length", a_string, false, BYTES(0), "cut short"},
    {"a null text", a_string, false, BYTES(0xff, 0xff), "a null"},
    {"a null text, compact", a_string, true, BYTES(0), "a null"},
    {"a text of length -2", a_string, false, BYTES(0xff, 0xfe), "negative"},
    {"bytes of 2 GiB", some_bytes, false, BYTES(0x7f, 0xff, 0xff, 0xff, 1),
     "cut short"},
    {"bytes of 4 GiB, compact", some_bytes, true,
     BYTES(0xff, 0xff, 0xff, 0xff, 0x0f), "cut short"},
    {"an array of 2^31 - 1 elements", an_array, false,
     BYTES(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0), "more elements"},
    {"one element too many", an_array, true, BYTES(3, 0, 0, 0, 0, 0, 0, 0),
     "more elements"},
    {"an array of length -2", an_array, false, BYTES(0xff, 0xff, 0xff, 0xfe),
     "negative"},
    {"a varint without end", a_number, true,
     BYTES(0x80, 0x80, 0x80, 0x80, 0x80, 0), "wider"},
    {"a varint of 33 bits", a_number, true, BYTES(0xff, 0xff, 0xff, 0xff, 0x1f),
     "wider"},
    {"a varlong of 65 bits", a_long_number, true,
     BYTES(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2), "wider"},
    {"a tag longer than the rest", wire_skip_tags, true, BYTES(1, 0, 9, 1),
     "cut short"},
    {"tags without end", wire_skip_tags, true,
     BYTES(0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0), "cut short"},
};

START_TEST(bytes_that_are_no_message_are_refused)
{
    struct wire_in in =
        wire_in_of(refused[_i].data, refused[_i].len, refused[_i].flexible);

    refused[_i].take(&in);
    ck_assert_msg(in.bad && strstr(in.bad, refused[_i].bad), "%s: %s",
                  refused[_i].what, in.bad ? in.bad : "taken");
    /* from now on nothing moves, and the first reason stays */
    ck_assert_int_eq(wire_take_i8(&in), 0);
    ck_assert_ptr_null(wire_take_nullable_string(&in).data);
    ck_assert_uint_eq(wire_left(&in), 0);
    wire_refuse(&in, "another reason");
    ck_assert_ptr_nonnull(strstr(in.bad, refused[_i].bad));
}
END_TEST

START_TEST(no_bytes_are_empty_and_not_null)
{
    struct wire_in in = wire_in_of(NULL, 0, true);

    ck_assert_ptr_nonnull(wire_take_raw(&in, 0).data);
    ck_assert_ptr_null(in.bad);
    ck_assert_uint_eq(wire_take_array(&in, 1, NULL), 0);
    ck_assert_str_eq(in.bad, "cut short");
}
END_TEST

START_TEST(a_text_too_long_for_its_form_is_not_sent)
{
    AUTO_FREE char *text = calloc(1, 40000);
    struct wire_out out = {.flexible = _i};

    memset(text, 'x', 39999);
    wire_put_string(&out, text);
    ck_assert(out.bad);
    wire_out_done(&out);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_number_comes_back_in_every_width, 0,
                        ARRAY_LEN(numbers));
    tcase_add_test(tc, the_bytes_are_those_of_the_protocol);
    tcase_add_loop_test(tc, a_message_comes_back, 0, 40);
    tcase_add_loop_test(tc, bytes_that_are_no_message_are_refused, 0,
                        ARRAY_LEN(refused));
    tcase_add_test(tc, no_bytes_are_empty_and_not_null);
    tcase_add_loop_test(tc, a_text_too_long_for_its_form_is_not_sent, 0, 2);
}

SUITE_MAIN("client/wire_codec", fill)
