/* test_outside.c - events done to a run by somebody else, and by the run. */
#include <signal.h>

#include "base/attr.h"
#include "base/clk.h"
#include "support/suite.h"
#include "verdict/outside.h"

enum { EXITED_3 = 3 << 8 }; /* as in wait(2) */

static const struct {
    const char *what;
    struct process_end end;
    bool foreign;
} ends[] = {
    {"a node that was killed", {.wait_status = SIGKILL}, true},
    {"a node that a fault may have killed",
     {.disturbed = true, .wait_status = SIGKILL},
     false},
    {"a node that was taken away",
     {.removed = true, .wait_status = SIGKILL},
     false},
    {"a node that exits", {.wait_status = EXITED_3}, false},
    {"a node that crashes", {.wait_status = SIGSEGV}, false},
    {"a node that was asked to end", {.wait_status = SIGTERM}, false},
};

START_TEST(an_end_is_foreign_or_not)
{
    ck_assert_msg(end_is_foreign(&ends[_i].end) == ends[_i].foreign, "%s",
                  ends[_i].what);
}
END_TEST

static const struct {
    const char *what;
    struct broker_seen at[2];
    size_t n;
    bool gone;
} brokers[] = {
    {"none at all", {{0}}, 0, false},
    {"one that runs", {{0}}, 1, false},
    {"one that has ended", {{.ended = true}}, 1, true},
    {"one that comes back", {{.ended = true, .comes_back = true}}, 1, false},
    {"one of two", {{.ended = true}, {0}}, 2, false},
    {"both", {{.ended = true}, {.ended = true}}, 2, true},
    {"both, and the second comes back",
     {{.ended = true}, {.ended = true, .comes_back = true}},
     2,
     false},
};

START_TEST(brokers_are_left_or_not)
{
    ck_assert_msg(brokers_are_gone(brokers[_i].at, brokers[_i].n) ==
                      brokers[_i].gone,
                  "%s", brokers[_i].what);
}
END_TEST

START_TEST(a_second_is_no_step_of_the_clock)
{
    ck_assert(!clock_is_set(0));
    ck_assert(!clock_is_set(US_PER_S - 1));
    ck_assert(!clock_is_set(1 - US_PER_S));
    ck_assert(clock_is_set(US_PER_S));
    ck_assert(clock_is_set(-US_PER_S));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, an_end_is_foreign_or_not, 0, ARRAY_LEN(ends));
    tcase_add_loop_test(tc, brokers_are_left_or_not, 0, ARRAY_LEN(brokers));
    tcase_add_test(tc, a_second_is_no_step_of_the_clock);
}

SUITE_MAIN("outside", fill)
