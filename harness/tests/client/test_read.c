/* test_read.c - reading a topic from start to end, and asking a cluster. */
#include <errno.h>

#include "base/clk.h"
#include "support/mock_cluster_client.h"
#include "support/suite.h"

enum { PARTITIONS_MAX = 8 };

struct seen {
    int64_t next[PARTITIONS_MAX];
    uint64_t records;
    int64_t stop_at; /* of any partition; -1: never */
};

static int see(void *ctx, const struct record *r)
{
    struct seen *s = ctx;

    ck_assert_int_eq(r->at.offset, s->next[r->at.partition]);
    ck_assert_uint_eq(r->key_len, 3);
    ck_assert_int_gt(r->at.time_us, 0);
    ck_assert_int_eq(r->time_is, TIME_CREATE);
    ck_assert_uint_eq(r->headers_len, 0); /* nobody asked for any */
    s->next[r->at.partition]++;
    s->records++;
    return r->at.offset == s->stop_at ? -ECANCELED : 0;
}

/* Read with `readers` threads into seen[0..]. */
static int read_all(const struct mock *m, const char *topic, int readers,
                    int64_t timeout_us, struct seen *seen,
                    struct kafka_read_result *ret, struct err *err)
{
    void *ctxs[PARTITIONS_MAX];

    for (int i = 0; i < PARTITIONS_MAX; i++)
        ctxs[i] = &seen[i];
    return kafka_read_all(&m->access,
                          &(struct kafka_read_spec){
                              .topic = topic,
                              .readers = readers,
                              .each = see,
                              .ctxs = ctxs,
                              .timeout_us = timeout_us,
                          },
                          ret, err);
}

static const struct whole {
    int partitions, readers, records;
} wholes[] = {
    {1, 1, 1000}, {4, 1, 4000}, {4, 2, 4000},
    {3, 8, 300},  {4, 0, 4000}, {3, 2, 2} /* and a partition is empty */,
};

START_TEST(a_topic_is_read_whole)
{
    const struct whole *w = &wholes[_i];
    struct seen seen[PARTITIONS_MAX] = {0};
    struct kafka_read_result r;
    struct err err = {0};
    struct mock m;

    for (int i = 0; i < PARTITIONS_MAX; i++)
        seen[i].stop_at = -1;
    mock_open(&m, "orders", w->partitions);
    produce(&m, "orders", w->partitions, w->records);
    ck_assert_msg(
        read_all(&m, "orders", w->readers, 20000000, seen, &r, &err) == 0, "%s",
        err.text);
    ck_assert_int_eq(r.records, w->records);
    ck_assert_int_eq(r.partitions, w->partitions);
    for (int p = 0; p < w->partitions; p++) {
        int readers =
            w->readers ? w->readers : kafka_default_readers(w->partitions);

        ck_assert_int_eq(r.low[p], 0);
        ck_assert_int_eq(r.end[p], seen[p % readers].next[p]);
    }
    kafka_read_result_done(&r);
    mock_close(&m);
}
END_TEST

START_TEST(an_empty_topic_takes_no_time)
{
    struct seen seen[PARTITIONS_MAX] = {0};
    struct kafka_read_result r;
    struct err err = {0};
    int64_t began_us;
    struct mock m;

    mock_open(&m, "orders", 2);
    began_us = clk_monotonic_us();
    ck_assert_msg(read_all(&m, "orders", 2, 20000000, seen, &r, &err) == 0,
                  "%s", err.text);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5000000);
    ck_assert_int_eq(r.records, 0);
    kafka_read_result_done(&r);
    mock_close(&m);
}
END_TEST

START_TEST(a_callback_stops_the_read_with_its_error)
{
    struct seen seen[PARTITIONS_MAX] = {0};
    struct kafka_read_result r;
    struct err err = {0};
    struct mock m;

    seen[0].stop_at = 7;
    mock_open(&m, "orders", 1);
    produce(&m, "orders", 1, 100);
    ck_assert_int_eq(read_all(&m, "orders", 1, 20000000, seen, &r, &err),
                     -ECANCELED);
    ck_assert_uint_eq(seen[0].records, 8);
    ck_assert_str_eq(err.text, "orders[0]: stopped at offset 7");
    mock_close(&m);
}
END_TEST

START_TEST(a_cluster_that_is_gone_is_a_time_out)
{
    struct seen seen[PARTITIONS_MAX] = {0};
    struct kafka_read_result r;
    struct err err = {0};
    int64_t began_us;
    struct mock m;

    mock_open(&m, "orders", 1);
    produce(&m, "orders", 1, 10);
    mock_down(&m);
    began_us = clk_monotonic_us();
    ck_assert_int_eq(read_all(&m, "orders", 1, 1000000, seen, &r, &err),
                     -ETIMEDOUT);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 10000000);
    mock_close(&m);
}
END_TEST

START_TEST(a_partition_that_sticks_is_named)
{
    struct seen seen[PARTITIONS_MAX] = {0};
    rd_kafka_resp_err_t errors[100];
    struct kafka_read_result r;
    struct err err = {0};
    struct mock m;

    seen[0].stop_at = -1;
    mock_open(&m, "orders", 1);
    produce(&m, "orders", 1, 10);
    for (size_t i = 0; i < 100; i++)
        errors[i] = RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
    rd_kafka_mock_push_request_errors_array(m.cluster, API_FETCH, 100, errors);
    ck_assert_int_eq(read_all(&m, "orders", 1, 1500000, seen, &r, &err),
                     -ETIMEDOUT);
    ck_assert_msg(
        strncmp(err.text, "orders[0]: read up to 0 of 10 in time", 37) == 0,
        "%s", err.text);
    mock_close(&m);
}
END_TEST

