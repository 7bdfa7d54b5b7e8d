/* test_timeline.c - late generations, holds, and mending, over single steps. */
#include "engine/timeline_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/mock_cluster_client.h"
#include "support/suite.h"

#define GROUP "connect-s"

enum { FLUSH_US = 2 * US_PER_S };

static struct mock cluster;
static struct clk real;
static struct step asked_for[2];
static struct plan_step steps[2];
static struct plan_hop hops[] = {{.group = GROUP}};
static struct plan plan = {
    .steps = steps, .steps_len = 2, .hops = hops, .hops_len = 1};
static struct field field;
static struct timeline timeline;

static void ignore(void *ctx, int64_t at_us, const char *actor,
                   const char *what, json_t *body)
{
    (void)ctx, (void)at_us, (void)actor, (void)what;
    json_decref(body);
}

static const struct event_sink events = {ignore, NULL};

static int no_worker(void *ctx, const char *address)
{
    (void)ctx, (void)address;
    return -1;
}

static void setup(void)
{
    struct observer_spec spec = {.kafka = &cluster.access,
                                 .consumer_offsets = true,
                                 .clk = &real,
                                 .events = &events,
                                 .worker_at = no_worker};
    struct timeline_spec of = {.plan = &plan, .field = &field};
    struct err err = {0};

    mock_open(&cluster, "__consumer_offsets", 1);
    real = clk_real();
    field = (struct field){.clk = &real, .events = &events};
    for (size_t i = 0; i < 2; i++)
        steps[i] = (struct plan_step){.step = &asked_for[i],
                                      .ops = fault_find("worker_kill")};
    ck_assert_msg(observer_start(&spec, &field.observer, &err) == 0, "%s",
                  err.text);
    timeline_init(&timeline, &of);
}

static void teardown(void)
{
    timeline_done(&timeline);
    observer_free(field.observer);
    mock_close(&cluster);
}

/* A group generation without members, in the broker's format. */
static void rebalance(void)
{
    static const char key[] = "\0\2\0\11" GROUP;
    static const char value[] = "\0\1\0\10consumer\0\0\0\7\0\5range\0\6leader"
                                "\0\0\0"; /* and the NUL: no members */
    struct sent sent = {0};
    struct kafka_producer *p = producer_into(&cluster, "__consumer_offsets",
                                             false, 10 * US_PER_S, &sent);
    struct err err = {0};

    ck_assert_int_eq(kafka_produce(p, 0, key, sizeof(key) - 1, value,
                                   sizeof(value), 0, &err),
                     0);
    kafka_producer_close(p, 10 * US_PER_S);
    ck_assert_int_eq(sent.acknowledged, 1);
}

static int has_rebalanced(void *ctx, struct err *err)
{
    (void)ctx, (void)err;
    return observer_last_generation_us(field.observer, GROUP) >= 0;
}

/* Killed, mended and recovered: nothing is left to do. */
static void recover(struct step_run *r)
{
    int64_t now = clk_now(&real);

    r->applied = r->landed = true;
    r->asked_us = r->applied_us = r->landed_us = now;
    r->mended_us = r->recovered_us = now;
    r->state = STEP_DONE;
}

START_TEST(a_rebalance_after_the_recovery_is_part_of_it)
{
    struct step_run *r = &timeline.steps[0];
    struct window window;
    int64_t generation;
    struct err err = {0};

    recover(r);
    rebalance();
    ck_assert_msg(wait_until(&real, has_rebalanced, NULL, 20 * US_PER_MS,
                             clk_now(&real) + 20 * US_PER_S, "a generation",
                             &err) == 0,
                  "%s", err.text);
    generation = observer_last_generation_us(field.observer, GROUP);
    ck_assert_int_gt(generation, r->recovered_us);
    timeline_watch(&timeline);
    ck_assert(timeline_window(&timeline, 0, FLUSH_US, &window));
    ck_assert_int_eq(window.from_us, r->asked_us);
    ck_assert_int_eq(window.to_us, generation + FLUSH_US);
    ck_assert(!timeline_window(&timeline, 1, FLUSH_US, &window));
    ck_assert_int_eq(r->noticed_us,
                     -1); /* a late generation is no first reaction */
}
END_TEST

static void hold_shop(const struct target *t, char *out, size_t size)
{
    (void)t;
    (void)snprintf(out, size, "endpoint shop");
}

static int grip_apply(const struct fault_call *c, struct err *err)
{
    (void)c, (void)err;
    return 0;
}

static int not_landed(const struct fault_call *c, json_t *proof,
                      struct err *err)
{
    (void)c, (void)proof, (void)err;
    return 0;
}

static const struct fault_ops grip = {.name = "grip",
                                      .holds = hold_shop,
                                      .apply = grip_apply,
                                      .landed = not_landed};

/* Both steps would capture the state of the other and restore the wrong state.
 */
