/* test_undeclared.c - time that a scenario does not ask for. */
#include "verdict/undeclared.h"

#include "base/attr.h"
#include "base/clk.h"
#include "base/own.h"
#include "support/suite.h"

#define S *(int64_t)US_PER_S

static const struct {
    const char *phase;
    int64_t lasted_us, window_us, flush_us, want_us;
} cases[] = {
    {"up", 4 S, 0, 0, 4 S},
    {"warm-up", 4 S, 0, 0, 0},
    {"timeline", 4 S, 0, 0, 0},
    {"quiet", 4 S, 0, 0, 0},
    {"steady", 4 S, 1 S, 0, 1 S},
    {"steady", 4 S, 0, 0, 4 S}, /* no baseline was found */
    {"steady", 2 S, 1 S, 0, 0},
    {"drain", 4 S, 0, 1 S, 3 S},
    {"drain", 4 S, 0, 60 S, 0},
    {"replay", 4 S, 1 S, 1 S, 4 S},
};

START_TEST(only_what_is_not_asked_for_counts)
{
    AUTO_JSON json_t *phases = json_pack(
        "[{s:s, s:I, s:I}]", "name", cases[_i].phase, "from_us", (json_int_t)7,
        "to_us", (json_int_t)(7 + cases[_i].lasted_us));

    ck_assert_int_eq(undeclared_us(phases, cases[_i].lasted_us,
                                   cases[_i].window_us, cases[_i].flush_us),
                     cases[_i].want_us);
}
END_TEST

START_TEST(time_between_phases_counts)
{
    AUTO_JSON json_t *none = json_array();

    ck_assert_int_eq(undeclared_us(none, 5 S, 1 S, 1 S), 5 S);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, only_what_is_not_asked_for_counts, 0,
                        (int)ARRAY_LEN(cases));
    tcase_add_test(tc, time_between_phases_counts);
}

SUITE_MAIN("undeclared time", fill)
