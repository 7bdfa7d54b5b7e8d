/* test_on_time.c - steps at due times, on a clock moved by the test alone:
 * prepared ahead, prepared anew, held, and beside a call that hangs. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "engine/timeline_own.h"
#include "support/suite.h"

enum { STEPS = 4 };

static struct step asked_for[STEPS];
static struct plan_step steps[STEPS];
static struct plan plan = {.steps = steps, .steps_len = STEPS};
static struct field field;
static struct timeline timeline;
static const struct baseline unknown;
static struct sampler *sampler;
static char dir[64];
static struct clk real;

/* ---- a clock, a thing, and a kind of fault counting calls ---- */

static int64_t now_us;

static int64_t told_now(void *ctx)
{
    (void)ctx;
    return now_us;
}

static void told_sleep(void *ctx, int64_t at_us)
{
    (void)ctx;
    now_us = at_us;
}

static const struct clk told = {told_now, told_sleep, NULL};

static void ignore(void *ctx, int64_t at_us, const char *actor,
                   const char *what, json_t *body)
{
    (void)ctx, (void)at_us, (void)actor, (void)what;
    json_decref(body);
}

static const struct event_sink events = {ignore, NULL};

/* Threads of the pool write value and captures. */
static atomic_int value;    /* of the thing changed by every fault */
static atomic_int captures; /* so far */
static bool lands;          /* proofs come */
static const char *led;     /* the moving target */

static int take(const struct fault_call *c, json_t **ret, struct err *err)
{
    (void)c, (void)err;
    captures++;
    *ret = json_pack("{s:i}", "value", (int)value);
    return 0;
}

static int change(const struct fault_call *c, struct err *err)
{
    (void)c, (void)err;
    value++;
    return 0;
}

static int shows(const struct fault_call *c, json_t *proof, struct err *err)
{
    (void)c, (void)proof, (void)err;
    return lands;
}

static int put_back(const struct fault_call *c, struct err *err)
{
    (void)err;
    value = (int)json_integer_value(json_object_get(c->captured, "value"));
    return 0;
}

static int find(struct field *f, struct rng draw, struct target *t,
                struct err *err)
{
    (void)f, (void)draw;
    if (!led)
        return err_set(err, -EAGAIN, "nobody leads");
    (void)snprintf(t->name, sizeof(t->name), "%s",
                   strcmp(t->words, "leader") == 0 ? led : t->words);
    return 0;
}

static int any_words(const char *words, struct target_claim *ret,
                     struct err *err)
{
    (void)words, (void)ret, (void)err;
    return 0;
}

static const struct target_ops thing = {
    .key = "thing", .words = "any", .check = any_words, .resolve = find};

static const struct fault_ops counted = {.name = "counted",
                                         .target = &thing,
                                         .capture = take,
                                         .apply = change,
                                         .landed = shows,
                                         .revert = put_back};

static void setup(void)
{
    static const struct plan none;
    const struct sampler_spec pulse = {.plan = &none, .clk = &real};
    struct err err = {0};

    real = clk_real();
    now_us = 0;
    value = 100;
    captures = 0;
    lands = true;
    led = "a";
    field = (struct field){.clk = &told, .events = &events};
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-on-time-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(sampler_start(&pulse, &sampler, &err), 0);
    plan.scenario.timeouts.fault_lands_us = 30 * (int64_t)US_PER_S;
    plan.scenario.timeouts.revert_us = 30 * (int64_t)US_PER_S;
    for (size_t i = 0; i < STEPS; i++) {
        asked_for[i] = (struct step){.at_us = 3600 * (int64_t)US_PER_S,
                                     .for_us = 100 * US_PER_MS,
                                     .target = "other"};
        (void)snprintf(asked_for[i].path, sizeof(asked_for[i].path),
                       "timeline[%zu]", i);
        steps[i] = (struct plan_step){.step = &asked_for[i], .ops = &counted};
    }
}

static void teardown(void)
{
    struct err err = {0};

    timeline_done(&timeline);
    sampler_free(sampler);
    ck_assert_int_eq(remove_tree(dir, &err), 0);
}

static void begin(void)
{
    const struct timeline_spec spec = {.plan = &plan,
                                       .field = &field,
                                       .sampler = sampler,
                                       .baseline = &unknown,
                                       .undo_dir = dir};

    timeline_init(&timeline, &spec);
}

/* Move the clock on in steps of a millisecond. */
static void go_on_until(int64_t at_us)
{
    struct err err = {0};

    for (; now_us <= at_us; now_us += US_PER_MS)
        ck_assert_int_ge(timeline_tick(&timeline, &err), 0);
}

static int value_in_journal(size_t i)
{
    AUTO_FREE char *path = path_of("%s/%zu.json", dir, i);
    AUTO_JSON json_t *record = NULL;
    struct err err = {0};

    if (json_read(path, &record, &err) < 0)
        return -1;
    return (int)json_integer_value(
        json_object_get(json_object_get(record, "kept"), "value"));
}

