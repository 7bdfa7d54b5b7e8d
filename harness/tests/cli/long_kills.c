/* kill -9 of any of the three processes at moments drawn over a whole run,
 * before there is a keeper and behind the verdict as well.
 */
#include "killing.h"

enum { SEED = 4711, MOMENTS = 30, JUDGE_EVERY = 5 };

/* From the start of the program to behind its end. */
static const uint64_t span_us = 40 * US_PER_S;

static const char *const scenarios[] = {"file-to-topic-to-file",
                                        "topic-to-http"};

static void stays_short_of_a_pass(const struct killing *k)
{
    AUTO_FREE char *start = path_of("%s/start.json", k->run);
    AUTO_JSON json_t *run = NULL;
    int want =
        access(start, F_OK) == 0 ? OUTCOME_INCONCLUSIVE : EXIT_WRONG_USAGE;

    ck_assert_int_eq(verify(k, &run), want);
    if (run)
        ck_assert_str_eq(look_text(run, "outcome"), "inconclusive");
}

static void kill_at_a_moment(enum sandbox mode, int number)
{
    AUTO_FREE char *name = path_of("moment %d", number);
    struct rng draw = rng_for(SEED, name);
    enum victim victim = (enum victim)rng_below(&draw, VICTIMS);
    const char *scenario = scenarios[rng_below(&draw, ARRAY_LEN(scenarios))];
    int64_t at_us = (int64_t)rng_below(&draw, span_us);
    struct clk clk = clk_real();
    struct killing k;
    struct err err = {0};

    killing_start(&k, mode, scenario, SEED + (uint64_t)number);
    let_run(&k, at_us);
    /* Before there is a keeper, or behind its end, there is the outer. */
    if (!kill_one(&k, victim) && !kill_one(&k, OUTER))
        ck_assert_msg(wait_until(&clk, is_over, &k, 20 * US_PER_MS, leave_us,
                                 "its own end", &err) == 0,
                      "%s", err.text);
    dprintf(1, "%2d: %s of %s at %.1fs, in phase %s\n", number,
            victim_names[victim], scenario, (double)at_us / US_PER_S, k.phase);
    find_run(&k);
    nothing_is_left(&k);
    if (k.run && number % JUDGE_EVERY == 0)
        stays_short_of_a_pass(&k);
    killing_done(&k);
}

START_TEST(in_namespaces)
{
    kill_at_a_moment(SANDBOX_ON, 2 * _i);
}
END_TEST

START_TEST(in_the_fallback)
{
    kill_at_a_moment(SANDBOX_OFF, 2 * _i + 1);
}
END_TEST

static void fill(TCase *tc, bool on)
{
    if (on)
        tcase_add_loop_test(tc, in_namespaces, 0, MOMENTS / 2);
    tcase_add_loop_test(tc, in_the_fallback, 0, MOMENTS / 2);
}

KILLS_MAIN("kills at any moment", fill, 300)
