/* test_worker_refused.c - records refused for good fail the task, or go to the
 * dead-letter topic, as configured. */
#include <unistd.h>

#include "base/own.h"
#include "support/http_sink_fixture.h"
#include "support/suite.h"

START_TEST(a_refusal_fails_the_task_after_what_was_taken_is_committed)
{
    struct task *t;

    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK);
    await_committed(&core, 0, 10);
    control(&http, "{\"answer\":{\"status\":400}}");
    produce_range(&core, core.topic, 0, 10, 20);
    await_state(&core, TASK_FAILED);
    ck_assert_ptr_nonnull(strstr(core.trace, "expected status 2xx, got 400"));
    task_stop(t, STOP_US);
    ck_assert_int_eq(committed(&core, 0), 10);
    control(&http, "{}");
    t = start_task(&core, SINK);
    await_committed(&core, 0, 20);
    task_stop(t, STOP_US);
    accepted_are(0, 20);
}
END_TEST

static const char *dead_topic(void)
{
    static char name[32];

    (void)snprintf(name, sizeof(name), "dead-%d", (int)getpid());
    return name;
}

#define DLQ_HEADERS                                                            \
    "errors.tolerance", "all", "errors.deadletterqueue.topic.name",            \
        dead_topic(), "errors.deadletterqueue.context.headers.enable", "true"

START_TEST(refused_records_go_to_the_dead_letter_topic)
{
    AUTO_FREE char *want = lines_of(0, 10);
    AUTO_FREE char *dead = NULL, *offsets = NULL, *stages = NULL;
    struct task *t;

    topic_create(core.producer, dead_topic(), 1, 1, 0);
    control(&http, "{\"answer\":{\"status\":400}}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, DLQ_HEADERS);
    await_committed(&core, 0, 10);
    control(&http, "{}");
    produce_range(&core, core.topic, 0, 10, 20);
    await_committed(&core, 0, 20);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    accepted_are(10, 20);
    dead = read_topic(&core, dead_topic(), 10, NULL);
    ck_assert_str_eq(dead, want);
    offsets = read_topic(&core, dead_topic(), 10, "__connect.errors.offset");
    ck_assert_str_eq(offsets, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    stages = read_topic(&core, dead_topic(), 1, "__connect.errors.stage");
    ck_assert_str_eq(stages, "TASK_PUT\n");
}
END_TEST

/* The offset must not be committed before the dead-letter topic has the record.
 */
START_TEST(a_dead_letter_topic_that_refuses_fails_the_task)
{
    struct task *t;

    topic_create_set(core.producer, dead_topic(), 1, 1,
                     (struct client_setting){"max.message.bytes", "70"}, 0);
    control(&http, "{\"answer\":{\"status\":400}}");
    t = start_task(&core, SINK, DLQ_HEADERS);
    await_state(&core, TASK_RUNNING);
    produce_range(&core, core.topic, 0, 0, 1);
    await_state(&core, TASK_FAILED);
    ck_assert_msg(
        strstr(core.trace,
               rd_kafka_err2str(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)) != NULL,
        "%s", core.trace);
    task_stop(t, STOP_US);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
}
END_TEST

START_TEST(tolerated_without_a_topic_they_are_skipped)
{
    struct task *t;

    control(&http, "{\"answer\":{\"status\":400}}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, "errors.tolerance", "all", "errors.log.enable",
                   "true");
    await_committed(&core, 0, 10);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(without_a_credential_401_is_a_refusal)
{
    struct task *t;

    control(&http, "{\"answer\":{\"status\":401}}");
    produce_range(&core, core.topic, 0, 0, 1);
    t = start_task(&core, SINK);
    await_state(&core, TASK_FAILED);
    task_stop(t, STOP_US);
}
END_TEST

static void fill(TCase *tc)
{
    http_sink_fixtures(tc);
    tcase_add_test(tc,
                   a_refusal_fails_the_task_after_what_was_taken_is_committed);
    tcase_add_test(tc, refused_records_go_to_the_dead_letter_topic);
    tcase_add_test(tc, a_dead_letter_topic_that_refuses_fails_the_task);
    tcase_add_test(tc, tolerated_without_a_topic_they_are_skipped);
    tcase_add_test(tc, without_a_credential_401_is_a_refusal);
}

SUITE_MAIN("worker: refused", fill)
