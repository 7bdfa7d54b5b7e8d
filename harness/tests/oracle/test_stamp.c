/* test_stamp.c - stamps: found, proven, told from remains and from strangers.
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "oracle/stamp.h"
#include "support/suite.h"

static const struct stamp extremes[] = {
    {0, 0, 0},
    {1, 1, 1},
    {UINT32_MAX, 0xffffff, 0xffffffffffff},
    {7, 3, 12345678901},
    {0x80000000u, 0x800000, 0x800000000000},
    {0, 0xffffff, 0},
    {0, 0, (uint64_t)1 << 44},
};

static void same(const struct stamp *a, const struct stamp *b)
{
    ck_assert_uint_eq(a->run, b->run);
    ck_assert_uint_eq(a->stream, b->stream);
    ck_assert_uint_eq(a->seq, b->seq);
}

START_TEST(a_stamp_comes_back)
{
    char text[STAMP_LEN];
    struct stamp s;
    size_t hint = 0;

    stamp_write(&extremes[_i], text);
    ck_assert_int_eq(stamp_find(text, STAMP_LEN, &hint, &s), STAMP_INTACT);
    same(&s, &extremes[_i]);
}
END_TEST

/* A record written today must be readable for ever. */
START_TEST(the_text_of_a_stamp_is_pinned)
{
    const struct stamp s = {7, 3, 12345};
    char text[STAMP_LEN + 1] = {0};

    stamp_write(&s, text);
    ck_assert_str_eq(text, "iolu000001r0001g000000r3jepzvc");
    ck_assert(strncmp(stamp_payload(&s, 16), "h1p2zv6ybgt01s9d", 16) == 0);
}
END_TEST

START_TEST(only_lower_case_letters_and_digits_are_written)
{
    struct rng r = rng_for(1, "alphabet");

    for (int i = 0; i < 2000; i++) {
        const struct stamp s = {(uint32_t)rng_next(&r),
                                (uint32_t)rng_next(&r) & 0xffffff,
                                rng_next(&r) & 0xffffffffffff};
        char text[STAMP_LEN + 1] = {0};

        stamp_write(&s, text);
        ck_assert_uint_eq(strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"),
                          STAMP_LEN);
        ck_assert_uint_eq(strcspn(text + 4, "ilou"), STAMP_LEN - 4);
        ck_assert_ptr_null(memmem(stamp_payload(&s, 4096), 4096, "iolu", 4));
    }
}
END_TEST

START_TEST(any_single_changed_letter_is_noticed)
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    const struct stamp s = {7, 3, 99};
    char text[STAMP_LEN];
    char was;

    stamp_write(&s, text);
    was = text[_i];
    for (int k = 0; k < 32; k++) {
        struct stamp got;
        size_t hint = 0;

        if (digits[k] == was)
            continue;
        text[_i] = digits[k];
        ck_assert_int_eq(stamp_find(text, STAMP_LEN, &hint, &got), STAMP_CUT);
        ck_assert(stamp_cut_is_of(text, STAMP_LEN, 7));
    }
}
END_TEST

START_TEST(a_stamp_cut_anywhere_is_cut_and_still_ours)
{
    const struct stamp s = {7, 3, 99};
    char text[STAMP_LEN];
    struct stamp got;
    size_t hint = 0;

    stamp_write(&s, text);
    ck_assert_int_eq(stamp_find(text, (size_t)_i, &hint, &got), STAMP_CUT);
    ck_assert(stamp_cut_is_of(text, (size_t)_i, 7));
    if (_i > 4 + 6)
        ck_assert(!stamp_cut_is_of(text, (size_t)_i, 0x70000000));
}
END_TEST

START_TEST(without_the_magic_there_is_no_stamp)
{
    static const char *const texts[] = {
        "", "i", "iol", "{\"id\": 12}", "IOLU0000", "iol u"};
    struct stamp got;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size_t hint = 0;

        ck_assert_int_eq(stamp_find(texts[i], strlen(texts[i]), &hint, &got),
                         STAMP_NONE);
    }
}
END_TEST

