/* test_stream_marks.c - telling replays from echoes by marks of a stream. */
#include "observe/watching.h"
#include "support/suite.h"

enum { STREAM = 1, OTHER = 2 };

static struct stream_marks marks;

static void teardown(void)
{
    stream_marks_done(&marks);
}

static bool is_old(uint32_t stream, uint64_t seq, double at_s)
{
    return stream_marks_note(&marks, stream, seq, (int64_t)(at_s * US_PER_S));
}

/* A record each tenth of a second. */
static void go_on(uint32_t stream, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++)
        ck_assert(!is_old(stream, i, 0.1 * (double)i));
}

START_TEST(what_came_long_ago_is_old)
{
    go_on(STREAM, 0, 200);
    ck_assert(is_old(STREAM, 0, 20));
    ck_assert(is_old(STREAM, 139, 20));
    ck_assert(!is_old(STREAM, 171, 20));
    ck_assert(!is_old(STREAM, 199, 20));
    ck_assert(!is_old(STREAM, 200, 20));
}
END_TEST

/* A stream with every record doubled at once replays nothing. */
START_TEST(an_echo_is_not_old)
{
    for (uint64_t i = 0; i < 200; i++) {
        ck_assert(!is_old(STREAM, i, 0.1 * (double)i));
        ck_assert(!is_old(STREAM, i, 0.1 * (double)i + 0.01));
        if (i >= 10)
            ck_assert(!is_old(STREAM, i - 10, 0.1 * (double)i + 0.02));
    }
}
END_TEST

START_TEST(after_a_pause_all_before_it_is_old)
{
    go_on(STREAM, 0, 10);
    ck_assert(!is_old(STREAM, 10, 60));
    ck_assert(!is_old(STREAM, 10, 60.1));
    ck_assert(is_old(STREAM, 9, 60.2));
}
END_TEST

START_TEST(each_stream_has_its_own)
{
    go_on(STREAM, 0, 200);
    for (uint32_t i = 0; i < 40; i++)
        ck_assert(!is_old(OTHER + i, 5, 20));
    ck_assert(!is_old(OTHER, 0, 20));
    ck_assert(is_old(STREAM, 5, 20));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, what_came_long_ago_is_old);
    tcase_add_test(tc, an_echo_is_not_old);
    tcase_add_test(tc, after_a_pause_all_before_it_is_old);
    tcase_add_test(tc, each_stream_has_its_own);
}

SUITE_MAIN("marks of streams", fill)