START_TEST(a_cluster_is_asked)
{
    int32_t ids[8], leader;
    struct kafka_admin *k;
    struct err err = {0};
    int64_t low, high;
    int n, in_sync;
    struct mock m;
    size_t len;

    mock_open(&m, "orders", 3);
    produce(&m, "orders", 1, 10);
    ck_assert_int_eq(
        rd_kafka_mock_partition_set_leader(m.cluster, "orders", 1, 2),
        RD_KAFKA_RESP_ERR_NO_ERROR);
    ck_assert_int_eq(kafka_admin_open(&m.access, &k, &err), 0);
    ck_assert_int_eq(kafka_partitions(k, "orders", &n, 5000000, &err), 0);
    ck_assert_int_eq(n, 3);
    ck_assert_int_eq(kafka_brokers(k, ids, 8, &len, 5000000, &err), 0);
    ck_assert_uint_eq(len, MOCK_BROKERS);
    ck_assert(ids[0] == 1 && ids[1] == 2 && ids[2] == 3);
    ck_assert_int_eq(
        kafka_leader(k, "orders", 1, &leader, &in_sync, 5000000, &err), 0);
    ck_assert_int_eq(leader, 2);
    ck_assert_int_eq(in_sync, 3);
    ck_assert_int_eq(
        kafka_leader(k, "orders", 9, &leader, &in_sync, 5000000, &err),
        -ENOENT);
    err = (struct err){0};
    ck_assert_int_eq(
        kafka_watermarks(k, "orders", 0, &low, &high, 5000000, &err), 0);
    ck_assert(low == 0 && high == 10);
    ck_assert_int_eq(kafka_last_stable(k, "orders", 0, &high, 5000000, &err),
                     0);
    ck_assert_int_eq(high, 10);
    /* The topic is there, so the mock without CreateTopics will do. */
    ck_assert_int_eq(kafka_create_topic(k, "orders", 3, 3, NULL, 5000000, &err),
                     0);
    ck_assert_int_eq(kafka_create_topic(k, "orders", 4, 3, NULL, 5000000, &err),
                     -EEXIST);
    ck_assert_str_eq(err.text, "topic orders: has 3 partitions, not 4");
    kafka_admin_close(k);
    mock_close(&m);
}
END_TEST

START_TEST(a_leader_that_is_missing_is_waited_for)
{
    struct kafka_admin *k;
    struct err err = {0};
    int64_t low, high;
    struct mock m;

    mock_open(&m, "orders", 1);
    rd_kafka_mock_partition_set_leader(m.cluster, "orders", 0, -1);
    ck_assert_int_eq(kafka_admin_open(&m.access, &k, &err), 0);
    ck_assert_int_eq(
        kafka_watermarks(k, "orders", 0, &low, &high, 500000, &err),
        -ETIMEDOUT);
    err = (struct err){0};
    rd_kafka_mock_partition_set_leader(m.cluster, "orders", 0, 1);
    ck_assert_msg(
        kafka_watermarks(k, "orders", 0, &low, &high, 5000000, &err) == 0, "%s",
        err.text);
    kafka_admin_close(k);
    mock_close(&m);
}
END_TEST

static int see_headers(void *ctx, const struct record *r)
{
    static const char *const names[] = {"kind", "kind", "none"};
    static const char *const values[] = {"first", "second", NULL};
    const struct record_header *h = record_header(r, "kind");

    ck_assert_uint_eq(r->headers_len, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(r->headers[i].name, names[i]);
        if (values[i])
            ck_assert_mem_eq(r->headers[i].value, values[i], r->headers[i].len);
        else
            ck_assert_ptr_null(r->headers[i].value);
    }
    ck_assert_ptr_eq(h, &r->headers[1]);
    ck_assert_ptr_null(record_header(r, "kin"));
    ck_assert_ptr_null(r->value); /* a tombstone */
    ++*(int *)ctx;
    return 0;
}

START_TEST(the_last_header_of_a_name_counts)
{
    int n = 0;
    void *ctx = &n;
    struct kafka_read_result r;
    struct err err = {0};
    struct mock m;

    mock_open(&m, "orders", 1);
    ck_assert_int_eq(
        rd_kafka_producev(m.rk, RD_KAFKA_V_TOPIC("orders"),
                          RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY("key", 3),
                          RD_KAFKA_V_HEADER("kind", "first", 5),
                          RD_KAFKA_V_HEADER("kind", "second", 6),
                          RD_KAFKA_V_HEADER("none", NULL, 0), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
    ck_assert_int_eq(rd_kafka_flush(m.rk, 10000), RD_KAFKA_RESP_ERR_NO_ERROR);
    ck_assert_int_eq(kafka_read_all(&m.access,
                                    &(struct kafka_read_spec){
                                        .topic = "orders",
                                        .readers = 1,
                                        .headers = true,
                                        .each = see_headers,
                                        .ctxs = &ctx,
                                        .timeout_us = 10000000,
                                    },
                                    &r, &err),
                     0);
    ck_assert_int_eq(n, 1);
    kafka_read_result_done(&r);
    mock_close(&m);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_topic_is_read_whole, 0, ARRAY_LEN(wholes));
    tcase_add_test(tc, an_empty_topic_takes_no_time);
    tcase_add_test(tc, a_callback_stops_the_read_with_its_error);
    tcase_add_test(tc, a_cluster_that_is_gone_is_a_time_out);
    tcase_add_test(tc, a_partition_that_sticks_is_named);
    tcase_add_test(tc, a_cluster_is_asked);
    tcase_add_test(tc, a_leader_that_is_missing_is_waited_for);
    tcase_add_test(tc, the_last_header_of_a_name_counts);
}

SUITE_MAIN("read", fill)
