/* test_worker_http.c - HttpSink delivers a topic in order, with the present
 * credential, to the present address. */
#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "base/own.h"
#include "support/http_sink_fixture.h"
#include "support/suite.h"

START_TEST(a_batch_is_one_request)
{
    AUTO_FREE char *got = NULL;
    char want[256];
    struct task *t;

    /* a single Fetch returns all five */
    produce_range(&core, core.topic, 0, 0, 5);
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

START_TEST(a_credential_that_is_mended_is_used)
{
    char token_path[96];
    struct task *t;

    (void)snprintf(token_path, sizeof(token_path), "%s/token", core.dir);
    append_text(token_path, "wrong\n");
    control(&http, "{\"answer\":{\"status\":401}}");
    produce_range(&core, core.topic, 0, 0, 10);
    t = start_task(&core, SINK, "http.authorization.file", token_path);
    await_rows(401, 3);
    control(&http, "{\"answer\":{\"status\":403}}");
    await_rows(403, 3);
    control(&http, "{}");
    await_committed(&core, 0, 10);
    task_stop(t, STOP_US);
    accepted_are(0, 10);
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

/* Accept a connection and close it at once. */
static void hang_up_at(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    ck_assert_int_eq(poll(&p, 1, LIMIT_US / US_PER_MS), 1);
    (void)close(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
}

START_TEST(names_are_looked_up_in_the_hosts_file_as_it_is_now)
{
    char hosts[96], by_name[64];
    int other = listen_at("127.0.0.2", http.data);
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
    (void)close(other); /* also closes waiting connections */
    ck_assert_int_eq(committed(&core, 0), RD_KAFKA_OFFSET_INVALID);
    ck_assert_int_eq(unlink(hosts), 0);
    append_text(hosts, "127.0.0.1 shop.test\n");
    await_committed(&core, 0, 3);
    task_stop(t, STOP_US);
    accepted_are(0, 3);
}
END_TEST

START_TEST(a_stop_does_not_wait_for_a_reply)
{
    struct task *t;
    int64_t began_us;

    control(&http, "{\"answer\":{\"delay\":\"1h\",\"share\":\"0%\"}}");
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
    tcase_add_test(tc, a_batch_is_one_request);
    tcase_add_test(tc, a_credential_that_is_mended_is_used);
    tcase_add_test(tc, names_are_looked_up_in_the_hosts_file_as_it_is_now);
    tcase_add_test(tc, a_stop_does_not_wait_for_a_reply);
}

SUITE_MAIN("worker: HttpSink", fill)
