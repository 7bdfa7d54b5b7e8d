/* test_clk.c - waiting, on a jumping clock: hours pass in no time. */
#include "base/clk.h"
#include "support/suite.h"

#include <errno.h>
#include <string.h>

/* A clock with sleeps that end at once, and a condition met at `met_us`. */
struct fake {
    int64_t now_us;
    int64_t met_us; /* -1: never */
    int rc_at;      /* returned by the condition from met_us on */
    int asked;
    const char *why;
};

static int64_t fake_now(void *ctx)
{
    return ((struct fake *)ctx)->now_us;
}

static void fake_sleep(void *ctx, int64_t at_us)
{
    struct fake *f = ctx;

    ck_assert_int_gt(at_us, f->now_us);
    f->now_us = at_us;
}

static struct clk fake_clk(struct fake *f)
{
    return (struct clk){fake_now, fake_sleep, f};
}

static int met(void *ctx, struct err *err)
{
    struct fake *f = ctx;

    f->asked++;
    if (f->met_us >= 0 && f->now_us >= f->met_us) {
        if (f->rc_at < 0 && f->why)
            return err_set(err, f->rc_at, "%s", f->why);
        return f->rc_at;
    }
    if (f->why)
        err_set(err, -EAGAIN, "%s", f->why);
    return 0;
}

static const struct {
    const char *what;
    int64_t met_us, every_us, deadline_us;
    int rc_at;
    const char *why;
    int want_rc;
    int64_t want_now;
    int want_asked;
    const char *want_text;
} waits[] = {
    {"at once", 0, 100, 1000, 1, NULL, 0, 0, 1, ""},
    {"later", 250, 100, 1000, 1, NULL, 0, 300, 4, ""},
    {"just at the deadline", 1000, 300, 1000, 1, NULL, 0, 1000, 5, ""},
    {"never", -1, 10000000, 30000000, 1, NULL, -ETIMEDOUT, 30000000, 4,
     "never: not within 30.0s"},
    {"never, with a reason", -1, 15000000, 30000000, 1, "1 of 2 tasks RUNNING",
     -ETIMEDOUT, 30000000, 3,
     "never, with a reason: not within 30.0s: 1 of 2 tasks RUNNING"},
    {"refused", 200, 100, 1000, -EPERM, "no right", -EPERM, 200, 3,
     "refused: no right"},
    {"refused in silence", 0, 100, 1000, -EPERM, NULL, -EPERM, 0, 1,
     "refused in silence: Operation not permitted"},
    {"a deadline that is past", -1, 100, -5, 1, NULL, -ETIMEDOUT, 0, 1,
     "a deadline that is past: not within 0.0s"},
};

START_TEST(waiting_ends_as_the_table_says)
{
    struct fake f = {.met_us = waits[_i].met_us,
                     .rc_at = waits[_i].rc_at,
                     .why = waits[_i].why};
    struct clk c = fake_clk(&f);
    struct err err = {0};
    int rc = wait_until(&c, met, &f, waits[_i].every_us, waits[_i].deadline_us,
                        waits[_i].what, &err);

    ck_assert_msg(rc == waits[_i].want_rc, "%s: %d", waits[_i].what, rc);
    ck_assert_int_eq(f.now_us, waits[_i].want_now);
    ck_assert_int_eq(f.asked, waits[_i].want_asked);
    ck_assert_str_eq(err.text, waits[_i].want_text);
}
END_TEST

START_TEST(a_clock_that_jumps_over_the_deadline_asks_once_more)
{
    struct fake f = {.met_us = 5000000, .rc_at = 1};
    struct clk c = fake_clk(&f);
    struct err err = {0};

    f.now_us = 60000000;
    ck_assert_int_eq(wait_until(&c, met, &f, 100, 1000, "late", &err), 0);
    ck_assert_int_eq(f.asked, 1);
}
END_TEST

START_TEST(the_real_clock_begins_at_zero_and_sleeps)
{
    struct clk c = clk_real();
    int64_t before = clk_now(&c);

    clk_sleep(&c, 2000);
    ck_assert_int_ge(before, 0);
    ck_assert_int_lt(before, 10 * US_PER_S);
    ck_assert_int_ge(clk_now(&c) - before, 2000);
}
END_TEST

START_TEST(two_clocks_of_one_origin_agree)
{
    int64_t origin = clk_monotonic_us() - 5 * US_PER_S;
    struct clk a = clk_real_from(origin), b = clk_real_from(origin);
    int64_t first = clk_now(&a), second = clk_now(&b);

    ck_assert_int_ge(first, 5 * US_PER_S);
    ck_assert_int_ge(second, first);
    ck_assert_int_lt(second - first, 10 * US_PER_S);
}
END_TEST

START_TEST(wall_time_is_written_as_rfc_3339)
{
    char out[25];

    clk_format_wall(INT64_C(1795192267123456), out);
    ck_assert_str_eq(out, "2026-11-20T16:31:07.123Z");
    clk_format_wall(0, out);
    ck_assert_str_eq(out, "1970-01-01T00:00:00.000Z");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, waiting_ends_as_the_table_says, 0,
                        ARRAY_LEN(waits));
    tcase_add_test(tc, a_clock_that_jumps_over_the_deadline_asks_once_more);
    tcase_add_test(tc, the_real_clock_begins_at_zero_and_sleeps);
    tcase_add_test(tc, two_clocks_of_one_origin_agree);
    tcase_add_test(tc, wall_time_is_written_as_rfc_3339);
}

SUITE_MAIN("clk", fill)
