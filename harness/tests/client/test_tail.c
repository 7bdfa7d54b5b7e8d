/* test_tail.c - reading live. */
#include <errno.h>
#include <stdatomic.h>

#include "base/clk.h"
#include "client/handle_own.h"
#include "support/mock_cluster_client.h"
#include "support/suite.h"

struct live {
    atomic_int records;
    atomic_bool stopped;
    int want;
};

static void see(void *ctx, const char *topic, const struct record *r)
{
    struct live *l = ctx;

    ck_assert(!atomic_load(&l->stopped));
    ck_assert_str_eq(topic, "orders");
    ck_assert_uint_ge(r->value_len, 7);
    atomic_fetch_add(&l->records, 1);
}

static int all_there(void *ctx, struct err *err)
{
    struct live *l = ctx;
    int n = atomic_load(&l->records);

    err_set(err, -EAGAIN, "%d of %d records", n, l->want);
    return n >= l->want;
}

static void expect(struct live *l, int want)
{
    struct clk clk = clk_real();
    struct err err = {0};

    l->want = want;
    ck_assert_msg(
        wait_until(&clk, all_there, l, 10000, 20000000, "tailed", &err) == 0,
        "%s", err.text);
    ck_assert_int_eq(atomic_load(&l->records), want);
}

static struct kafka_tail *tail(const struct mock *m, bool from_start,
                               struct live *l)
{
    const char *topics[] = {"orders"};
    struct kafka_tail_spec spec = {
        .name = "tail-of-orders",
        .topics = topics,
        .topics_len = 1,
        .from_start = from_start,
        .each = see,
        .ctx = l,
    };
    struct kafka_tail *t;
    struct err err = {0};

    ck_assert_msg(kafka_tail_start(&m->access, &spec, &t, &err) == 0, "%s",
                  err.text);
    return t;
}

static void end(struct kafka_tail *t, struct live *l)
{
    kafka_tail_stop(t);
    atomic_store(&l->stopped, true);
}

START_TEST(from_the_start_all_is_seen)
{
    struct live l = {0};
    struct kafka_tail *t;
    struct mock m;

    mock_open(&m, "orders", 2);
    produce(&m, "orders", 2, 100);
    t = tail(&m, true, &l);
    expect(&l, 100);
    produce(&m, "orders", 2, 50);
    expect(&l, 150);
    end(t, &l);
    produce(&m, "orders", 2, 10);
    mock_close(&m);
}
END_TEST

START_TEST(from_the_end_only_what_is_new)
{
    struct live l = {0};
    struct kafka_tail *t;
    struct mock m;

    mock_open(&m, "orders", 2);
    produce(&m, "orders", 2, 100);
    t = tail(&m, false, &l);
    produce(&m, "orders", 2, 50);
    expect(&l, 50);
    end(t, &l);
    mock_close(&m);
}
END_TEST

START_TEST(it_outlives_its_brokers)
{
    struct live l = {0};
    struct kafka_tail *t;
    struct clk clk = clk_real();
    struct mock m;

    mock_open(&m, "orders", 1);
    t = tail(&m, true, &l);
    produce(&m, "orders", 1, 10);
    expect(&l, 10);
    mock_down(&m);
    clk_sleep(&clk, 500000); /* the failure is to be noticed */
    mock_up(&m);
    produce(&m, "orders", 1, 10);
    expect(&l, 20);
    end(t, &l);
    mock_close(&m);
}
END_TEST

START_TEST(without_brokers_it_stops_in_time)
{
    struct live l = {0};
    struct kafka_tail *t;
    struct mock m;
    int64_t began_us;

    mock_open(&m, "orders", 1);
    t = tail(&m, true, &l);
    mock_down(&m);
    began_us = clk_monotonic_us();
    end(t, &l);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 8000000);
    mock_close(&m);
}
END_TEST

/* A topic without partitions exists if a broker tells another error than that
 * the topic is unknown: a tail from the end has to ask again. */
START_TEST(a_topic_that_tells_no_partitions_may_exist)
{
    struct rd_kafka_metadata_topic one = {.partition_cnt = 2};
    struct rd_kafka_metadata md = {.topic_cnt = 1, .topics = &one};

    ck_assert_int_eq(metadata_partitions(&md), 2);
    one.err = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    ck_assert_int_eq(metadata_partitions(&md), 2);
    one.partition_cnt = 0;
    ck_assert_int_eq(metadata_partitions(&md), -EAGAIN);
    one.err = RD_KAFKA_RESP_ERR_NO_ERROR;
    ck_assert_int_eq(metadata_partitions(&md), -EAGAIN);
    one.err = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    ck_assert_int_eq(metadata_partitions(&md), 0);
    md.topic_cnt = 0;
    ck_assert_int_eq(metadata_partitions(&md), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_topic_that_tells_no_partitions_may_exist);
    tcase_add_test(tc, from_the_start_all_is_seen);
    tcase_add_test(tc, from_the_end_only_what_is_new);
    tcase_add_test(tc, it_outlives_its_brokers);
    tcase_add_test(tc, without_brokers_it_stops_in_time);
}

SUITE_MAIN("tail", fill)
