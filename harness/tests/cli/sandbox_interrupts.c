/* sandbox_interrupts.c - one Ctrl-C in each phase of an embedded run: the run
 * ends soon, in good order, with its evidence. */
#include <signal.h>

#include "base/attr.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "killing.h"

/* Each phase ends within 2 s. After Ctrl-C the run still goes through heal,
 * stop load and replay, and a busy machine needs some seconds more. */
enum { END_US = 10 * US_PER_S };

static const char *const phases[] = {
    "connect", "steady", "timeline", "quiet", "drain", "replay",
};

static void interrupt_in(enum sandbox mode, int number)
{
    struct killing k;
    AUTO_JSON json_t *run = NULL;
    struct clk real = clk_real();
    struct err err = {0};
    int64_t asked_us;

    killing_start(&k, mode, "embedded", 7 + (uint64_t)number);
    await_phase(&k, phases[number]);
    asked_us = clk_now(&real);
    ck_assert_int_eq(kill(pid_of(&k, OUTER), SIGINT), 0);
    ck_assert_msg(wait_until(&real, is_over, &k, 20 * US_PER_MS,
                             asked_us + patience_us, "the end", &err) == 0,
                  "%s", err.text);
    ck_assert_msg(clk_now(&real) - asked_us < END_US, "%s took %.1f s",
                  phases[number],
                  (double)(clk_now(&real) - asked_us) / US_PER_S);
    find_run(&k);
    run = json_of(&k, "run.json");
    ck_assert_msg(look_is(run, "outcome", "inconclusive"), "%s: %s",
                  phases[number], look_text(run, "outcome"));
    ck_assert(!look_true(run, "run.broken_off"));
    nothing_is_left(&k);
    killing_done(&k);
}

START_TEST(in_namespaces)
{
    interrupt_in(SANDBOX_ON, _i);
}
END_TEST

START_TEST(in_the_fallback)
{
    interrupt_in(SANDBOX_OFF, _i);
}
END_TEST

static void fill(TCase *tc, int first)
{
    if (first == 0)
        tcase_add_loop_test(tc, in_namespaces, 0, 1);
    tcase_add_loop_test(tc, in_the_fallback, 0, (int)ARRAY_LEN(phases));
}

BOTH_MODES_MAIN("embedded runs interrupted", fill, 120)
