/* A worker's HttpSink repeats what is not taken, and loses nothing by it. */
#include "support/http_sink.h"
#include "support/suite.h"

START_TEST(refusals_that_pass_lose_nothing)
{
    struct task *t;

    control(&http, "{\"status\":429}");
    produce_range(&core, core.topic, 0, 0, 300);
    t = start_task(&core, SINK);
    await_rows(429, 2);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
    control(&http, "{\"status\":503,\"share_ppm\":100000,\"seed\":3}");
    produce_range(&core, core.topic, 0, 300, 600);
    await_rows(503, 10);
    control(&http, "{}");
    await_rows(200, 600);
    await_committed(&core, 0, 600);
    task_stop(t, STOP_US);
    accepted_are(0, 600);
}
END_TEST

/* When the first two requests were answered. */
static void first_times(int64_t ret_us[2])
{
    AUTO_FREE char *log = NULL;
    struct err err = {0};
    struct request r;
    size_t len, at = 0;

    ck_assert_int_eq(file_read(log_path, &log, &len, &err), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert(request_next(log, len, &at, &r));
        ret_us[i] = r.row.monotonic_us;
    }
}

static const int statuses[] = {429, 503};

/* The second request comes when it was told to, not when retries would. */
START_TEST(retry_after_is_waited_for)
{
    int64_t times_us[2];
    char order[64];
    struct task *t;

    (void)snprintf(order, sizeof(order), "{\"status\":%d,\"retry_after_s\":1}",
                   statuses[_i]);
    control(&http, order);
    produce_range(&core, core.topic, 0, 0, 1);
    t = start_task(&core, SINK);
    await_rows(statuses[_i], 2);
    task_stop(t, STOP_US);
    first_times(times_us);
    ck_assert_int_ge(times_us[1] - times_us[0], US_PER_S);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
}
END_TEST

START_TEST(a_reply_that_does_not_come_is_asked_for_again)
{
    struct task *t;

    control(&http, "{\"delay_us\":3600000000}");
    produce_range(&core, core.topic, 0, 0, 2);
    t = start_task(&core, SINK, "http.timeout.ms", "100");
    await_rows(200, 2); /* the first record, and once more */
    control(&http, "{}");
    await_committed(&core, 0, 2);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_stop_does_not_wait_for_a_reply)
{
    struct task *t;
    int64_t began_us;

    control(&http, "{\"delay_us\":3600000000}");
    produce_range(&core, core.topic, 0, 0, 2);
    t = start_task(&core, SINK);
    await_rows(200, 1);
    began_us = clk_monotonic_us();
    task_stop(t, 200 * US_PER_MS);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5 * US_PER_S);
    control(&http, "{}");
}
END_TEST

static void fill(TCase *tc)
{
    http_sink_fixtures(tc);
    tcase_add_test(tc, refusals_that_pass_lose_nothing);
    tcase_add_loop_test(tc, retry_after_is_waited_for, 0, ARRAY_LEN(statuses));
    tcase_add_test(tc, a_reply_that_does_not_come_is_asked_for_again);
    tcase_add_test(tc, a_stop_does_not_wait_for_a_reply);
}

SUITE_MAIN("worker: retries", fill)