START_TEST(of_two_steps_due_at_once_the_second_waits)
{
    char dir[] = "/tmp/ordeal-timeline-XXXXXX";
    struct err err = {0};

    ck_assert_ptr_nonnull(mkdtemp(dir));
    timeline.spec.undo_dir = dir;
    plan.scenario.timeouts.fault_lands_us = 60 * (int64_t)US_PER_S;
    for (size_t i = 0; i < 2; i++) {
        steps[i].ops = &grip;
        (void)snprintf(asked_for[i].path, sizeof(asked_for[i].path),
                       "timeline[%zu]", i);
    }
    ck_assert_int_ge(timeline_tick(&timeline, &err), 0);
    ck_assert_int_eq(timeline.steps[0].state, STEP_APPLIED);
    ck_assert_int_eq(timeline.steps[1].state, STEP_WAITING);
    ck_assert_ptr_eq(timeline.steps[1].waits_for, asked_for[0].path);
    ck_assert_int_eq(remove_tree(dir, &err), 0);
    plan.scenario.timeouts.fault_lands_us = 0;
}
END_TEST

/* ---- mending, on a clock that moves 1 s at each look -------------------- */

static int64_t looks_us;

static int64_t look_now(void *ctx)
{
    (void)ctx;
    return looks_us += US_PER_S;
}

static void look_sleep(void *ctx, int64_t at_us)
{
    (void)ctx, (void)at_us;
}

static const struct clk looking = {look_now, look_sleep, NULL};

static int answers[32]; /* results of mended() in turn, the last for good */
static size_t asked_mended;

static int silent_apply(const struct fault_call *c, struct err *err)
{
    (void)c;
    return err_set(err, -ETIMEDOUT, "no answer");
}

static int good_apply(const struct fault_call *c, struct err *err)
{
    (void)c, (void)err;
    return 0;
}

static int has_landed(const struct fault_call *c, json_t *proof,
                      struct err *err)
{
    (void)c, (void)proof, (void)err;
    return 1;
}

static int put_back(const struct fault_call *c, struct err *err)
{
    (void)c, (void)err;
    return 0;
}

static bool healing; /* mended at once */

static int is_mended(const struct fault_call *c, struct err *err)
{
    int rc = healing ? 1 : answers[asked_mended];

    (void)c;
    asked_mended += asked_mended + 1 < ARRAY_LEN(answers);
    if (rc <= 0)
        err_set(err, rc ? rc : -EAGAIN, "not yet");
    return rc;
}

static const struct fault_ops unanswered = {.name = "unanswered",
                                            .holds = hold_shop,
                                            .apply = silent_apply,
                                            .landed = has_landed,
                                            .revert = put_back,
                                            .mended = is_mended};
static const struct fault_ops mending = {.name = "mending",
                                         .holds = hold_shop,
                                         .apply = good_apply,
                                         .landed = has_landed,
                                         .revert = put_back,
                                         .mended = is_mended};

/* The first step up to a state, and then the heal. */
static struct step_run *go_through(const struct fault_ops *ops, bool heal)
{
    static char dir[] = "/tmp/ordeal-timeline-XXXXXX";
    static const struct plan none;
    struct sampler_spec pulse = {.plan = &none, .clk = &real};
    static const struct baseline unknown;
    struct err err = {0};

    ck_assert_ptr_nonnull(mkdtemp(dir));
    timeline.spec.undo_dir = dir;
    timeline.spec.baseline = &unknown;
    ck_assert_int_eq(sampler_start(&pulse, &timeline.spec.sampler, &err), 0);
    field.clk = &looking;
    plan.steps_len = 1;
    plan.scenario.timeouts.revert_us = 10 * US_PER_S;
    steps[0].ops = ops;
    asked_for[0].for_us = US_PER_S;
    for (int i = 0; i < 100; i++)
        ck_assert_int_ge(timeline_tick(&timeline, &err), 0);
    healing = heal;
    if (heal)
        ck_assert_int_eq(timeline_heal(&timeline, &err), 0);
    sampler_stop(timeline.spec.sampler);
    sampler_free(timeline.spec.sampler);
    plan.steps_len = 2;
    ck_assert_int_eq(remove_tree(dir, &err), 0);
    ck_assert_int_ge(timeline.steps[0].state, STEP_MENDED);
    return &timeline.steps[0];
}

/* All looks well, and the order may be carried out yet. */
START_TEST(an_order_without_an_answer_is_never_mended)
{
    struct step_run *r;

    answers[0] = 1;
    r = go_through(&unanswered, true);
    ck_assert_int_eq(r->mended_us, -1);
    ck_assert(r->in_journal);
    ck_assert(!r->landed);
}
END_TEST

START_TEST(what_gets_on_has_its_time_for_each_step)
{
    struct step_run *r;

    for (size_t i = 0; i < 20; i++)
        answers[i] = -EINPROGRESS;
    answers[20] = 1;
    r = go_through(&mending, false);
    ck_assert_int_gt(r->mended_us, 0);
    ck_assert_int_gt(r->mended_us - r->reverted_us, 10 * US_PER_S);
}
END_TEST

START_TEST(what_was_given_up_is_asked_again_when_all_is_healed)
{
    struct step_run *r = go_through(&mending, _i);

    ck_assert(_i ? r->mended_us > 0 : r->mended_us < 0);
    ck_assert(r->in_journal == !_i);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_rebalance_after_the_recovery_is_part_of_it);
    tcase_add_test(tc, of_two_steps_due_at_once_the_second_waits);
    tcase_add_test(tc, an_order_without_an_answer_is_never_mended);
    tcase_add_test(tc, what_gets_on_has_its_time_for_each_step);
    tcase_add_loop_test(tc, what_was_given_up_is_asked_again_when_all_is_healed,
                        0, 2);
}

SUITE_MAIN("timeline", fill)
