/* test_mock_offsets.c - records written to __consumer_offsets by ordeal-mock,
 * as the harness reads them. */
#include "client/groups.h"

#include "base/clk.h"
#include "support/rdkafka_client.h"
#include "support/suite.h"

enum { PARTITIONS = 4, COMMITTED = 25 };

static struct ordeal_mock mock;

static const struct client_setting member[] = {
    {"group.id", "connect-sink"},
    {"client.id", "connector-consumer-sink-0"},
    {"session.timeout.ms", "6000"},
    {"max.poll.interval.ms", "60000"},
    {"auto.offset.reset", "earliest"},
    {"enable.auto.commit", "false"},
    {"fetch.wait.max.ms", "100"},
    {NULL, NULL},
};

static void set_up(void)
{
    ordeal_mock_start(&mock, 2);
}

static void tear_down(void)
{
    ordeal_mock_end(&mock);
}

/* Join, read all, commit, leave. */
static void be_a_sink(void)
{
    rd_kafka_t *producer = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    rd_kafka_topic_partition_list_t *topics =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_t *rk;
    int seen = 0;

    topic_create(producer, "t", PARTITIONS, 2, 0);
    produce_all(producer, "t", PARTITIONS, 0, PARTITIONS * COMMITTED);
    rd_kafka_destroy(producer);
    rk = client_new(RD_KAFKA_CONSUMER, mock.bootstrap, member);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_add(topics, "t", RD_KAFKA_PARTITION_UA);
    ck_assert_int_eq(rd_kafka_subscribe(rk, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    while (seen < PARTITIONS * COMMITTED) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 50);

        seen += m && !m->err;
        if (m)
            rd_kafka_message_destroy(m);
    }
    ck_assert_int_eq(rd_kafka_commit(rk, NULL, 0), 0);
    ck_assert_int_eq(rd_kafka_consumer_close(rk), 0);
    rd_kafka_destroy(rk);
}

struct seen {
    int commits, generations;
    bool emptied;
};

static void look_at_commit(const struct group_record *r, struct seen *s)
{
    int64_t age_us = clk_wall_us() - r->commit_time_us;

    ck_assert_int_eq(r->key_version, 1);
    ck_assert_str_eq(r->topic, "t");
    ck_assert_int_ge(r->partition, 0);
    ck_assert_int_lt(r->partition, PARTITIONS);
    ck_assert_int_eq(r->offset, COMMITTED);
    ck_assert_int_ge(age_us, -US_PER_S);
    ck_assert_int_lt(age_us, 120 * (int64_t)US_PER_S);
    s->commits++;
}

static void look_at_generation(const struct group_record *r, struct seen *s)
{
    const struct group_member *m = r->members;

    ck_assert_int_eq(r->key_version, 2);
    ck_assert_str_eq(r->protocol_type, "consumer");
    ck_assert_int_gt(r->state_time_us, 0);
    if (r->members_len == 0) {
        s->emptied = true;
        ck_assert_ptr_null(r->leader);
        return;
    }
    ck_assert(!s->emptied);
    ck_assert_uint_eq(r->members_len, 1);
    ck_assert_str_eq(r->leader, m->id);
    ck_assert_str_eq(m->client_id, "connector-consumer-sink-0");
    ck_assert_str_eq(m->client_host, "/127.0.0.1");
    ck_assert_int_eq(m->session_timeout_ms, 6000);
    ck_assert_int_eq(m->rebalance_timeout_ms, 60000);
    ck_assert_uint_gt(m->subscription_len, 0);
    ck_assert_uint_eq(m->partitions_len, PARTITIONS);
    ck_assert_str_eq(m->partitions[0].topic, "t");
    s->generations++;
}

static void look_at(const rd_kafka_message_t *m, struct seen *s)
{
    struct group_record r;

    ck_assert_int_eq(
        group_record_parse(m->key, m->key_len, m->payload, m->len, &r), 0);
    ck_assert(!r.tombstone);
    ck_assert_str_eq(r.group, "connect-sink");
    ck_assert_int_ne(r.kind, GROUP_UNKNOWN);
    if (r.kind == GROUP_COMMIT)
        look_at_commit(&r, s);
    else
        look_at_generation(&r, s);
    group_record_done(&r);
}

START_TEST(commits_and_generations_are_there)
{
    static const struct client_setting set[] = {
        {"group.id", "observer"}, {"fetch.wait.max.ms", "100"}, {NULL, NULL}};
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(1);
    struct clk clk = clk_real();
    struct seen s = {0};
    char where[32];
    rd_kafka_t *rk;

    be_a_sink();
    (void)snprintf(where, sizeof(where), "127.0.0.1:%u",
                   mock.brokers[1].observer);
    rk = client_new(RD_KAFKA_CONSUMER, where, set);
    rd_kafka_topic_partition_list_add(all, "__consumer_offsets", 0)->offset = 0;
    ck_assert_int_eq(rd_kafka_assign(rk, all), 0);
    rd_kafka_topic_partition_list_destroy(all);
    while (!s.emptied) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 50);

        ck_assert_int_lt(clk_now(&clk), 30 * US_PER_S);
        if (m && !m->err)
            look_at(m, &s);
        if (m)
            rd_kafka_message_destroy(m);
    }
    ck_assert_int_eq(s.commits, PARTITIONS);
    ck_assert_int_eq(s.generations, 1);
    rd_kafka_destroy(rk);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, commits_and_generations_are_there);
}

SUITE_MAIN("ordeal-mock, __consumer_offsets", fill)
