/* Tasks that share a connector's topics: partitions change hands, and what was
 * not delivered before is delivered after. */
#include <dlfcn.h>
#include <stdatomic.h>

#include "support/kafka_frames.h"
#include "support/ordeal_http.h"
#include "support/requests.h"
#include "support/suite.h"
#include "support/tasks.h"

enum { PARTITIONS = 4, EACH = 100, API_LEAVE_GROUP = 13 };

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

/* Partition p gets values p * EACH up to before (p + 1) * EACH. */
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

/* ---- the group, as the broker tells of it ---- */

/* How many members; 0 while it is not at rest. *ret_first: the id of one of
 * them, new; may be NULL. */
static int members(char **ret_first)
{
    const struct rd_kafka_group_list *all;
    char group[64];
    int n = 0;

    (void)snprintf(group, sizeof(group), "connect-%s", core.connector);
    ck_assert_int_eq(rd_kafka_list_groups(core.asks, group, &all, 20000), 0);
    if (all->group_cnt == 1 && strcmp(all->groups[0].state, "Stable") == 0)
        n = all->groups[0].member_cnt;
    if (n > 0 && ret_first)
        *ret_first = strdup(all->groups[0].members[0].member_id);
    rd_kafka_group_list_destroy(all);
    return n;
}

static void await_members(int n)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;

    while (members(NULL) != n && clk_monotonic_us() < until_us)
        pause_briefly(&core);
    ck_assert_int_eq(members(NULL), n);
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

    await_members(2);
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
    control(&http, "{\"status\":503,\"share_ppm\":500000,\"seed\":5}");
    fill_topic();
    one = start_of(&core, 0, pairs, false);
    while (accepted() < EACH / 4 && clk_monotonic_us() < until_us)
        pause_briefly(&core);
    control(&http, "{\"status\":503}"); /* in the midst of it */
    ck_assert_int_lt(accepted(), PARTITIONS * EACH);
    two = start_of(&core, 1, pairs, false);
    await_members(2);
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

/* The task's first commits go out as those of somebody who is no member, and
 * the broker refuses them. */
static rd_kafka_t *stranger; /* NULL: never */
static atomic_int strange;   /* how many more */

/* In the place of librdkafka's, for the code under test. */
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
    fill_topic();
    t = start_of(&core, 0, (const char *const[]){FILE_SINK, NULL}, false);
    await_all_committed();
    ck_assert_int_lt(atomic_load(&strange), 0);
    await_state(&core, TASK_RUNNING);
    task_stop(t, STOP_US);
    rd_kafka_destroy(stranger);
}
END_TEST

/* As the coordinator does with who is silent for a session. */
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
    AUTO_FREE char *text = NULL, *was = NULL, *is = NULL;
    int counts[PARTITIONS * EACH];
    struct err err = {0};
    struct task *t;

    t = start_of(&core, 0, (const char *const[]){FILE_SINK, NULL}, false);
    produce_range(&core, core.topic, 0, 0, EACH / 2);
    await_committed(&core, 0, EACH / 2);
    ck_assert_int_eq(members(&was), 1);
    throw_out(was);
    await_members(1);
    ck_assert_int_eq(members(&is), 1);
    ck_assert_str_ne(is, was);
    produce_range(&core, core.topic, 0, EACH / 2, EACH);
    await_committed(&core, 0, EACH);
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
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, two_tasks_share_a_file_line_by_line);
    tcase_add_test(tc, partitions_move_while_a_delivery_is_repeated);
    tcase_add_test(tc, a_commit_that_is_refused_comes_again);
    tcase_add_test(tc, a_member_that_was_thrown_out_comes_back);
}

SUITE_MAIN("worker: members", fill)
