/* test_mock_codec.c - reading within bounds, writing, and the sequence check.
 */
#include "standins/mock/codec.h"

#include <string.h>

#include "base/attr.h"
#include "standins/mock/errors.h"
#include "standins/mock/sequence.h"
#include "support/suite.h"

/* Letters of `reads`: s string, n nullable string, b bytes, c count of elements
 * of 2 bytes, 1248 integers. */
static const struct {
    const char *name, *reads;
    size_t len;
    const char *data;
    bool bad;
    size_t left;
} cases[] = {
    {"nothing", "", 0, "", false, 0},
    {"integers", "1248", 15, "123456789abcdef", false, 0},
    {"an integer cut", "4", 3, "\0\0\0", true, 3},
    {"a string", "s", 4, "\0\2ab", false, 0},
    {"an empty string", "s", 2, "\0\0", false, 0},
    {"a string cut", "s", 4, "\0\3ab", true, 2},
    {"a string's length cut", "s", 1, "\0", true, 1},
    {"null where none may be", "s", 2, "\377\377", true, 0},
    {"null where it may", "n", 2, "\377\377", false, 0},
    {"a length of -2", "n", 2, "\377\376", true, 0},
    {"bytes", "b", 6, "\0\0\0\2ab", false, 0},
    {"null bytes", "b", 4, "\377\377\377\377", false, 0},
    {"bytes of -2", "b", 4, "\377\377\377\376", true, 0},
    {"bytes of 2 GiB", "b", 6, "\177\377\377\377ab", true, 2},
    {"a count", "c22", 8, "\0\0\0\2abcd", false, 0},
    {"a count of more than follows", "c", 8, "\0\0\0\3abcd", true, 4},
    {"a count of 2^31-1", "c", 4, "\177\377\377\377", true, 0},
    {"a null array", "c", 4, "\377\377\377\377", false, 0},
    {"bad stays", "42", 3, "\0\0\0", true, 3},
    {"more than is read", "2", 4, "abcd", false, 2},
};

START_TEST(reads_within_bounds)
{
    struct reader r = reader_of(cases[_i].data, cases[_i].len);

    for (const char *c = cases[_i].reads; *c; c++) {
        if (*c == 's')
            (void)get_string(&r);
        else if (*c == 'n')
            (void)get_nullable_string(&r);
        else if (*c == 'b')
            (void)get_bytes(&r);
        else if (*c == 'c')
            (void)get_count(&r, 2);
        else if (*c == '1')
            (void)get_i8(&r);
        else if (*c == '2')
            (void)get_i16(&r);
        else if (*c == '4')
            (void)get_i32(&r);
        else
            (void)get_i64(&r);
    }
    ck_assert_msg(r.bad == cases[_i].bad, "%s", cases[_i].name);
    ck_assert_msg(r.left == cases[_i].left, "%s: %zu left", cases[_i].name,
                  r.left);
}
END_TEST

START_TEST(what_is_written_is_read)
{
    struct writer w = {0};
    struct reader r;

    put_i8(&w, -3);
    put_i16(&w, -300);
    put_i32(&w, INT32_MIN);
    put_i64(&w, INT64_MIN + 1);
    put_string(&w, "text");
    put_string(&w, NULL);
    put_bytes(&w, "ab\0c", 4);
    put_bytes(&w, NULL, -1);
    put_uvarint(&w, 300);
    set_i32(&w, 3, 77);
    r = reader_of(w.data, w.len);
    ck_assert_int_eq(get_i8(&r), -3);
    ck_assert_int_eq(get_i16(&r), -300);
    ck_assert_int_eq(get_i32(&r), 77);
    ck_assert_int_eq(get_i64(&r), INT64_MIN + 1);
    ck_assert(bytes_are(get_string(&r), "text"));
    ck_assert_ptr_null(get_nullable_string(&r).data);
    ck_assert_int_eq(get_bytes(&r).len, 4);
    ck_assert_int_eq(get_bytes(&r).len, -1);
    ck_assert_int_eq(get_i16(&r), (int16_t)0xac02);
    ck_assert(!r.bad && r.left == 0);
    writer_done(&w);
}
END_TEST

/* Batches of a single producer; appended batches get the offsets 100, 200, ...
 */
