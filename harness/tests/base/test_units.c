/* test_units.c - quantities read, quantities refused, and exact writers whose
 * text the readers accept. */
#include "base/units.h"
#include "support/suite.h"

#include <errno.h>

enum what { DURATION, RATE, SIZE, SHARE };

static int read_as(enum what what, const char *text, int64_t *ret)
{
    switch (what) {
    case DURATION:
        return duration_read(text, ret);
    case RATE:
        return rate_read(text, ret);
    case SIZE:
        return size_read(text, ret);
    case SHARE:
        return share_read(text, ret);
    }
    abort(); /* no default: -Wswitch names a forgotten value */
}

static const struct {
    enum what what;
    const char *text;
    int64_t want; /* -1: refused */
} reads[] = {
    {DURATION, "10s", 10000000},
    {DURATION, "0s", 0},
    {DURATION, "250ms", 250000},
    {DURATION, "1.5s", 1500000},
    {DURATION, "0.1s", 100000},
    {DURATION, "7us", 7},
    {DURATION, "2m", 120000000},
    {DURATION, "1h", INT64_C(3600000000)},
    {DURATION, "10", -1},
    {DURATION, "10 s", -1},
    {DURATION, "10S", -1},
    {DURATION, "-1s", -1},
    {DURATION, "+1s", -1},
    {DURATION, " 1s", -1},
    {DURATION, "1s ", -1},
    {DURATION, "1e3s", -1},
    {DURATION, "0x10s", -1},
    {DURATION, "infs", -1},
    {DURATION, "nans", -1},
    {DURATION, "1.s", -1},
    {DURATION, ".5s", -1},
    {DURATION, "1.2.3s", -1},
    {DURATION, "0.5us", -1},
    {DURATION, "99999999999999999999h", -1},
    {DURATION, "s", -1},
    {DURATION, "", -1},
    {RATE, "2000/s", 2000},
    {RATE, "0.5/s", -1},
    {RATE, "2000", -1},
    {RATE, "2000/m", -1},
    {SIZE, "200B", 200},
    {SIZE, "1kB", 1000},
    {SIZE, "1KiB", 1024},
    {SIZE, "1.5KiB", 1536},
    {SIZE, "384MiB", 402653184},
    {SIZE, "1MB", 1000000},
    {SIZE, "2GiB", INT64_C(2147483648)},
    {SIZE, "1.5B", -1},
    {SIZE, "1KB", -1},
    {SIZE, "200", -1},
    {SHARE, "50%", 500000},
    {SHARE, "0.5%", 5000},
    {SHARE, "0.0001%", 1},
    {SHARE, "0.00001%", -1},
    {SHARE, "100%", 1000000},
    {SHARE, "50", -1},
};

START_TEST(a_text_with_a_unit_is_read_or_refused)
{
    int64_t got = 12345;
    int rc = read_as(reads[_i].what, reads[_i].text, &got);

    if (reads[_i].want < 0) {
        ck_assert_msg(rc == -EINVAL, "\"%s\" was taken", reads[_i].text);
        ck_assert_msg(got == 12345, "\"%s\" changed *ret", reads[_i].text);
        return;
    }
    ck_assert_msg(rc == 0, "\"%s\" was refused", reads[_i].text);
    ck_assert_int_eq(got, reads[_i].want);
}
END_TEST

static const struct {
    int64_t us;
    const char *want;
} durations[] = {
    {1, "1us"},        {999, "999us"},           {1000, "1ms"},
    {250000, "250ms"}, {999949, "999.9ms"},      {999999, "1s"},
    {1500000, "1.5s"}, {12345678, "12.3s"},      {60000000, "60s"},
    {120000000, "2m"}, {90 * 60000000LL, "90m"},
};

START_TEST(a_duration_is_written_for_people)
{
    char out[UNITS_TEXT_MAX];

    duration_write(durations[_i].us, out);
    ck_assert_str_eq(out, durations[_i].want);
}
END_TEST

static const struct {
    int64_t bytes;
    const char *want;
} sizes[] = {
    {0, "0B"},         {200, "200B"},         {1023, "1023B"},
    {1024, "1KiB"},    {1536, "1.5KiB"},      {1048575, "1MiB"},
    {1048576, "1MiB"}, {402653184, "384MiB"},
};

START_TEST(a_size_is_written_for_people)
{
    char out[UNITS_TEXT_MAX];

    size_write(sizes[_i].bytes, out);
    ck_assert_str_eq(out, sizes[_i].want);
}
END_TEST

static const struct {
    enum what what;
    int64_t value;
    const char *want;
} exact[] = {
    {DURATION, 0, "0s"},
    {DURATION, 1250000, "1250ms"},
    {DURATION, 1, "1us"},
    {DURATION, 90000000, "90s"},
    {DURATION, 120000000, "2m"},
    {DURATION, INT64_C(3600000000), "1h"},
    {SIZE, 0, "0B"},
    {SIZE, 200, "200B"},
    {SIZE, 1500, "1500B"},
    {SIZE, 65536, "64KiB"},
    {SIZE, INT64_C(2147483648), "2GiB"},
    {SHARE, 0, "0%"},
    {SHARE, 500000, "50%"},
    {SHARE, 5000, "0.5%"},
    {SHARE, 500, "0.05%"},
    {SHARE, 333333, "33.3333%"},
};

START_TEST(what_is_written_exactly_reads_back_the_same)
{
    char out[UNITS_TEXT_MAX];
    int64_t back = -1;

    if (exact[_i].what == DURATION)
        duration_write_exact(exact[_i].value, out);
    else if (exact[_i].what == SIZE)
        size_write_exact(exact[_i].value, out);
    else
        share_write(exact[_i].value, out);
    ck_assert_str_eq(out, exact[_i].want);
    ck_assert_int_eq(read_as(exact[_i].what, out, &back), 0);
    ck_assert_int_eq(back, exact[_i].value);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_text_with_a_unit_is_read_or_refused, 0,
                        ARRAY_LEN(reads));
    tcase_add_loop_test(tc, a_duration_is_written_for_people, 0,
                        ARRAY_LEN(durations));
    tcase_add_loop_test(tc, a_size_is_written_for_people, 0, ARRAY_LEN(sizes));
    tcase_add_loop_test(tc, what_is_written_exactly_reads_back_the_same, 0,
                        ARRAY_LEN(exact));
}

SUITE_MAIN("units", fill)
