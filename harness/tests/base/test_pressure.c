/* test_pressure.c - the kernel's numbers are read, and made into shares. */
#include "base/pressure.h"
#include "support/suite.h"

static const struct {
    const char *text, *kind;
    int64_t want;
} totals[] = {
    {"some avg10=1.00 avg60=0.00 avg300=0.00 total=129048718\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=17\n",
     "some", 129048718},
    {"some avg10=1.00 avg60=0.00 avg300=0.00 total=129048718\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=17\n",
     "full", 17},
    {"some avg10=1.00 avg60=0.00 avg300=0.00 total=4", "some", 4},
    {"some avg10=1.00 avg60=0.00 avg300=0.00 total=4\n", "full", -1},
    {"some avg10=1.00\nfull avg10=0.00 total=5\n", "some", -1},
    {"something avg10=1.00 total=5\n", "some", -1},
    {"", "some", -1},
};

START_TEST(totals_are_read)
{
    ck_assert_int_eq(pressure_total(totals[_i].text, totals[_i].kind),
                     totals[_i].want);
}
END_TEST

static const struct {
    int64_t took_us, from_us, to_us, want;
} shares[] = {
    {1000000, 500, 250500, 250000},
    {1000000, 500, 500, 0},
    {1000000, 500, 1000500, 1000000},
    {1000000, 500, 1000900, 1000000}, /* read a little later */
    {0, 500, 700, 0},
    {1000000, 500, 400, 0},
};

START_TEST(shares_are_of_the_time_between)
{
    struct pressure from = {.at_us = 77}, to = from;

    to.at_us += shares[_i].took_us;
    ck_assert_int_eq(
        pressure_share(&from, &to, shares[_i].from_us, shares[_i].to_us),
        shares[_i].want);
}
END_TEST

START_TEST(what_this_machine_tells_does_not_go_back)
{
    struct pressure from = pressure_now(), to = pressure_now();

    ck_assert_int_eq(from.known, to.known);
    ck_assert_int_ge(to.at_us, from.at_us);
    ck_assert(!to.known || to.cpu_us >= from.cpu_us);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, totals_are_read, 0,
                        sizeof(totals) / sizeof(*totals));
    tcase_add_loop_test(tc, shares_are_of_the_time_between, 0,
                        sizeof(shares) / sizeof(*shares));
    tcase_add_test(tc, what_this_machine_tells_does_not_go_back);
}

SUITE_MAIN("pressure", fill)
