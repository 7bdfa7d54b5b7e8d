/* test_observer.c - the observer over librdkafka's mock cluster: live topics.
 */
#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdatomic.h>

#include "base/own.h"
#include "observe/watching.h"
#include "oracle/stamp.h"
#include "support/suite.h"

enum { RUN = 7, STREAM = 1, PAYLOAD = 16, PARTITIONS = 2 };

static rd_kafka_t *rk;
static struct kafka_access access_of;
static struct watching env;
static struct clk real;

static const struct tally_stream_spec stream = {STREAM, PAYLOAD, 0};
static const struct tally_spec tally = {
    .run = RUN, .streams = &stream, .streams_len = 1};

static void setup(void)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_mock_cluster_t *cluster;
    char why[256];

    watching_init(&env);
    real = clk_real();
    env.spec.clk = &real;
    (void)rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why,
                            sizeof(why));
    (void)rd_kafka_conf_set(conf, "log_level", "0", why, sizeof(why));
    rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    ck_assert_msg(rk != NULL, "%s", why);
    cluster = rd_kafka_handle_mock_cluster(rk);
    ck_assert_int_eq(
        rd_kafka_mock_topic_create(cluster, "orders", PARTITIONS, 1), 0);
    access_of = (struct kafka_access){
        .bootstrap = rd_kafka_mock_cluster_bootstraps(cluster)};
    env.spec.kafka = &access_of;
}

static void teardown(void)
{
    rd_kafka_destroy(rk);
}

static void count_sent(void *ctx, const struct kafka_report *r)
{
    int *sent = ctx;

    *sent += r->sent == KAFKA_ACKNOWLEDGED;
}

/* Write records of the test's stream from `first` on, into a partition. */
static void produce(int32_t partition, uint64_t first, int count)
{
    int sent = 0;
    struct kafka_producer_spec spec = {
        .topic = "orders",
        .acks = -1,
        .delivery_timeout_us = 10 * (int64_t)US_PER_S,
        .report = count_sent,
        .ctx = &sent,
    };
    struct kafka_producer *p;
    struct err err = {0};

    ck_assert_msg(kafka_producer_open(&access_of, &spec, &p, &err) == 0, "%s",
                  err.text);
    for (int i = 0; i < count; i++) {
        struct stamp s = {RUN, STREAM, first + (uint64_t)i};
        char value[STAMP_LEN + PAYLOAD];

        stamp_write(&s, value);
        memcpy(value + STAMP_LEN, stamp_payload(&s, PAYLOAD), PAYLOAD);
        ck_assert_msg(kafka_produce(p, partition, NULL, 0, value, sizeof(value),
                                    0, &err) == 0,
                      "%s", err.text);
    }
    kafka_producer_close(p, 10 * US_PER_S);
    ck_assert_int_eq(sent, count);
}

struct until {
    struct observer *o;
    uint64_t records;
};

static int has_seen(void *ctx, struct err *err)
{
    struct until *u = ctx;
    struct topic_seen seen = observer_topic(u->o, "orders");

    if (seen.records >= u->records)
        return 1;
    err_set(err, -EAGAIN, "%d seen", (int)seen.records);
    return 0;
}

static void await(struct observer *o, uint64_t records)
{
    struct until u = {o, records};
    struct err err = {0};

    ck_assert_msg(wait_until(&real, has_seen, &u, 20 * US_PER_MS,
                             clk_now(&real) + 20 * US_PER_S, "records",
                             &err) == 0,
                  "%s", err.text);
}

START_TEST(topics_are_counted_live)
{
    struct observer_topic topic = {"orders", &tally};
    struct committed ends[4];
    struct observer *o = NULL;
    struct topic_seen seen;
    struct err err = {0};

    env.spec.topics = &topic;
    env.spec.topics_len = 1;
    produce(1, 0, 10);
    ck_assert_msg(observer_start(&env.spec, &o, &err) == 0, "%s", err.text);
    await(o, 10);
    ck_assert_uint_eq(observer_ends(o, "orders", ends, 4), 1);
    ck_assert_int_eq(ends[0].partition, 1);
    ck_assert_int_eq(ends[0].offset, 10);
    produce(0, 10, 5);
    produce(1, 5, 3); /* copies */
    await(o, 18);
    seen = observer_topic(o, "orders");
    ck_assert_uint_eq(seen.records, 18);
    ck_assert_uint_eq(seen.distinct, 15);
    ck_assert_int_gt(seen.last_us, 0);
    ck_assert_int_eq(observer_lag(o, "g", "orders"), 18);
    observer_stop(o);
    ck_assert_uint_eq(tally_counts(observer_tally(o, "orders")).copies, 3);
    ck_assert_ptr_null(observer_tally(o, "nothing"));
    ck_assert_uint_eq(observer_topic(o, "nothing").records, 0);
    ck_assert_int_eq(observer_topic(o, "nothing").last_us, -1);
    observer_free(o);
}
END_TEST

/* How far the observer's clock is ahead of the real clock. */
static atomic_llong ahead_us;

static int64_t ahead_now(void *ctx)
{
    (void)ctx;
    return clk_now(&real) + atomic_load(&ahead_us);
}

START_TEST(copies_of_what_came_long_ago_are_told)
{
    static const struct clk ahead = {.now_us = ahead_now};
    struct observer_topic topic = {"orders", &tally};
    struct observer *o = NULL;
    struct err err = {0};

    env.spec.topics = &topic;
    env.spec.topics_len = 1;
    env.spec.clk = &ahead;
    produce(0, 0, 10);
    ck_assert_msg(observer_start(&env.spec, &o, &err) == 0, "%s", err.text);
    await(o, 10);
    ck_assert_uint_eq(observer_topic(o, "orders").replayed, 0);
    atomic_store(&ahead_us, 10 * US_PER_S);
    produce(0, 10, 5);
    produce(0, 6, 3);
    await(o, 18);
    ck_assert_uint_eq(observer_topic(o, "orders").replayed, 3);
    observer_free(o);
}
END_TEST

START_TEST(without_connects_topics_nothing_is_known_of_tasks)
{
    AUTO_FREE struct ownership *owners = NULL;
    AUTO_FREE struct commit *commits = NULL;
    AUTO_JSON json_t *offsets = NULL;
    struct observer *o = NULL;
    struct err err = {0};
    char text[32];

    ck_assert_msg(observer_start(&env.spec, &o, &err) == 0, "%s", err.text);
    observer_tasks_text(o, "s", text, sizeof(text));
    ck_assert_str_eq(text, "RUNNING 0/0");
    ck_assert_int_eq(observer_tasks(o, "s"), 0);
    ck_assert_str_eq(observer_task(o, "s", 0).state, "");
    ck_assert_uint_eq(observer_owners(o, "connect-s", "s", "orders", &owners),
                      0);
    ck_assert_uint_eq(observer_commits(o, "connect-s", "orders", &commits), 0);
    ck_assert_int_eq(observer_last_generation_us(o, "connect-s"), -1);
    ck_assert_uint_eq(observer_status_changes(o, "s"), 0);
    ck_assert_uint_eq(observer_source_commits(o, "s"), 0);
    offsets = observer_source_offsets(o, "s");
    ck_assert_uint_eq(json_array_size(offsets), 0);
    observer_free(o);
    observer_free(NULL);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, topics_are_counted_live);
    tcase_add_test(tc, copies_of_what_came_long_ago_are_told);
    tcase_add_test(tc, without_connects_topics_nothing_is_known_of_tasks);
}

SUITE_MAIN("observer", fill)
