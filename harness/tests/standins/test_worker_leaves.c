/* test_worker_leaves.c - a task can end during a rebalance: partitions asked
 * back and not yet given up must not keep the task from ending. */
#include <dlfcn.h>
#include <stdatomic.h>

#include "support/http_sink_fixture.h"
#include "support/suite.h"

enum { EACH = 20 };

/* The window in which librdkafka purges an answer to a rebalance (issue 4884):
 * between the moments when the task has begun to leave, and when the consumer's
 * group handler has ended. */
static atomic_bool leaving, ended;
static atomic_int late; /* rebalance answers of the first task since leaving */

static void (*their_log)(const rd_kafka_t *rk, int level, const char *facility,
                         const char *text);

static void on_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    struct clk clk = clk_real();

    if (level < 7)
        their_log(rk, level, facility, text);
    if (!atomic_load(&leaving) || !rk || !strstr(rd_kafka_name(rk), "-0#") ||
        !strstr(text, "-> term"))
        return;
    atomic_store(&ended, true);
    clk_sleep(&clk, 300 * US_PER_MS); /* holds up librdkafka's own thread */
}

/* Interposes librdkafka's function for the code under test. */
void rd_kafka_conf_set_log_cb(rd_kafka_conf_t *conf,
                              void (*log_cb)(const rd_kafka_t *rk, int level,
                                             const char *facility,
                                             const char *text))
{
    typeof(rd_kafka_conf_set_log_cb) *real;
    char why[128];

    *(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_conf_set_log_cb");
    ck_assert_msg(real != NULL, "no rd_kafka_conf_set_log_cb");
    their_log = log_cb;
    ck_assert_int_eq(rd_kafka_conf_set(conf, "debug", "cgrp", why, sizeof(why)),
                     RD_KAFKA_CONF_OK);
    real(conf, on_log);
}

static void await_end_of_consumer(void)
{
    int64_t until_us = clk_monotonic_us() + US_PER_S;
    struct clk clk = clk_real();

    while (!atomic_load(&ended) && clk_monotonic_us() < until_us)
        clk_sleep(&clk, US_PER_MS);
}

rd_kafka_resp_err_t rd_kafka_assign(rd_kafka_t *rk,
                                    const rd_kafka_topic_partition_list_t *list)
{
    typeof(rd_kafka_assign) *real;

    *(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_assign");
    ck_assert_msg(real != NULL, "no rd_kafka_assign");
    if (atomic_load(&leaving) && strstr(rd_kafka_name(rk), "-0#")) {
        atomic_fetch_add(&late, 1);
        await_end_of_consumer();
    }
    return real(rk, list);
}

START_TEST(a_task_ends_while_its_group_rebalances)
{
    struct task *one, *two;

    produce_range(&core, core.topic, 0, 0, EACH);
    one = start_task(&core, SINK, "max.poll.records", "1");
    await_committed(&core, 0, EACH);
    control(&http, "{\"answer\":{\"delay\":\"700ms\",\"share\":\"0%\"}}");
    produce_range(&core, core.topic, 0, EACH, EACH + 1);
    await_rows(200, EACH + 1); /* the task waits for a response */
    two = start_of(&core, 1, (const char *const[]){SINK, NULL}, false);
    clk_sleep(&core.clk, 300 * US_PER_MS);
    atomic_store(&leaving, true);
    task_stop(one, STOP_US);
    ck_assert_int_gt(atomic_load(&late), 0);
    control(&http, "{}");
    produce_range(&core, core.topic, 0, EACH + 1, 2 * EACH);
    await_committed(&core, 0, 2 * EACH);
    task_stop(two, STOP_US);
    accepted_are(0, 2 * EACH);
}
END_TEST

static void fill(TCase *tc)
{
    http_sink_fixtures(tc);
    tcase_add_test(tc, a_task_ends_while_its_group_rebalances);
}

SUITE_MAIN("worker: leaves", fill)
