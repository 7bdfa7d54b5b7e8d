/* test_written_since.c - whether a status record was written since a question,
 * with a wall clock possibly set in between. The question is a second old. */
#include "base/clk.h"
#include "fault/connect_fault_own.h"
#include "support/suite.h"

static const struct {
    const char *what;
    int64_t set_by_s;  /* shift of the wall clock since the question */
    int64_t written_s; /* time of the record from now, by the clock now */
    bool want;
} cases[] = {
    {"after", 0, 0, true},
    {"before", 0, -3, false},
    {"after, set back", -3600, 0, true},
    {"before, set back", -3600, 3600 - 3, false},
    {"long before, set back", -3600, -60, false},
    {"after, set forward", 3600, 0, true},
    {"before, set forward", 3600, -3600 - 3, false},
};

START_TEST(a_clock_that_was_set_dates_what_was_written)
{
    int64_t now_us = clk_wall_us();
    int64_t asked_us = now_us - (cases[_i].set_by_s + 1) * US_PER_S;
    int64_t written_us = now_us + cases[_i].written_s * US_PER_S;
    bool is =
        rest_written_since(asked_us, clk_monotonic_us() - US_PER_S, written_us);

    ck_assert_msg(is == cases[_i].want, "%s", cases[_i].what);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_clock_that_was_set_dates_what_was_written, 0,
                        (int)(sizeof(cases) / sizeof(cases[0])));
}

SUITE_MAIN("written since", fill)
