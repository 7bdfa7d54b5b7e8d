/* Tasks that share a connector's topics: partitions change hands, and what was
 * not delivered before is delivered after. */
#include "support/ordeal_http.h"

#include "requests.h"
#include "support/suite.h"
#include "worker.h"

enum { PARTITIONS = 4, EACH = 100, API_OFFSET_COMMIT = 8, API_HEARTBEAT = 12 };

static struct core core;
static char path[96];

static void set_up(void)
{
    core_open(&core);
    (void)snprintf(path, sizeof(path), "%s/out", core.dir);
    core_topic(&core, "orders", PARTITIONS);
}

static void tear_down(void)
{
    core_close(&core);
}

#define FILE_SINK                                                              \
    "connector.class", "FileStreamSink", "topics", "orders", "file", path

/* Partition p gets values p * EACH up to before (p + 1) * EACH. */
static void produce_all(void)
{
    for (int p = 0; p < PARTITIONS; p++)
        produce_range(&core, "orders", p, p * EACH, (p + 1) * EACH);
}

static void await_all_committed(int64_t offset)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;

    for (int p = 0; p < PARTITIONS; p++) {
        while (committed(&core, "orders", p) != offset &&
               clk_monotonic_us() < until_us)
            pause_briefly(&core);
        ck_assert_int_eq(committed(&core, "orders", p), offset);
    }
}

/* How often each value stands in `text`, a line each, in *counts. */
static void count_lines(const char *text, int counts[PARTITIONS * EACH])
{
    int value, len;

    memset(counts, 0, PARTITIONS * EACH * sizeof(*counts));
    while (sscanf(text, "value-%d\n%n", &value, &len) == 1) {
        ck_assert_int_lt(value, PARTITIONS * EACH);
        counts[value]++;
        text += len;
    }
    ck_assert_str_eq(text, "");
}

START_TEST(two_tasks_share_a_file_line_by_line)
{
    const char *const pairs[] = {FILE_SINK, NULL};
    struct task *one = start_of(&core, 0, pairs, false);
    struct task *two = start_of(&core, 1, pairs, false);
    AUTO_FREE char *text = NULL;
    int counts[PARTITIONS * EACH];
    struct err err = {0};

    produce_all();
    await_all_committed(EACH);
    task_stop(one, STOP_US);
    task_stop(two, STOP_US);
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    count_lines(text, counts);
    for (int i = 0; i < PARTITIONS * EACH; i++)
        ck_assert_int_eq(counts[i], 1);
}
END_TEST

/* Numbers of accepted requests by value; fails when a partition's first
 * deliveries are out of order. */
static void count_requests(int counts[PARTITIONS * EACH])
{
    int last[PARTITIONS];
    AUTO_FREE char *log = NULL;
    struct err err = {0};
    struct request r;
    size_t len, at = 0;

    memset(counts, 0, PARTITIONS * EACH * sizeof(*counts));
    for (int p = 0; p < PARTITIONS; p++)
        last[p] = -1;
    ck_assert_int_eq(file_read(path, &log, &len, &err), 0);
    while (request_next(log, len, &at, &r)) {
        char text[32] = "";
        int value;

        ck_assert_uint_lt(r.row.body_len, sizeof(text));
        memcpy(text, r.body, r.row.body_len);
        value = (int)strtol(text + strlen("value-"), NULL, 10);
        if (request_accepted(&r.row) && counts[value]++ == 0) {
            ck_assert_int_gt(value, last[value / EACH]);
            last[value / EACH] = value;
        }
    }
}

START_TEST(partitions_move_while_a_delivery_is_repeated)
{
    char url[64], log[96];
    struct ordeal_http http;
    const char *const pairs[] = {"connector.class", "HttpSink", "topics",
                                 "orders",          "http.url", url,
                                 "http.retry.ms",   "50",       NULL};
    int counts[PARTITIONS * EACH];
    struct task *one, *two;

    (void)snprintf(log, sizeof(log), "%s", path);
    http = ordeal_http_start(log);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", http.data);
    control(&http, "{\"status\":503,\"share\":500000,\"seed\":5}");
    produce_all();
    one = start_of(&core, 0, pairs, false);
    clk_sleep(&core.clk, 4 * US_PER_S); /* joined, and in the midst of it */
    control(&http, "{\"status\":503}");
    two = start_of(&core, 1, pairs, false);
    clk_sleep(&core.clk, 6 * US_PER_S);
    control(&http, "{}");
    await_all_committed(EACH);
    task_stop(two, STOP_US);
    task_stop(one, STOP_US);
    count_requests(counts);
    /* More than once what was delivered and, as the mock takes no commit once
     * a rebalance has begun, not committed. */
    for (int i = 0; i < PARTITIONS * EACH; i++)
        ck_assert_int_ge(counts[i], 1);
    ck_assert_int_eq(ordeal_http_end(&http, SIGTERM), 0);
}
END_TEST

START_TEST(a_commit_that_is_refused_comes_again)
{
    struct task *t;

    rd_kafka_mock_push_request_errors(core.cluster, API_OFFSET_COMMIT, 2,
                                      RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                                      RD_KAFKA_RESP_ERR_INVALID_REQUEST);
    produce_all();
    t = start_of(&core, 0, (const char *const[]){FILE_SINK, NULL}, false);
    await_all_committed(EACH);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
}
END_TEST

START_TEST(a_member_that_was_thrown_out_comes_back)
{
    AUTO_FREE char *text = NULL;
    int counts[PARTITIONS * EACH];
    struct err err = {0};
    struct task *t;

    t = start_of(&core, 0, (const char *const[]){FILE_SINK, NULL}, false);
    produce_range(&core, "orders", 0, 0, EACH / 2);
    while (committed(&core, "orders", 0) != EACH / 2)
        pause_briefly(&core);
    rd_kafka_mock_push_request_errors(core.cluster, API_HEARTBEAT, 1,
                                      RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    clk_sleep(&core.clk, US_PER_S);
    produce_range(&core, "orders", 0, EACH / 2, EACH);
    while (committed(&core, "orders", 0) != EACH)
        pause_briefly(&core);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    count_lines(text, counts);
    for (int i = 0; i < EACH; i++)
        ck_assert_int_eq(counts[i], 1);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, two_tasks_share_a_file_line_by_line);
    tcase_add_test(tc, partitions_move_while_a_delivery_is_repeated);
    tcase_add_test(tc, a_commit_that_is_refused_comes_again);
    tcase_add_test(tc, a_member_that_was_thrown_out_comes_back);
}

SUITE_MAIN("worker: members", fill)