/* ---- tests --------------------------------------------------------------- */

START_TEST(a_step_is_journalled_ahead_and_applied_at_its_time)
{
    asked_for[0].at_us = 2 * US_PER_S;
    begin();
    go_on_until(1600 * US_PER_MS);
    ck_assert_int_eq(value_in_journal(0), 100);
    ck_assert_int_eq(value, 100);
    ck_assert(!timeline.steps[0].applied);
    go_on_until(2 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].due_us, 2 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].began_us, 2 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].landed_us, 2 * US_PER_S);
    ck_assert_int_eq(value, 101);
    go_on_until(3 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].reverted_us, 2100 * US_PER_MS);
    ck_assert_int_eq(value_in_journal(0), -1);
    ck_assert_int_eq(captures, 1);
}
END_TEST

/* The value restored must be the value before every fault. */
START_TEST(what_another_step_changed_is_captured_anew)
{
    asked_for[0].at_us = 2 * US_PER_S;
    asked_for[1].at_us = 2050 * US_PER_MS; /* the first is still in force */
    begin();
    go_on_until(2090 * US_PER_MS);
    ck_assert(timeline.steps[0].applied && !timeline.steps[1].applied);
    ck_assert_int_eq(value, 101);
    go_on_until(3 * US_PER_S);
    ck_assert_int_eq(timeline.steps[1].began_us, 2100 * US_PER_MS);
    ck_assert_str_eq(timeline.steps[1].waits_for, "timeline[0]");
    ck_assert_int_eq(value, 100);
}
END_TEST

START_TEST(steps_close_to_each_other_on_one_thing_are_on_time)
{
    for (size_t i = 0; i < STEPS; i++)
        asked_for[i].at_us = US_PER_S + (int64_t)i * 200 * US_PER_MS;
    begin();
    go_on_until(3 * US_PER_S);
    for (size_t i = 0; i < STEPS; i++)
        ck_assert_int_eq(timeline.steps[i].began_us, timeline.steps[i].due_us);
    ck_assert_int_eq(captures, STEPS); /* none in vain */
    ck_assert_int_eq(value, 100);
}
END_TEST

START_TEST(a_target_that_moved_is_prepared_anew)
{
    asked_for[0].at_us = 2 * US_PER_S;
    asked_for[0].target = "leader";
    begin();
    go_on_until(1900 * US_PER_MS);
    ck_assert_str_eq(timeline.steps[0].target.name, "a");
    ck_assert_int_eq(captures, 1);
    led = "b";
    go_on_until(2 * US_PER_S);
    ck_assert_str_eq(timeline.steps[0].target.name, "b");
    ck_assert_int_eq(timeline.steps[0].began_us, 2 * US_PER_S);
    ck_assert_int_eq(captures, 2);
}
END_TEST

START_TEST(a_target_missing_ahead_of_time_fails_nothing)
{
    asked_for[0].at_us = 2 * US_PER_S;
    led = NULL;
    begin();
    go_on_until(1990 * US_PER_MS);
    ck_assert_int_eq(timeline.steps[0].state, STEP_WAITING);
    led = "a";
    go_on_until(2 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].began_us, 2 * US_PER_S);
}
END_TEST

START_TEST(a_proof_that_does_not_come_delays_no_other_thing)
{
    asked_for[0].at_us = US_PER_S;
    asked_for[1].at_us = 1500 * US_PER_MS;
    asked_for[1].target = "another";
    lands = false;
    begin();
    go_on_until(2 * US_PER_S);
    ck_assert_int_eq(timeline.steps[0].state, STEP_APPLIED);
    ck_assert_int_eq(timeline.steps[1].began_us, 1500 * US_PER_MS);
}
END_TEST

START_TEST(a_step_prepared_and_not_begun_leaves_no_record)
{
    struct err err = {0};

    asked_for[0].at_us = 2 * US_PER_S;
    begin();
    go_on_until(1900 * US_PER_MS);
    ck_assert_int_eq(timeline.steps[0].state, STEP_READY);
    ck_assert_int_eq(timeline_heal(&timeline, &err), 0);
    ck_assert_int_eq(value_in_journal(0), -1);
    ck_assert(!timeline.steps[0].applied);
    ck_assert_int_eq(value, 100);
}
END_TEST

/* ---- on the real clock --------------------------------------------------- */

static pthread_mutex_t hook_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t unhook = PTHREAD_COND_INITIALIZER;
static bool hooked;

static int hang(const struct fault_call *c, struct err *err)
{
    (void)c, (void)err;
    pthread_mutex_lock(&hook_lock);
    while (hooked)
        (void)pthread_cond_wait(&unhook, &hook_lock);
    pthread_mutex_unlock(&hook_lock);
    return 0;
}

