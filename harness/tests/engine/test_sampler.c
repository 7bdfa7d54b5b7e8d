/* test_sampler.c - the pulse of a run, over an endpoint with missing answers.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/own.h"
#include "engine/sampler_own.h"
#include "support/suite.h"

/* Sleeping moves the clock, and rests a little for other threads: valgrind runs
 * a single thread at a time. */
enum { REST_US = 1000 };

static atomic_llong now_us;

static void rest(void)
{
    struct clk real = clk_real();

    clk_sleep(&real, REST_US);
}

static int64_t clock_now(void *ctx)
{
    (void)ctx;
    return atomic_load(&now_us);
}

static void clock_sleep(void *ctx, int64_t at_us)
{
    (void)ctx;
    if (at_us > atomic_load(&now_us))
        atomic_store(&now_us, at_us);
    rest();
}

static const struct clk jumping = {clock_now, clock_sleep, NULL};

/* 100 more at each call; every third call has no answer. */
static int counts(struct endpoint *e, struct endpoint_counts *ret,
                  struct err *err)
{
    static uint64_t asked;

    (void)e;
    if (++asked % 3 == 0)
        return err_set(err, -EIO, "not now");
    ret->accepted = 100 * asked;
    return 0;
}

START_TEST(what_cannot_be_told_now_is_as_it_was)
{
    static const struct endpoint_ops ops = {.counts = counts};
    struct endpoint e = {&ops};
    struct endpoint *endpoints[] = {&e};
    struct plan_station station = {.name = "shop", .ops = &ops};
    struct plan plan = {.stations = &station, .stations_len = 1};
    struct sampler_spec spec = {
        .plan = &plan, .endpoints = endpoints, .clk = &jumping};
    AUTO_FREE struct sample *at = NULL;
    struct sampler *s;
    struct err err = {0};
    size_t n = 0;

    ck_assert_msg(sampler_start(&spec, &s, &err) == 0, "%s", err.text);
    while (n < 9) {
        rest();
        free(at);
        n = sampler_since(s, 0, &at);
    }
    sampler_stop(s);
    for (size_t i = 0; i < 9; i++)
        ck_assert_uint_eq(at[i].delivered[0], 100 * (i % 3 == 2 ? i : i + 1));
    sampler_free(s);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, what_cannot_be_told_now_is_as_it_was);
}

SUITE_MAIN("sampler", fill)
