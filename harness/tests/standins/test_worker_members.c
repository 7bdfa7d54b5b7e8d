/* test_worker_members.c - tasks share the partitions of a connector: partitions
 * move, and undelivered records are delivered by the next owner. */
#include <signal.h>

#include "base/file.h"
#include "base/own.h"
#include "support/ordeal_http.h"
#include "support/requests.h"
#include "support/suite.h"
#include "support/tasks.h"

enum { PARTITIONS = 4, EACH = 100 };

static struct ordeal_mock mock;
static struct core core;
static char path[96];

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
    (void)snprintf(path, sizeof(path), "%s/out", core.dir);
    topic_create(core.producer, core.topic, PARTITIONS, 1, 0);
}

static void tear_down(void)
{
    core_close(&core);
}

#define FILE_SINK                                                              \
    "connector.class", "FileStreamSink", "topics", core.topic, "file", path

/* Partition p gets the values from p * EACH to (p + 1) * EACH - 1. */
static void fill_topic(void)
{
    for (int p = 0; p < PARTITIONS; p++)
        produce_range(&core, core.topic, p, p * EACH, (p + 1) * EACH);
}

static void await_all_committed(void)
{
    for (int p = 0; p < PARTITIONS; p++)
        await_committed(&core, p, EACH);
}

/* Count in *counts how often each value occurs as a line of `text`. */
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

    await_members(&core, 2, NULL);
    fill_topic();
    await_all_committed();
    task_stop(one, STOP_US);
    task_stop(two, STOP_US);
    ck_assert_int_eq(file_read(path, &text, NULL, &err), 0);
    count_lines(text, counts);
    for (int i = 0; i < PARTITIONS * EACH; i++)
        ck_assert_int_eq(counts[i], 1);
}
END_TEST

/* Count accepted requests by value. Fails if first deliveries of a partition
 * are out of order. */
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

static int accepted(void)
{
    int counts[PARTITIONS * EACH], n = 0;

    count_requests(counts);
    for (int i = 0; i < PARTITIONS * EACH; i++)
        n += counts[i];
    return n;
}

START_TEST(partitions_move_while_a_delivery_is_repeated)
{
    struct ordeal_http http = ordeal_http_start(path);
    char url[64];
    const char *const pairs[] = {"connector.class", "HttpSink", "topics",
                                 core.topic,        "http.url", url,
                                 "http.retry.ms",   "20",       NULL};
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    int counts[PARTITIONS * EACH];
    struct task *one, *two;

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", http.data);
    control(&http,
            "{\"answer\":{\"status\":503,\"share\":\"50%\",\"seed\":5}}");
    fill_topic();
    one = start_of(&core, 0, pairs, false);
    while (accepted() < EACH / 4 && clk_monotonic_us() < until_us)
        pause_briefly(&core);
    control(&http,
            "{\"answer\":{\"status\":503}}"); /* in the middle of delivering */
    ck_assert_int_lt(accepted(), PARTITIONS * EACH);
    two = start_of(&core, 1, pairs, false);
    await_members(&core, 2, NULL);
    control(&http, "{}");
    await_all_committed();
    task_stop(two, STOP_US);
    task_stop(one, STOP_US);
    count_requests(counts);
    for (int i = 0; i < PARTITIONS * EACH; i++)
        ck_assert_int_eq(counts[i], 1);
    ck_assert_int_eq(ordeal_http_end(&http, SIGTERM), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, two_tasks_share_a_file_line_by_line);
    tcase_add_test(tc, partitions_move_while_a_delivery_is_repeated);
}

SUITE_MAIN("worker: members", fill)
