/* test_stop.c - calls that wait for somebody silent end soon after a wish to
 * stop. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/stop.h"
#include "client/connect.h"
#include "client/http.h"
#include "client/kafka.h"
#include "support/suite.h"

/* Far longer than any grace, and than a slow machine makes of a grace. */
enum { LIMIT_US = 300 * US_PER_S, SOON_US = 60 * US_PER_S };

static int fd;
static char address[64]; /* somebody who takes connections and says nothing */
static int64_t began_us;

static void setup(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(at);

    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%d",
                   (int)ntohs(at.sin_port));
    began_us = clk_monotonic_us();
    stop_ask();
}

static void teardown(void)
{
    stop_forget();
    ck_assert_int_lt(clk_monotonic_us() - began_us, SOON_US);
    (void)close(fd);
}

static int never(void *ctx, struct err *err)
{
    (void)ctx, (void)err;
    return 0;
}

START_TEST(waiting_ends)
{
    struct clk real = clk_real();
    struct err err = {0};

    ck_assert_int_eq(
        wait_until(&real, never, NULL, US_PER_MS, LIMIT_US, "it", &err),
        -EINTR);
    ck_assert_int_ge(clk_now(&real), STOP_GRACE_US / 2);
    ck_assert_str_eq(err.text, "it: interrupted");
}
END_TEST

START_TEST(a_phase_that_begins_later_has_a_grace_of_its_own)
{
    struct clk real = clk_real();
    struct err err = {0};

    while (!stop_is_due())
        clk_sleep(&real, US_PER_MS);
    stop_phase_begins();
    ck_assert(!stop_is_due());
    ck_assert_int_eq(stop_check("it", &err), 0);
}
END_TEST

START_TEST(a_request_ends)
{
    struct http_reply reply;
    struct err err = {0};
    char url[80];

    (void)snprintf(url, sizeof(url), "http://%s/", address);
    ck_assert_int_eq(http_request("GET", url, NULL, LIMIT_US, &reply, &err),
                     -EINTR);
}
END_TEST

START_TEST(questions_to_a_cluster_end)
{
    const struct kafka_access access = {.bootstrap = address};
    struct kafka_admin *k;
    struct err err = {0};
    int64_t low, high;
    int32_t id;
    int n;

    ck_assert_int_eq(kafka_admin_open(&access, &k, &err), 0);
    ck_assert_int_eq(kafka_partitions(k, "t", &n, LIMIT_US, &err), -EINTR);
    ck_assert_int_eq(kafka_watermarks(k, "t", 0, &low, &high, LIMIT_US, &err),
                     -EINTR);
    ck_assert_int_eq(kafka_coordinator(k, "g", &id, LIMIT_US, &err), -EINTR);
    ck_assert_int_eq(kafka_delete_topic(k, "t", LIMIT_US, &err), -EINTR);
    kafka_admin_close(k);
}
END_TEST

static int take(void *ctx, const struct record *record)
{
    (void)ctx, (void)record;
    return 0;
}

START_TEST(a_read_ends)
{
    const struct kafka_access access = {.bootstrap = address};
    void *ctx = NULL;
    const struct kafka_read_spec spec = {.topic = "t",
                                         .readers = 1,
                                         .each = take,
                                         .ctxs = &ctx,
                                         .timeout_us = LIMIT_US};
    struct kafka_read_result result;
    struct err err = {0};

    ck_assert_int_eq(kafka_read_all(&access, &spec, &result, &err), -EINTR);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, waiting_ends);
    tcase_add_test(tc, a_phase_that_begins_later_has_a_grace_of_its_own);
    tcase_add_test(tc, a_request_ends);
    tcase_add_test(tc, questions_to_a_cluster_end);
    tcase_add_test(tc, a_read_ends);
}

SUITE_MAIN("a wish to stop", fill)
