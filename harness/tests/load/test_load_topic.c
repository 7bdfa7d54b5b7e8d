/* test_load_topic.c - load into a topic of a mock cluster, and the topic read
 * back: counts, transactions, producer errors. */
#include "mock_one_topic.h"

#include "base/file.h"
#include "base/own.h"
#include "ledger/ledger.h"
#include "load/load.h"
#include "support/suite.h"

enum { RUN = 78, PATIENCE_US = 60 * US_PER_S };

struct topic_settings {
    const char *topic;
};

static const struct topic_settings orders = {"orders"};

static struct mock mock;
static struct load_item item;

static void set_up(void)
{
    dir_make();
    mock = mock_start("orders", 4);
    item = (struct load_item){
        .ops = load_into(endpoint_find("topic")),
        .into = "orders",
        .rate = 20000,
        .size = 200,
        .keys = 50,
        .streams = 4,
        .first_stream = 1,
        .acks = -1,
        .idempotence = true,
        .compression = "none",
        .timeout_us = 30 * US_PER_S,
    };
}

static void tear_down(void)
{
    mock_stop(&mock);
    dir_remove();
}

static struct load_thread *start(void)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", dir);
    const struct load_spec spec = {
        .run = RUN,
        .seed = 3,
        .ledger_path = path,
        .kafka = &mock.access,
        .items = &item,
        .items_len = 1,
        .clk = &real,
    };
    struct load_thread *l = NULL;
    struct err err = {0};

    OK(load_start(&spec, &l, &err), err);
    return l;
}

/* Waits until the load has counted at least `least` records of each fate. */
static void await_counts(const struct load_thread *l, struct load_counts least)
{
    int64_t deadline_us = clk_now(&real) + PATIENCE_US;
    struct load_counts now = load_counts(l);

    while (now.attempted < least.attempted ||
           now.acknowledged < least.acknowledged ||
           now.indeterminate < least.indeterminate) {
        ck_assert(!now.failed);
        ck_assert_int_lt(clk_now(&real), deadline_us);
        clk_sleep(&real, 5000);
        now = load_counts(l);
    }
}

static struct ledger_view ledger(void)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", dir);
    struct ledger_view v;
    struct err err = {0};

    OK(ledger_read(path, &v, &err), err);
    ck_assert(v.closed);
    return v;
}

struct sums {
    uint64_t acknowledged, refused, aborted, indeterminate;
};

static struct sums sums_of(const struct ledger_view *v)
{
    struct sums s = {0};

    for (size_t i = 0; i < v->streams_len; i++) {
        s.acknowledged += v->streams[i].acknowledged;
        s.refused += v->streams[i].refused;
        s.aborted += v->streams[i].aborted;
        s.indeterminate += v->streams[i].indeterminate;
    }
    return s;
}

static struct tally_counts read_back(bool uncommitted,
                                     struct offset_walks *walks)
{
    const struct endpoint_env env = {.name = "orders",
                                     .settings = &orders,
                                     .kafka = &mock.access,
                                     .clk = &real};
    struct tally_stream_spec streams[4];
    const struct tally_spec spec = {
        .run = RUN, .streams = streams, .streams_len = 4};
    struct tally_counts c;
    struct endpoint *e;
    struct tally *t;
    struct err err = {0};

    for (uint32_t i = 0; i < 4; i++)
        streams[i] = (struct tally_stream_spec){
            .stream = 1 + i,
            .payload_len = load_payload_len(item.size, item.json),
            .keys = (uint32_t)item.keys,
        };
    OK(endpoint_find("topic")->open(&env, false, &e, &err), err);
    OK(endpoint_tally(e, uncommitted, &spec, PATIENCE_US, &t, walks, &err),
       err);
    c = tally_counts(t);
    ck_assert_uint_eq(station_counts(e).accepted, c.records);
    ck_assert_str_eq(e->ops->property(e, "topic"), "orders");
    tally_free(t);
    e->ops->close(e);
    return c;
}

static const struct {
    int acks;
    bool json;
    int64_t keys;
} loads[] = {{-1, false, 50}, {-1, true, 0}, {1, false, 1}, {0, false, 0}};

START_TEST(topic_ledger_and_counts_agree)
{
    struct offset_walks walks;
    struct load_thread *l;
    struct tally_counts c;
    struct ledger_view v;
    struct err err = {0};
    struct sums s;

    item.acks = loads[_i].acks;
    item.json = loads[_i].json;
    item.keys = loads[_i].keys;
    l = start();
    await_counts(l, (struct load_counts){.attempted = 10000});
    OK(load_stop(l, &err), err);
    v = ledger();
    s = sums_of(&v);
    ck_assert_uint_ge(s.acknowledged, 10000);
    ck_assert_uint_eq(s.refused + s.aborted + s.indeterminate, 0);
    c = read_back(false, &walks);
    ck_assert_uint_eq(c.records, s.acknowledged);
    ck_assert_uint_eq(c.distinct, s.acknowledged);
    ck_assert_uint_eq(c.corrupt + c.foreign + c.reordered + c.copies, 0);
    ck_assert_uint_eq(walks.len, 4);
    for (size_t i = 0; i < walks.len; i++) {
        ck_assert_int_eq(walks.at[i].first, 0);
        ck_assert_uint_eq(walks.at[i].holes, 0);
        ck_assert_uint_eq(walks.at[i].records, v.streams[i].acknowledged);
        ck_assert_int_eq(v.streams[i].runs[0].offset, item.acks == 0 ? -1 : 0);
    }
    free(walks.at);
    ledger_view_done(&v);
}
END_TEST

