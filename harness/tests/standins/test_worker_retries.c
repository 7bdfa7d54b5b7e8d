/* test_worker_retries.c - HttpSink repeats what the receiver does not take, and
 * loses nothing. */
#include "base/file.h"
#include "base/own.h"
#include "support/http_sink_fixture.h"
#include "support/ordeal_http.h"
#include "support/requests.h"
#include "support/suite.h"

START_TEST(refusals_that_pass_lose_nothing)
{
    struct task *t;

    control(&http, "{\"answer\":{\"status\":429}}");
    produce_range(&core, core.topic, 0, 0, 300);
    t = start_task(&core, SINK);
    await_rows(429, 2);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
    control(&http,
            "{\"answer\":{\"status\":503,\"share\":\"10%\",\"seed\":3}}");
    produce_range(&core, core.topic, 0, 300, 600);
    await_rows(503, 10);
    control(&http, "{}");
    await_rows(200, 600);
    await_committed(&core, 0, 600);
    task_stop(t, STOP_US);
    accepted_are(0, 600);
}
END_TEST

/* The number of requests so far; fails if two follow each other by less than
 * `least_us`. */
static int requests_apart(int64_t least_us)
{
    AUTO_FREE char *log = NULL;
    struct err err = {0};
    int64_t last_us = 0;
    struct request r;
    size_t len, at = 0;
    int n = 0;

    ck_assert_int_eq(file_read(log_path, &log, &len, &err), 0);
    for (; request_next(log, len, &at, &r); n++) {
        if (n > 0)
            ck_assert_int_ge(r.row.monotonic_us - last_us, least_us);
        last_us = r.row.monotonic_us;
    }
    return n;
}

/* The next request comes after the Retry-After time, not after http.retry.ms.
 */
START_TEST(retry_after_is_waited_for)
{
    struct task *t;

    control(&http, "{\"answer\":{\"status\":429,\"retry-after\":\"1s\"}}");
    produce_range(&core, core.topic, 0, 0, 1);
    t = start_task(&core, SINK);
    await_rows(429, 1);
    control(&http, "{\"answer\":{\"status\":503,\"retry-after\":\"1s\"}}");
    await_rows(503, 2);
    task_stop(t, STOP_US);
    ck_assert_int_ge(requests_apart(US_PER_S), 3);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
}
END_TEST

START_TEST(a_reply_that_does_not_come_is_asked_for_again)
{
    struct task *t;

    control(&http, "{\"answer\":{\"delay\":\"1h\",\"share\":\"0%\"}}");
    produce_range(&core, core.topic, 0, 0, 2);
    t = start_task(&core, SINK, "http.timeout.ms", "100");
    await_rows(200, 2); /* the first record, twice */
    control(&http, "{}");
    await_committed(&core, 0, 2);
    task_stop(t, STOP_US);
}
END_TEST

static void fill(TCase *tc)
{
    http_sink_fixtures(tc);
    tcase_add_test(tc, refusals_that_pass_lose_nothing);
    tcase_add_test(tc, retry_after_is_waited_for);
    tcase_add_test(tc, a_reply_that_does_not_come_is_asked_for_again);
}

SUITE_MAIN("worker: retries", fill)