static const struct {
    const char *name;
    struct batch had[7];
    size_t had_len;
    struct batch comes;
    int16_t want;
    int64_t want_offset;
} sequences[] = {
    {"the first", {{0}}, 0, {1, 0, 0, 9}, NO_ERROR, -1},
    {"any, of one unknown", {{0}}, 0, {1, 0, 7, 9}, NO_ERROR, -1},
    {"the next", {{1, 0, 0, 9}}, 1, {1, 0, 10, 19}, NO_ERROR, -1},
    {"again", {{1, 0, 0, 9}}, 1, {1, 0, 0, 9}, NO_ERROR, 100},
    {"a hole", {{1, 0, 0, 9}}, 1, {1, 0, 11, 19}, 45, -1},
    {"a part of it again", {{1, 0, 0, 9}}, 1, {1, 0, 0, 4}, 46, -1},
    {"another's", {{1, 0, 0, 9}}, 1, {2, 0, 0, 9}, NO_ERROR, -1},
    {"a new epoch", {{1, 0, 0, 9}}, 1, {1, 1, 0, 9}, NO_ERROR, -1},
    {"a new epoch, not from 0", {{1, 0, 0, 9}}, 1, {1, 1, 10, 19}, 45, -1},
    {"an old epoch", {{1, 1, 0, 9}}, 1, {1, 0, 10, 19}, 47, -1},
    {"over the end", {{1, 0, 0, INT32_MAX}}, 1, {1, 0, 0, 9}, NO_ERROR, -1},
    {"again, the last but four",
     {{1, 0, 0, 0},
      {1, 0, 1, 1},
      {1, 0, 2, 2},
      {1, 0, 3, 3},
      {1, 0, 4, 4},
      {1, 0, 5, 5}},
     6,
     {1, 0, 1, 1},
     NO_ERROR,
     200},
    {"again, the last but five",
     {{1, 0, 0, 0},
      {1, 0, 1, 1},
      {1, 0, 2, 2},
      {1, 0, 3, 3},
      {1, 0, 4, 4},
      {1, 0, 5, 5}},
     6,
     {1, 0, 0, 0},
     46,
     -1},
};

START_TEST(a_batch_is_appended_once)
{
    struct sequences s = {0};
    int64_t offset;

    for (size_t i = 0; i < sequences[_i].had_len; i++)
        sequences_append(&s, &sequences[_i].had[i], 100 * (int64_t)(i + 1));
    ck_assert_msg(sequences_check(&s, &sequences[_i].comes, &offset) ==
                      sequences[_i].want,
                  "%s", sequences[_i].name);
    ck_assert_msg(offset == sequences[_i].want_offset, "%s: %lld",
                  sequences[_i].name, (long long)offset);
    sequences_done(&s);
}
END_TEST

START_TEST(a_batch_tells_its_sequences)
{
    struct writer w = {0};
    struct batch b;

    put_i64(&w, 0);
    put_i32(&w, 61 - 12);
    put_i32(&w, 0); /* leader epoch */
    put_i8(&w, 2);
    for (int i = 0; i < 26; i++)
        put_i8(&w, 0);
    put_i64(&w, 42);
    put_i16(&w, 3);
    put_i32(&w, INT32_MAX);
    put_i32(&w, 2);
    b = batch_of((struct bytes){w.data, (int32_t)w.len});
    ck_assert_int_eq(b.producer, 42);
    ck_assert_int_eq(b.epoch, 3);
    ck_assert_int_eq(b.first, INT32_MAX);
    ck_assert_int_eq(b.last, 0);
    ck_assert_int_eq(batch_of((struct bytes){w.data, 60}).producer, -1);
    w.data[16] = 1;
    b = batch_of((struct bytes){w.data, (int32_t)w.len});
    ck_assert_int_eq(b.producer, -1);
    ck_assert_int_eq(batch_of((struct bytes){NULL, -1}).producer, -1);
    writer_done(&w);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, reads_within_bounds, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, what_is_written_is_read);
    tcase_add_loop_test(tc, a_batch_is_appended_once, 0, ARRAY_LEN(sequences));
    tcase_add_test(tc, a_batch_tells_its_sequences);
}

SUITE_MAIN("mock codec", fill)