START_TEST(a_transaction_has_one_fate)
{
    struct load_thread *l;
    struct tally_counts c;
    struct ledger_view v;
    struct err err = {0};
    struct sums s;

    item.rate = 5000;
    item.transaction = 100;
    item.abort_share = 300000;
    l = start();
    await_counts(l, (struct load_counts){.attempted = 4000});
    OK(load_stop(l, &err), err);
    v = ledger();
    s = sums_of(&v);
    ck_assert_uint_eq(s.refused + s.indeterminate, 0);
    ck_assert_uint_gt(s.acknowledged, s.aborted);
    ck_assert_uint_ge(s.aborted, 500);
    for (size_t i = 0; i < v.streams_len; i++)
        for (size_t r = 0; r < v.streams[i].runs_len; r++)
            if (r + 1 < v.streams[i].runs_len)
                ck_assert_uint_eq(v.streams[i].runs[r].count % 25, 0);
    c = read_back(true, NULL);
    ck_assert_uint_eq(c.distinct, s.acknowledged + s.aborted);
    ledger_view_done(&v);
}
END_TEST

START_TEST(after_a_fatal_error_it_goes_on)
{
    struct load_thread *l = start();
    struct tally_counts c;
    struct ledger_view v;
    struct err err = {0};
    struct sums s;

    await_counts(l, (struct load_counts){.attempted = 4000});
    rd_kafka_mock_push_request_errors(
        mock.cluster, API_PRODUCE, 1,
        RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    await_counts(l, (struct load_counts){.indeterminate = 1});
    await_counts(l, (struct load_counts){
                        .acknowledged = load_counts(l).acknowledged + 4000});
    OK(load_stop(l, &err), err);
    v = ledger();
    s = sums_of(&v);
    ck_assert_uint_gt(s.indeterminate, 0);
    ck_assert_uint_eq(s.refused + s.aborted, 0);
    c = read_back(false, NULL);
    ck_assert_uint_ge(c.distinct, s.acknowledged);
    ck_assert_uint_le(c.distinct, s.acknowledged + s.indeterminate);
    ledger_view_done(&v);
}
END_TEST

static const struct {
    int16_t request; /* answered once with the error */
    rd_kafka_resp_err_t answer;
    bool known; /* the transaction was surely not committed */
} commits[] = {
    {API_END_TXN, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, false},
    {API_END_TXN, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, false},
    {API_PRODUCE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, true},
};

START_TEST(a_commit_that_failed_is_not_guessed_at)
{
    struct load_thread *l;
    struct ledger_view v;
    struct err err = {0};
    struct sums s;

    item.rate = 2000;
    item.transaction = 100;
    l = start();
    await_counts(l, (struct load_counts){.attempted = 500});
    rd_kafka_mock_push_request_errors(mock.cluster, commits[_i].request, 1,
                                      commits[_i].answer);
    await_counts(l, (struct load_counts){.attempted = 2000});
    OK(load_stop(l, &err), err);
    v = ledger();
    s = sums_of(&v);
    ck_assert_uint_eq(s.refused, 0);
    /* The load may notice a refused record before the transaction is full, and
     * then aborts fewer records than a commit holds. */
    if (commits[_i].known) {
        ck_assert_uint_gt(s.aborted, 0);
        ck_assert_uint_eq(s.indeterminate, 0);
    } else {
        ck_assert_uint_eq(s.aborted, 0);
        ck_assert_uint_eq(s.indeterminate, 100);
    }
    ck_assert_uint_gt(s.acknowledged, 1000);
    ledger_view_done(&v);
}
END_TEST

START_TEST(a_topic_that_is_not_there_cannot_be_read)
{
    const struct topic_settings none = {"none"};
    const struct endpoint_env env = {
        .name = "none", .settings = &none, .kafka = &mock.access, .clk = &real};
    struct endpoint *e;
    struct heard h = {0};
    struct err err = {0};

    rd_kafka_mock_topic_set_error(mock.cluster, "none",
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    OK(endpoint_find("topic")->open(&env, true, &e, &err), err);
    ck_assert_int_lt(station_read(e, &h, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "none"));
    e->ops->close(e);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, topic_ledger_and_counts_agree, 0, ARRAY_LEN(loads));
    tcase_add_test(tc, a_transaction_has_one_fate);
    tcase_add_test(tc, after_a_fatal_error_it_goes_on);
    tcase_add_loop_test(tc, a_commit_that_failed_is_not_guessed_at, 0,
                        ARRAY_LEN(commits));
    tcase_add_test(tc, a_topic_that_is_not_there_cannot_be_read);
}

SUITE_MAIN_TIMEOUT("topic endpoint", fill, 120)