static const struct fault_ops hanging = {.name = "hanging",
                                         .target = &thing,
                                         .apply = hang,
                                         .landed = shows,
                                         .revert = put_back};

static int others_done(void *ctx, struct err *err)
{
    bool done = true;

    (void)ctx;
    ck_assert_int_ge(timeline_tick(&timeline, err), 0);
    timeline_lock(&timeline);
    for (size_t i = 1; i < STEPS; i++)
        done &= timeline.steps[i].mended_us >= 0;
    timeline_unlock(&timeline);
    return done;
}

START_TEST(a_call_that_hangs_delays_no_other_step)
{
    struct err err = {0};

    field.clk = &real;
    hooked = true;
    for (size_t i = 0; i < STEPS; i++) {
        asked_for[i].at_us = (int64_t)i * 20 * US_PER_MS;
        asked_for[i].target = (const char *[]){"a", "b", "c", "d"}[i];
        asked_for[i].for_us = US_PER_MS;
    }
    steps[0].ops = &hanging;
    begin();
    ck_assert_int_eq(timeline_start(&timeline, &err), 0);
    ck_assert_msg(wait_until(&real, others_done, NULL, US_PER_MS,
                             60 * (int64_t)US_PER_S, "the others", &err) == 0,
                  "%s", err.text);
    timeline_lock(&timeline);
    ck_assert_int_eq(timeline.steps[0].state, STEP_APPLIED);
    ck_assert_int_eq(timeline.steps[0].applied_us, -1);
    timeline_unlock(&timeline);
    pthread_mutex_lock(&hook_lock);
    hooked = false;
    pthread_cond_broadcast(&unhook);
    pthread_mutex_unlock(&hook_lock);
    ck_assert_int_eq(timeline_heal(&timeline, &err), 0);
    ck_assert_ptr_null(timeline.pool);
    ck_assert_int_ge(timeline.steps[0].mended_us, 0);
}
END_TEST

static int hang_capture(const struct fault_call *c, json_t **ret,
                        struct err *err)
{
    *ret = json_object();
    return hang(c, err);
}

static const struct fault_ops looking_long = {.name = "looking_long",
                                              .target = &thing,
                                              .capture = hang_capture,
                                              .apply = change,
                                              .landed = shows,
                                              .revert = put_back};

static int is_busy(void *ctx, struct err *err)
{
    bool busy;

    (void)ctx, (void)err;
    timeline_lock(&timeline);
    busy = timeline.steps[0].busy;
    timeline_unlock(&timeline);
    return busy;
}

static int interrupted(void *ctx, struct err *err)
{
    (void)ctx;
    return err_set(err, -EINTR, "interrupted");
}

START_TEST(a_preparation_that_hangs_does_not_keep_an_interrupted_run)
{
    struct err err = {0};
    int64_t began_us;

    field.clk = &real;
    hooked = true;
    asked_for[0].at_us = 0;
    steps[0].ops = &looking_long;
    begin();
    timeline.spec.of_use = interrupted;
    ck_assert_int_eq(timeline_start(&timeline, &err), 0);
    ck_assert_msg(wait_until(&real, is_busy, NULL, US_PER_MS,
                             clk_now(&real) + 60 * (int64_t)US_PER_S,
                             "the capture", &err) == 0,
                  "%s", err.text);
    began_us = clk_now(&real);
    ck_assert_int_eq(timeline_heal(&timeline, &err), 0);
    ck_assert_int_lt(clk_now(&real) - began_us, 30 * (int64_t)US_PER_S);
    ck_assert(!timeline.steps[0].applied);
    ck_assert(!timeline_has_ended(&timeline));
    pthread_mutex_lock(&hook_lock);
    hooked = false;
    pthread_cond_broadcast(&unhook);
    pthread_mutex_unlock(&hook_lock);
    ck_assert(
        pool_stop(timeline.pool, clk_now(&real) + 60 * (int64_t)US_PER_S));
    timeline.pool = NULL;
    ck_assert(!timeline.steps[0].applied);
    ck_assert_int_eq(value, 100);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_step_is_journalled_ahead_and_applied_at_its_time);
    tcase_add_test(tc, what_another_step_changed_is_captured_anew);
    tcase_add_test(tc, steps_close_to_each_other_on_one_thing_are_on_time);
    tcase_add_test(tc, a_target_that_moved_is_prepared_anew);
    tcase_add_test(tc, a_target_missing_ahead_of_time_fails_nothing);
    tcase_add_test(tc, a_proof_that_does_not_come_delays_no_other_thing);
    tcase_add_test(tc, a_step_prepared_and_not_begun_leaves_no_record);
    tcase_add_test(tc, a_call_that_hangs_delays_no_other_step);
    tcase_add_test(tc,
                   a_preparation_that_hangs_does_not_keep_an_interrupted_run);
}

SUITE_MAIN("on time", fill)
