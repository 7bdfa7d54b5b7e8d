/* test_worker_stays.c - a task stays in its group through refused commits,
 * removal from the group, and long waits. */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/own.h"
#include "support/http_sink_fixture.h"
#include "support/raw_requests.h"
#include "support/suite.h"

enum { EACH = 100, API_LEAVE_GROUP = 13 };

/* While `strange` > 0, commits are sent through a client that is no member, so
 * the broker refuses the commits. */
static rd_kafka_t *stranger; /* NULL: never */
static atomic_int strange;   /* commits still to be sent so */

/* Interposes librdkafka's function for the code under test. */
rd_kafka_resp_err_t rd_kafka_commit_queue(
    rd_kafka_t *rk, const rd_kafka_topic_partition_list_t *offsets,
    rd_kafka_queue_t *queue,
    void (*cb)(rd_kafka_t *rk, rd_kafka_resp_err_t code,
               rd_kafka_topic_partition_list_t *list, void *ctx),
    void *ctx)
{
    typeof(rd_kafka_commit_queue) *real;

    *(void **)&real = dlsym(RTLD_NEXT, "rd_kafka_commit_queue");
    ck_assert_msg(real != NULL, "no rd_kafka_commit_queue");
    if (stranger && atomic_fetch_sub(&strange, 1) > 0)
        rk = stranger;
    return real(rk, offsets, queue, cb, ctx);
}

START_TEST(a_commit_that_is_refused_comes_again)
{
    struct task *t;

    stranger = outsider(&core);
    atomic_store(&strange, 2);
    produce_range(&core, core.topic, 0, 0, EACH);
    t = start_task(&core, SINK);
    await_committed(&core, 0, EACH);
    ck_assert_int_lt(atomic_load(&strange), 0);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    rd_kafka_destroy(stranger);
    accepted_are(0, EACH);
}
END_TEST

/* Remove a member, as the coordinator does when a session ends. */
static void throw_out(const char *member)
{
    AUTO_FD int fd = broker_dial(mock.brokers[1].client);
    struct writer w = {0};
    struct answer a;
    char group[64];

    (void)snprintf(group, sizeof(group), "connect-%s", core.connector);
    put_string(&w, group);
    put_string(&w, member);
    a = ask(fd, API_LEAVE_GROUP, 0, &w);
    ck_assert_int_eq(get_i16(&a.body), 0);
    answer_done(&a);
}

START_TEST(a_member_that_was_thrown_out_comes_back)
{
    AUTO_FREE char *was = NULL, *is = NULL;
    struct task *t;

    t = start_task(&core, SINK);
    produce_range(&core, core.topic, 0, 0, EACH / 2);
    await_committed(&core, 0, EACH / 2);
    await_members(&core, 1, &was);
    throw_out(was);
    await_members(&core, 1, &is);
    ck_assert_str_ne(is, was);
    produce_range(&core, core.topic, 0, EACH / 2, EACH);
    await_committed(&core, 0, EACH);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    accepted_are(0, EACH);
}
END_TEST

/* The member has to survive more than two sessions while repeating a delivery.
 * Under valgrind, beside another test, a heartbeat may be half a second late,
 * so a session lasts three times as long. */
START_TEST(repeating_keeps_the_member_in_its_group)
{
    struct task *t;

    control(&http, "{\"answer\":{\"status\":503}}");
    produce_range(&core, core.topic, 0, 0, 20);
    t = start_task(&core, SINK, "consumer.override.session.timeout.ms", "1500",
                   "consumer.override.max.poll.interval.ms", "1500");
    await_rows(503, 1);
    clk_sleep(&core.clk, 3600 * US_PER_MS);
    control(&http, "{}");
    await_committed(&core, 0, 20);
    task_stop(t, STOP_US);
    accepted_are(0, 20);
}
END_TEST

/* No broker answers when the task leaves. The task must end in time all the
 * same, and a later task must take over once the broker answers again. */
START_TEST(a_task_ends_while_its_brokers_stand_still)
{
    struct task *t;
    int64_t began_us;

    produce_range(&core, core.topic, 0, 0, EACH / 2);
    t = start_task(&core, SINK);
    await_committed(&core, 0, EACH / 2);
    broker_signal(&mock, 1, SIGSTOP);
    began_us = clk_monotonic_us();
    task_stop(t, 500 * US_PER_MS);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 4 * US_PER_S);
    broker_signal(&mock, 1, SIGCONT);
    t = start_task(&core, SINK);
    produce_range(&core, core.topic, 0, EACH / 2, EACH);
    await_committed(&core, 0, EACH);
    task_stop(t, STOP_US);
    accepted_are(0, EACH);
}
END_TEST

static void fill(TCase *tc)
{
    http_sink_fixtures(tc);
    tcase_add_test(tc, a_commit_that_is_refused_comes_again);
    tcase_add_test(tc, a_member_that_was_thrown_out_comes_back);
    tcase_add_test(tc, repeating_keeps_the_member_in_its_group);
    tcase_add_test(tc, a_task_ends_while_its_brokers_stand_still);
}

SUITE_MAIN("worker: stays", fill)
