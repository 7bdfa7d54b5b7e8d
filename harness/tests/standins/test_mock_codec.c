/* test_mock_codec.c - reading within bounds, writing, heads of batches, and the
 * sequence check. */
#include "standins/mock/codec.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/crc32c.h"
#include "base/memory.h"
#include "base/rng.h"
#include "standins/mock/batch.h"
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

/* A batch of one record, with the fields at the given places overwritten. */
static struct writer batch_with(size_t at, uint8_t byte)
{
    struct writer key = {0}, value = {0}, w = {0};

    put_raw(&key, "k", 1);
    put_raw(&value, "value", 5);
    batch_put(&w, &key, &value, 1700000000123);
    if (at > 0)
        w.data[at] = byte;
    writer_done(&key);
    writer_done(&value);
    return w;
}

static struct bytes bytes_of(const struct writer *w)
{
    return (struct bytes){w->data, (int32_t)w->len};
}

/* The CRC in the header, of the bytes as they are now. */
static void sign(struct writer *w)
{
    set_i32(w, 17, (int32_t)crc32c(0, w->data + 21, w->len - 21));
}

START_TEST(a_batch_tells_its_head)
{
    struct writer w = batch_with(0, 0);
    struct batch_head h;

    set_i32(&w, 43, 0); /* producer id 42, epoch 3 */
    set_i32(&w, 47, 42);
    set_i32(&w, 51, 0x00037fff);
    w.data[55] = w.data[56] = 0xff; /* sequence 2^31 - 1 */
    sign(&w);
    ck_assert_int_eq(batch_check(bytes_of(&w), &h), NO_ERROR);
    ck_assert_int_eq(h.base, 0);
    ck_assert_int_eq(h.size, (int)w.len);
    ck_assert_int_eq(h.count, 1);
    ck_assert_int_eq(h.base_ms, 1700000000123);
    ck_assert_int_eq(h.max_ms, 1700000000123);
    ck_assert(!h.compressed);
    ck_assert_int_eq(h.sequence.producer, 42);
    ck_assert_int_eq(h.sequence.epoch, 3);
    ck_assert_int_eq(h.sequence.first, INT32_MAX);
    ck_assert_int_eq(h.sequence.last, INT32_MAX);
    set_i32(&w, 57, 2); /* records */
    set_i32(&w, 23, 1); /* last offset delta */
    ck_assert(batch_head_read(w.data, w.len, &h));
    ck_assert_int_eq(h.sequence.last, 0);
    writer_done(&w);
}
END_TEST

/* One byte of a batch overwritten; `signed_`: with the right CRC for it. */
static const struct {
    const char *name;
    size_t at;
    uint8_t byte;
    bool signed_;
    int16_t want;
} damages[] = {
    {"none", 0, 0, true, NO_ERROR},
    {"a value flipped", 70, 1, false, CORRUPT_MESSAGE},
    {"an older format", 16, 1, true, UNSUPPORTED_FOR_MESSAGE_FORMAT},
    {"a newer format", 16, 3, true, UNSUPPORTED_FOR_MESSAGE_FORMAT},
    {"a length too small", 11, 48, true, INVALID_RECORD},
    {"a negative length", 8, 0x80, true, INVALID_RECORD},
    {"a length too large", 10, 1, true, INVALID_RECORD},
    {"no records", 60, 0, true, INVALID_RECORD},
    {"more records than offsets", 60, 2, true, INVALID_RECORD},
    {"negative last offset delta", 23, 0xff, true, INVALID_RECORD},
    {"a transaction", 22, 0x10, true, INVALID_RECORD},
    {"a control batch", 22, 0x20, true, INVALID_RECORD},
};

START_TEST(a_damaged_batch_is_refused)
{
    struct writer w = batch_with(damages[_i].at, damages[_i].byte);
    struct batch_head h;

    if (damages[_i].signed_)
        sign(&w);
    ck_assert_msg(batch_check(bytes_of(&w), &h) == damages[_i].want, "%s: %d",
                  damages[_i].name, batch_check(bytes_of(&w), &h));
    for (int32_t len = 0; len < (int32_t)w.len; len++)
        ck_assert(batch_check((struct bytes){w.data, len}, &h) != NO_ERROR);
    ck_assert_int_eq(batch_check((struct bytes){NULL, -1}, &h),
                     CORRUPT_MESSAGE);
    writer_done(&w);
}
END_TEST

START_TEST(a_batch_finds_a_time)
{
    struct writer w = batch_with(0, 0);
    struct batch_head h;
    int64_t offset, ms;

    ck_assert(batch_head_read(w.data, w.len, &h));
    ck_assert(batch_find_time(w.data, &h, 0, 1700000000123, &offset, &ms));
    ck_assert_int_eq(offset, 0);
    ck_assert_int_eq(ms, 1700000000123);
    ck_assert(!batch_find_time(w.data, &h, 0, 1700000000124, &offset, &ms));
    ck_assert(!batch_find_time(w.data, &h, 1, 1700000000123, &offset, &ms));
    h.count = 2; /* the second is not there */
    ck_assert(!batch_find_time(w.data, &h, 0, 1700000000124, &offset, &ms));
    h.compressed = true;
    ck_assert(batch_find_time(w.data, &h, 0, 1700000000123, &offset, &ms));
    ck_assert(!batch_find_time(w.data, &h, 0, 1700000000124, &offset, &ms));
    writer_done(&w);
}
END_TEST

/* A batch with bytes overwritten at random and the right CRC: an
 * accepted batch has the whole length, and a search stays within its offsets.
 */
START_TEST(a_batch_of_anything_is_read_within_bounds)
{
    struct rng draw = {.s = 4711};

    for (int i = 0; i < 100000; i++) {
        struct writer w = batch_with(0, 0);
        struct batch_head h;
        int64_t offset, ms;
        uint8_t *exact; /* a read beyond the end is seen by sanitizers */

        for (uint64_t k = rng_below(&draw, 4); k > 0; k--)
            w.data[rng_below(&draw, w.len)] = (uint8_t)rng_next(&draw);
        w.len -= rng_below(&draw, 8) ? 0 : rng_below(&draw, w.len - 21);
        sign(&w);
        exact = must_malloc(w.len);
        memcpy(exact, w.data, w.len);
        if (batch_check((struct bytes){exact, (int32_t)w.len}, &h) ==
                NO_ERROR &&
            batch_find_time(exact, &h, 0, (int64_t)rng_next(&draw), &offset,
                            &ms))
            ck_assert(offset >= h.base && offset <= batch_last(&h));
        free(exact);
        writer_done(&w);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, reads_within_bounds, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, what_is_written_is_read);
    tcase_add_loop_test(tc, a_batch_is_appended_once, 0, ARRAY_LEN(sequences));
    tcase_add_test(tc, a_batch_tells_its_head);
    tcase_add_loop_test(tc, a_damaged_batch_is_refused, 0, ARRAY_LEN(damages));
    tcase_add_test(tc, a_batch_finds_a_time);
    tcase_add_test(tc, a_batch_of_anything_is_read_within_bounds);
}

SUITE_MAIN("mock codec", fill)
