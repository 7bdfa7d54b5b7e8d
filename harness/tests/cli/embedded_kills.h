/* embedded_kills.h - kill -9 of any of the three processes of an embedded
 * run, at MOMENTS moments drawn over the whole length of a run. Only
 * evidence may be left; the content of the sink is judged, and the topics
 * are reported as gone.
 */
#ifndef TESTS_CLI_EMBEDDED_KILLS_H
#define TESTS_CLI_EMBEDDED_KILLS_H

#include <unistd.h>

#include "base/file.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/rng.h"
#include "killing.h"

#ifndef MOMENTS
#define MOMENTS 6
#endif

/* The length of a run on a quiet machine. */
static const uint64_t whole_run_us = 13 * US_PER_S;

static bool has_reason(const json_t *run, const char *part)
{
    size_t i;
    json_t *o;
    bool has = false;

    json_array_foreach (look(run, "reasons"), i, o)
        has |= strstr(json_string_value(o), part) != NULL;
    return has;
}

/* True if the run has certainly sent records: the phase reached lies seconds
 * after the start of the load. */
static bool surely_sent(const struct killing *k)
{
    static const char *const phases[] = {
        "timeline", "heal", "quiet", "stop load", "drain", "replay", "down"};

    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (strcmp(k->phase, phases[i]) == 0)
            return true;
    return false;
}

/* The verdict on a run that has sent records: the sink was read, the topic
 * could not be read. */
static void sink_is_judged(const struct killing *k)
{
    AUTO_FREE char *start = path_of("%s/start.json", k->run);
    AUTO_JSON json_t *run = NULL;
    size_t i;
    json_t *o;
    int code = verify(k, &run);

    if (access(start, F_OK) < 0) { /* killed before start.json was written */
        ck_assert_int_eq(code, EXIT_WRONG_USAGE);
        ck_assert_msg(!surely_sent(k), "no start.json in %s", k->phase);
        return;
    }
    ck_assert_int_eq(code, OUTCOME_INCONCLUSIVE);
    if (look_int(run, "load.acknowledged") <= 0) {
        ck_assert_msg(!surely_sent(k), "nothing was sent by %s", k->phase);
        return;
    }
    ck_assert_uint_ge(look_len(run, "stations"), 2);
    ck_assert(has_reason(run, "the topics of the embedded platform ended"));
    json_array_foreach (look(run, "stations"), i, o) {
        bool sink = look_is(o, "name", "shop");

        ck_assert_msg(look_true(o, "read") == sink, "%s: %s",
                      look_text(o, "name"), look_text(o, "why_not"));
    }
}

static void kill_at_a_moment(enum sandbox mode, int number)
{
    AUTO_FREE char *name = path_of("moment %d", number);
    struct rng draw = rng_for(20261124, name);
    enum victim victim = (enum victim)rng_below(&draw, VICTIMS);
    int64_t after_us = (int64_t)rng_below(&draw, whole_run_us);
    struct clk clk = clk_real();
    struct err err = {0};
    struct killing k;

    killing_start(&k, mode, "embedded", 1 + (uint64_t)number);
    let_run(&k, after_us);
    /* Before the keeper begins and after the keeper's end, the outer program
     * is the only victim. */
    if (!kill_one(&k, victim) && !kill_one(&k, OUTER))
        ck_assert_msg(wait_until(&clk, is_over, &k, 20 * US_PER_MS, leave_us,
                                 "its own end", &err) == 0,
                      "%s", err.text);
    dprintf(1, "%2d: %s after %.1fs, in \"%s\"\n", number, victim_names[victim],
            (double)after_us / US_PER_S, k.phase);
    find_run(&k);
    nothing_is_left(&k);
    if (k.run)
        sink_is_judged(&k);
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

BOTH_MODES_MAIN("embedded runs killed", fill, 120)

#endif
