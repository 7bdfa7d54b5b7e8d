/* test_disturbance.c - the window of a fault, by what became of the fault. */
#include "support/suite.h"
#include "verdict/disturbance.h"

enum { FLUSH = 100 };

static const struct {
    const char *what;
    struct fault_life life; /* applied, asked, applied, mended, recovered,
                               last generation */
    bool disturbed;
    int64_t from, to;
} rows[] = {
    {"it was refused", {false, 10, -1, -1, -1, -1}, false, 0, 0},
    {"it was never mended", {true, 10, 11, -1, -1, -1}, true, 10, INT64_MAX},
    {"no recovery was seen", {true, 10, 11, 20, -1, 30}, true, 10, INT64_MAX},
    {"it recovered", {true, 10, 11, 20, 30, -1}, true, 10, 130},
    {"a generation came later", {true, 10, 11, 20, 30, 40}, true, 10, 140},
    {"a generation came before", {true, 10, 11, 20, 30, 25}, true, 10, 130},
    {"it recovered while in force", {true, 10, 11, 50, 30, -1}, true, 10, 150},
    {"it recovered and was not mended",
     {true, 10, 11, -1, 30, -1},
     true,
     10,
     130},
};

START_TEST(a_fault_has_a_window)
{
    struct window w = {0};

    ck_assert_msg(disturbance_window(&rows[_i].life, FLUSH, &w) ==
                      rows[_i].disturbed,
                  "%s", rows[_i].what);
    ck_assert_msg(w.from_us == rows[_i].from && w.to_us == rows[_i].to,
                  "%s: %lld to %lld", rows[_i].what, (long long)w.from_us,
                  (long long)w.to_us);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_fault_has_a_window, 0,
                        sizeof(rows) / sizeof(rows[0]));
}

SUITE_MAIN("disturbance", fill)
