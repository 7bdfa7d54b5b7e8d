/* A worker's HttpSink: what the receiver takes is what the topic holds, in
 * order, whatever it answers in between. */
#include "support/ordeal_http.h"

#include <poll.h>

#include "support/requests.h"
#include "support/suite.h"
#include "support/tasks.h"

static struct ordeal_mock mock;
static struct core core;
static struct ordeal_http http;
static char log_path[96], token_path[96], url[64], dead_topic[32];

static void start_cluster(void)
{
    ordeal_mock_start(&mock, 1);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void set_up(void)
{
    core_open(&core, &mock);
    (void)snprintf(log_path, sizeof(log_path), "%s/requests", core.dir);
    (void)snprintf(token_path, sizeof(token_path), "%s/token", core.dir);
    (void)snprintf(dead_topic, sizeof(dead_topic), "dead-%d", (int)getpid());
    http = ordeal_http_start(log_path);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/in", http.data);
    topic_create(core.producer, core.topic, 1, 1, 0);
}

static void tear_down(void)
{
    ck_assert_int_eq(ordeal_http_end(&http, SIGTERM), 0);
    core_close(&core);
}

#define SINK                                                                   \
    "connector.class", "ordeal.HttpSink", "topics", core.topic, "http.url",    \
        url, "http.retry.ms", "20"

/* What was answered with `status` (0: any but 2xx), one row a line: "source
 * body", or the source alone. The caller frees. */
static char *rows(int status, bool with_body)
{
    AUTO_FREE char *log = NULL;
    struct err err = {0};
    size_t len, at = 0, text_len = 0;
    struct request r;
    char *text = NULL;
    FILE *out = open_memstream(&text, &text_len);

    ck_assert_int_eq(file_read(log_path, &log, &len, &err), 0);
    while (request_next(log, len, &at, &r)) {
        bool accepted = request_accepted(&r.row);

        if (status == 0 ? accepted : r.row.status != status)
            continue;
        (void)fprintf(out, "%.*s%s%.*s\n", (int)r.row.source_len, r.source,
                      with_body ? " " : "", with_body ? (int)r.row.body_len : 0,
                      r.body);
    }
    (void)fclose(out);
    return text;
}

static char *expected_rows(int from, int to)
{
    size_t len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);

    for (int i = from; i < to; i++)
        (void)fprintf(out, "%s-0-%d value-%d\n", core.topic, i, i);
    (void)fclose(out);
    return text;
}

static int lines_in(const char *text)
{
    int n = 0;

    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

/* Until as many requests were answered so. */
static void await_rows(int status, int n)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    int seen = 0;

    while (seen < n && clk_monotonic_us() < until_us) {
        AUTO_FREE char *text = rows(status, false);

        seen = lines_in(text);
        pause_briefly(&core);
    }
    ck_assert_int_ge(seen, n);
}

static void accepted_are(int from, int to)
{
    AUTO_FREE char *want = expected_rows(from, to);
    AUTO_FREE char *got = rows(200, true);

    ck_assert_str_eq(got, want);
}

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

/* The second request comes when it was told to, not when retries would. */
START_TEST(retry_after_is_waited_for)
{
    const int status = _i == 0 ? 429 : 503;
    AUTO_FREE char *twice = NULL;
    int64_t began_us = clk_monotonic_us();
    char order[64];
    struct task *t;

    (void)snprintf(order, sizeof(order), "{\"status\":%d,\"retry_after_s\":1}",
                   status);
    control(&http, order);
    produce_range(&core, core.topic, 0, 0, 1);
    t = start_task(&core, SINK);
    await_rows(status, 2);
    ck_assert_int_gt(clk_monotonic_us() - began_us, US_PER_S);
    task_stop(t, STOP_US);
    twice = rows(status, false);
    ck_assert_int_eq(lines_in(twice), 2);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
}
END_TEST

/* The member must outlive its session many times while it repeats. */
START_TEST(repeating_keeps_the_member_in_its_group)
{
    struct task *t;

    control(&http, "{\"status\":503}");
    produce_range(&core, core.topic, 0, 0, 20);
    t = start_task(&core, SINK, "consumer.override.session.timeout.ms", "500",
                   "consumer.override.max.poll.interval.ms", "500");
    await_rows(503, 1);
    clk_sleep(&core.clk, 1200 * US_PER_MS);
    control(&http, "{}");
    await_committed(&core, 0, 20);
    task_stop(t, STOP_US);
    accepted_are(0, 20);
}
END_TEST

START_TEST(a_batch_is_one_request)
{
    AUTO_FREE char *got = NULL;
    char want[256];
    struct task *t;

    produce_range(&core, core.topic, 0, 0, 5); /* one Fetch has them all */
    t = start_of(&core, 0,
                 (const char *const[]){SINK, "http.batch.size", "3", NULL},
                 true);
    task_pause(t, false);
    await_committed(&core, 0, 5);
    task_stop(t, STOP_US);
    got = rows(200, true);
    (void)snprintf(want, sizeof(want),
                   "%1$s-0-0,%1$s-0-1,%1$s-0-2 value-0\nvalue-1\nvalue-2\n"
                   "%1$s-0-3,%1$s-0-4 value-3\nvalue-4\n",
                   core.topic);
    ck_assert_str_eq(got, want);
}
END_TEST

