/* long_kills.c - kill -9 of any of the three processes, at moments drawn
 * over a whole run: from before the keeper begins to after the verdict.
 */
#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "killing.h"

enum { SEED = 4711, MOMENTS = 30, JUDGE_EVERY = 5 };

/* "": from the start of the program */
static const char *const phases[] = {
    "",     "up",    "connect",   "warm-up", "steady", "timeline",
    "heal", "quiet", "stop load", "drain",   "replay", "down"};
enum { IN_TIMELINE = 6 }; /* the first phases, up to the timeline */

static const uint64_t span_us = 2 * US_PER_S;

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
    size_t at =
        (size_t)number / 2 % ARRAY_LEN(phases); /* each phase in both modes */
    const char *phase = phases[at];
    /* The fault of the second scenario stays in force for long, so later
     * phases take the first. */
    const char *scenario =
        scenarios[at < IN_TIMELINE ? rng_below(&draw, ARRAY_LEN(scenarios))
                                   : 0];
    int64_t after_us = (int64_t)rng_below(&draw, span_us);
    struct clk clk = clk_real();
    struct killing k;
    struct err err = {0};

    killing_start(&k, mode, scenario, SEED + (uint64_t)number);
    await_phase(&k, phase);
    let_run(&k, after_us);
    /* Before the keeper begins and after the keeper's end, the outer program
     * is the only victim. */
    if (!kill_one(&k, victim) && !kill_one(&k, OUTER))
        ck_assert_msg(wait_until(&clk, is_over, &k, 20 * US_PER_MS, leave_us,
                                 "its own end", &err) == 0,
                      "%s", err.text);
    dprintf(1, "%2d: %s of %s, %.1fs into \"%s\"\n", number,
            victim_names[victim], scenario, (double)after_us / US_PER_S, phase);
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

static void fill(TCase *tc, int first)
{
    if (first == 0)
        tcase_add_loop_test(tc, in_namespaces, 0, MOMENTS / 2);
    tcase_add_loop_test(tc, in_the_fallback, 0, MOMENTS / 2);
}

BOTH_MODES_MAIN("kills at any moment", fill, 300)
