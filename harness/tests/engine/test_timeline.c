/* A timeline that is over: what comes late belongs to its disturbances. */
#include "engine/timeline.h"

#include <string.h>

#include "client/mock.h"
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

/* A generation without members, as a broker writes it. */
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

/* Killed, mended and recovered: nothing is left to be done with it. */
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
    int64_t from, to, generation;
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
    ck_assert(timeline_window(&timeline, 0, FLUSH_US, &from, &to));
    ck_assert_int_eq(from, r->asked_us);
    ck_assert_int_eq(to, generation + FLUSH_US);
    ck_assert(!timeline_window(&timeline, 1, FLUSH_US, &from, &to));
    ck_assert_int_eq(r->noticed_us, -1); /* that is another matter */
}
END_TEST

static void hold_shop(const struct target *t, char *out, size_t size)
{
    (void)t;
    (void)snprintf(out, size, "endpoint shop");
}

static const struct fault_ops grip = {.name = "grip", .holds = hold_shop};

/* Both would capture what was before the other, and put that back. */
START_TEST(of_two_steps_due_at_once_the_second_waits)
{
    struct err err = {0};

    for (size_t i = 0; i < 2; i++) {
        steps[i].ops = &grip;
        (void)snprintf(asked_for[i].path, sizeof(asked_for[i].path),
                       "timeline[%zu]", i);
    }
    ck_assert_int_ge(timeline_tick(&timeline, &err), 0);
    ck_assert_int_eq(timeline.steps[0].state, STEP_RESOLVING);
    ck_assert_int_eq(timeline.steps[1].state, STEP_WAITING);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_rebalance_after_the_recovery_is_part_of_it);
    tcase_add_test(tc, of_two_steps_due_at_once_the_second_waits);
}

SUITE_MAIN("timeline", fill)