START_TEST(a_refusal_fails_the_task_after_what_was_taken_is_committed)
{
    struct task *t;

    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK);
    await_committed(&core, 0, 10);
    control(&http, "{\"status\":400}");
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

#define DLQ_HEADERS                                                            \
    "errors.tolerance", "all", "errors.deadletterqueue.topic.name",            \
        dead_topic, "errors.deadletterqueue.context.headers.enable", "true"

START_TEST(refused_records_go_to_the_dead_letter_topic)
{
    AUTO_FREE char *want = lines_of(0, 10);
    AUTO_FREE char *dead = NULL, *offsets = NULL, *stages = NULL;
    struct task *t;

    topic_create(core.producer, dead_topic, 1, 1, 0);
    control(&http, "{\"status\":400}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, DLQ_HEADERS);
    await_committed(&core, 0, 10);
    control(&http, "{}");
    produce_range(&core, core.topic, 0, 10, 20);
    await_committed(&core, 0, 20);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    accepted_are(10, 20);
    dead = read_topic(&core, dead_topic, 10, NULL);
    ck_assert_str_eq(dead, want);
    offsets = read_topic(&core, dead_topic, 10, "__connect.errors.offset");
    ck_assert_str_eq(offsets, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    stages = read_topic(&core, dead_topic, 1, "__connect.errors.stage");
    ck_assert_str_eq(stages, "TASK_PUT\n");
}
END_TEST

/* Not committed before the dead-letter topic has it. */
START_TEST(a_dead_letter_topic_that_refuses_fails_the_task)
{
    struct task *t;

    topic_create_set(core.producer, dead_topic, 1, 1,
                     (struct client_setting){"max.message.bytes", "70"}, 0);
    control(&http, "{\"status\":400}");
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

    control(&http, "{\"status\":400}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, "errors.tolerance", "all", "errors.log.enable",
                   "true");
    await_committed(&core, 0, 10);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_credential_that_is_mended_is_used)
{
    struct task *t;

    append_text(token_path, "wrong\n");
    control(&http, "{\"status\":401}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, "http.authorization.file", token_path);
    await_rows(401, 3);
    control(&http, "{\"status\":403}");
    await_rows(403, 3);
    control(&http, "{}");
    await_committed(&core, 0, 10);
    task_stop(t, STOP_US);
    accepted_are(0, 10);
}
END_TEST

START_TEST(without_a_credential_401_is_a_refusal)
{
    struct task *t;

    control(&http, "{\"status\":401}");
    produce_range(&core, core.topic, 0, 0, 1);
    t = start_task(&core, SINK);
    await_state(&core, TASK_FAILED);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_reply_that_does_not_come_is_asked_for_again)
{
    struct task *t;

    control(&http, "{\"delay_us\":3600000000}");
    produce_range(&core, core.topic, 0, 0, 2);
    t = start_task(&core, SINK, "http.timeout.ms", "300");
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
    task_stop(t, US_PER_S);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5 * US_PER_S);
    control(&http, "{}");
}
END_TEST

static int listen_at(const char *address, unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {inet_addr(address)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(fd, 8), 0);
    return fd;
}

/* Take one connection and close it. */
static void hang_up_at(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    ck_assert_int_eq(poll(&p, 1, LIMIT_US / US_PER_MS), 1);
    (void)close(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

START_TEST(names_are_looked_up_in_the_hosts_file_as_it_is_now)
{
    char hosts[96], by_name[64];
    AUTO_FD int other = listen_at("127.0.0.2", http.data);
    struct task *t;

    (void)snprintf(hosts, sizeof(hosts), "%s/hosts", core.dir);
    (void)snprintf(by_name, sizeof(by_name), "http://shop.test:%u/in",
                   http.data);
    core.env.hosts_path = hosts;
    append_text(hosts, "127.0.0.2 other shop.test # hung up there\n");
    produce_range(&core, core.topic, 0, 0, 3);
    t = start_task(&core, "connector.class", "HttpSink", "topics", core.topic,
                   "http.url", by_name, "http.retry.ms", "20");
    hang_up_at(other);
    hang_up_at(other);
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
    ck_assert_int_eq(unlink(hosts), 0);
    append_text(hosts, "127.0.0.1 shop.test\n");
    await_committed(&core, 0, 3);
    task_stop(t, STOP_US);
    accepted_are(0, 3);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, refusals_that_pass_lose_nothing);
    tcase_add_test(tc, retry_after_is_waited_for);
    tcase_add_test(tc, repeating_keeps_the_member_in_its_group);
    tcase_add_test(tc, a_batch_is_one_request);
    tcase_add_test(tc,
                   a_refusal_fails_the_task_after_what_was_taken_is_committed);
    tcase_add_test(tc, refused_records_go_to_the_dead_letter_topic);
    tcase_add_test(tc, a_dead_letter_topic_that_refuses_fails_the_task);
    tcase_add_test(tc, tolerated_without_a_topic_they_are_skipped);
    tcase_add_test(tc, a_credential_that_is_mended_is_used);
    tcase_add_test(tc, without_a_credential_401_is_a_refusal);
    tcase_add_test(tc, a_reply_that_does_not_come_is_asked_for_again);
    tcase_add_test(tc, a_stop_does_not_wait_for_a_reply);
    tcase_add_test(tc, names_are_looked_up_in_the_hosts_file_as_it_is_now);
}

SUITE_MAIN("worker-http", fill)