START_TEST(a_stamp_is_found_wherever_it_moved)
{
    const struct stamp s = {7, 3, 99};
    char text[400];
    size_t hint = 0;

    for (size_t at = 0; at + STAMP_LEN <= sizeof(text); at += 37) {
        struct stamp got;

        memset(text, 'u', sizeof(text));
        memcpy(text, "iolu nothing", 12);
        stamp_write(&s, text + at);
        ck_assert_int_eq(stamp_find(text, sizeof(text), &hint, &got),
                         STAMP_INTACT);
        ck_assert_uint_eq(hint, at);
        same(&got, &s);
    }
}
END_TEST

START_TEST(payloads_differ_between_neighbours)
{
    const struct stamp a = {7, 3, 99}, b = {7, 3, 100}, c = {7, 4, 99},
                       d = {8, 3, 99};
    const char *p = stamp_payload(&a, 32);

    ck_assert(memcmp(p, stamp_payload(&b, 32), 32) != 0);
    ck_assert(memcmp(p, stamp_payload(&c, 32), 32) != 0);
    ck_assert(memcmp(p, stamp_payload(&d, 32), 32) != 0);
    ck_assert_ptr_eq(p, stamp_payload(&a, STAMP_PAYLOAD_MAX));
}
END_TEST

/* Over every carry: within the digits that counting up rewrites, and beyond. */
static const struct stamp awaited[] = {
    {7, 3, 0},
    {7, 3, 0xffffff - 5000},
    {UINT32_MAX, 0xffffff, 0xffffffffff - 5000},
    {0, 0, 0xffffffffffff - 5000},
};

START_TEST(what_is_awaited_is_what_is_written)
{
    struct stamp s = awaited[_i];
    struct stamp_ahead a;

    stamp_await(&a, &s, 70);
    for (int i = 0; i < 10000; i++) {
        char text[STAMP_LEN];

        same(&a.is, &s);
        stamp_write(&s, text);
        ck_assert_mem_eq(a.text, text, STAMP_LEN);
        ck_assert_ptr_eq(a.payload, stamp_payload(&s, 70));
        s.seq = (s.seq + 1) & 0xffffffffffff;
        stamp_await_next(&a, 70);
    }
}
END_TEST

START_TEST(keys_are_even_and_in_range)
{
    uint32_t of[10] = {0};
    char key[32], want[32];

    for (uint64_t i = 0; i < 10000; i++) {
        uint32_t n = stamp_key_number(3, i, 10);

        ck_assert_uint_lt(n, 10);
        of[n]++;
        ck_assert_uint_eq(stamp_key(3, i, 10, key), strlen(key));
        (void)snprintf(want, sizeof(want), "s3k%u", n);
        ck_assert_str_eq(key, want);
    }
    for (int i = 0; i < 10; i++)
        ck_assert(of[i] > 800 && of[i] < 1200);
    ck_assert_uint_eq(stamp_key_number(9, 9, 1), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_stamp_comes_back, 0, ARRAY_LEN(extremes));
    tcase_add_test(tc, the_text_of_a_stamp_is_pinned);
    tcase_add_test(tc, only_lower_case_letters_and_digits_are_written);
    tcase_add_loop_test(tc, any_single_changed_letter_is_noticed, 4, STAMP_LEN);
    tcase_add_loop_test(tc, a_stamp_cut_anywhere_is_cut_and_still_ours, 4,
                        STAMP_LEN);
    tcase_add_test(tc, without_the_magic_there_is_no_stamp);
    tcase_add_test(tc, a_stamp_is_found_wherever_it_moved);
    tcase_add_test(tc, payloads_differ_between_neighbours);
    tcase_add_loop_test(tc, what_is_awaited_is_what_is_written, 0,
                        ARRAY_LEN(awaited));
    tcase_add_test(tc, keys_are_even_and_in_range);
}

SUITE_MAIN("stamp", fill)
