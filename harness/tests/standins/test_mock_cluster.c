/* test_mock_cluster.c - ordeal-mock as a cluster: topics, records, leaders, and
 * brokers that die. */
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "support/ordeal_mock.h"
#include "support/rdkafka_client.h"
#include "support/suite.h"

enum { BROKERS = 3, PARTITIONS = 6, RECORDS = 300, SESSION_MS = 600 };

/* shared by all cases but those that kill brokers */
static struct ordeal_mock mock;
static char topic[32]; /* of the present case */

static void start_cluster(void)
{
    ordeal_mock_start(&mock, BROKERS);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void set_up(void)
{
    (void)snprintf(topic, sizeof(topic), "t-%d", (int)getpid());
}

/* Give this case (each case is a process) a separate mock, to be ended by the
 * case. */
static void part_from_others(void)
{
    ordeal_mock_start_with(&mock, BROKERS, SESSION_MS);
}

static const struct rd_kafka_metadata *metadata(rd_kafka_t *rk)
{
    const struct rd_kafka_metadata *md;

    ck_assert_int_eq(rd_kafka_metadata(rk, 1, NULL, &md, 20000), 0);
    return md;
}

/* Metadata asked of broker 1 alone. A client that knows all brokers might ask a
 * broker just killed, and wait for the time-out. */
static const struct rd_kafka_metadata *metadata_by_first(void)
{
    const struct rd_kafka_metadata *md;
    char where[32];
    rd_kafka_t *asks;

    (void)snprintf(where, sizeof(where), "127.0.0.1:%u",
                   mock.brokers[1].client);
    asks = client_new(RD_KAFKA_PRODUCER, where, NULL);
    md = metadata(asks);
    rd_kafka_destroy(asks);
    return md;
}

static const struct rd_kafka_metadata_topic *
topic_in(const struct rd_kafka_metadata *md, const char *name)
{
    for (int i = 0; i < md->topic_cnt; i++)
        if (strcmp(md->topics[i].topic, name) == 0)
            return &md->topics[i];
    ck_abort_msg("%s is not there", name);
}

/* Starting takes 150 ms on an idle machine. A busy machine may take much
 * longer, so the best of five starts counts. */
START_TEST(is_up_at_once)
{
    int64_t best_us = INT64_MAX;

    for (int i = 0; i < 5 && best_us > 2 * US_PER_S; i++) {
        int64_t began_us = clk_monotonic_us();
        struct ordeal_mock again;
        int64_t took_us;

        ordeal_mock_start(&again, BROKERS);
        took_us = clk_monotonic_us() - began_us;
        if (took_us < best_us)
            best_us = took_us;
        ordeal_mock_end(&again);
    }
    ck_assert_int_lt(best_us, 2 * US_PER_S);
    (void)printf("up in %lld ms\n", (long long)best_us / 1000);
}
END_TEST

START_TEST(records_come_back)
{
    rd_kafka_t *rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);

    topic_create(rk, topic, PARTITIONS, 2, 0);
    produce_all(rk, topic, PARTITIONS, 0, RECORDS);
    ck_assert_int_eq(read_all(&mock, topic, PARTITIONS, RECORDS), RECORDS);
    rd_kafka_destroy(rk);
}
END_TEST

START_TEST(idempotent_producers_are_served)
{
    static const struct client_setting set[] = {{"enable.idempotence", "true"},
                                                {NULL, NULL}};
    rd_kafka_t *rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, set);

    topic_create(rk, topic, PARTITIONS, 2, 0);
    produce_all(rk, topic, PARTITIONS, 0, RECORDS);
    produce_all(rk, topic, PARTITIONS, RECORDS, RECORDS);
    ck_assert_int_eq(read_all(&mock, topic, PARTITIONS, 2 * RECORDS),
                     2 * RECORDS);
    rd_kafka_destroy(rk);
}
END_TEST

START_TEST(a_batch_that_is_too_large_is_refused)
{
    static const struct client_setting limit = {"max.message.bytes", "100"};
    rd_kafka_t *rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    char value[100] = "";

    topic_create_set(rk, topic, 1, 1, limit, 0);
    client_failures = 0;
    leaders_find(rk, topic);
    ck_assert_int_eq(rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic),
                                       RD_KAFKA_V_VALUE(value, sizeof(value)),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                       RD_KAFKA_V_END),
                     0);
    ck_assert_int_eq(rd_kafka_flush(rk, 30000), 0);
    ck_assert_int_eq(client_failures, 1);
    ck_assert_int_eq(client_failure, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    /* the refused batch left no offset behind */
    produce_all(rk, topic, 1, 0, 1);
    ck_assert_int_eq(read_all(&mock, topic, 1, 1), 1);
    rd_kafka_destroy(rk);
}
END_TEST

START_TEST(topics_are_as_they_were_made)
{
    rd_kafka_t *rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    const struct rd_kafka_metadata *md;
    const struct rd_kafka_metadata_topic *t;
    int before;
    char *id;

    md = metadata(rk);
    before = md->topic_cnt;
    rd_kafka_metadata_destroy(md);
    topic_create(rk, topic, PARTITIONS, 2, 0);
    topic_create(rk, topic, PARTITIONS, 2,
                 RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
    topic_create(rk, "u", 1, 4, RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR);
    md = metadata(rk);
    ck_assert_int_eq(md->broker_cnt, BROKERS);
    ck_assert_int_eq(md->topic_cnt, before + 1);
    t = topic_in(md, topic);
    ck_assert_int_eq(t->partition_cnt, PARTITIONS);
    for (int p = 0; p < PARTITIONS; p++) {
        ck_assert_int_eq(t->partitions[p].replica_cnt, 2);
        ck_assert_int_eq(t->partitions[p].isr_cnt, 2);
        ck_assert_int_eq(t->partitions[p].leader, p % BROKERS + 1);
        ck_assert_int_eq(t->partitions[p].replicas[1], (p + 1) % BROKERS + 1);
    }
    ck_assert_int_eq(topic_in(md, "__consumer_offsets")->partition_cnt, 1);
    ck_assert_int_eq(rd_kafka_controllerid(rk, 5000), 1);
    id = rd_kafka_clusterid(rk, 5000);
    ck_assert_uint_eq(strlen(id), 22);
    rd_kafka_mem_free(rk, id);
    rd_kafka_metadata_destroy(md);
    rd_kafka_destroy(rk);
}
END_TEST

START_TEST(an_unknown_topic_is_not_made)
{
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, mock.bootstrap, NULL);
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, "nosuch", NULL);
    const struct rd_kafka_metadata *md;

    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(rd_kafka_metadata(rk, 0, t, &md, 20000), 0);
        ck_assert_int_eq(md->topic_cnt, 1);
        ck_assert_int_eq(md->topics[0].err,
                         RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
        rd_kafka_metadata_destroy(md);
    }
    rd_kafka_topic_destroy(t);
    rd_kafka_destroy(rk);
}
END_TEST

/* Metadata asked through a listener holds the addresses of the same listener.
 */
START_TEST(addresses_are_those_of_the_listener)
{
    char where[32];
    rd_kafka_t *rk;
    const struct rd_kafka_metadata *md;

    (void)snprintf(where, sizeof(where), "127.0.0.1:%u",
                   mock.brokers[2].observer);
    rk = client_new(RD_KAFKA_PRODUCER, where, NULL);
    md = metadata(rk);
    ck_assert_int_eq(md->broker_cnt, BROKERS);
    for (int i = 0; i < BROKERS; i++)
        ck_assert_int_eq(md->brokers[i].port,
                         (int)mock.brokers[md->brokers[i].id].observer);
    rd_kafka_metadata_destroy(md);
    rd_kafka_destroy(rk);
}
END_TEST

/* A request to a stopped broker is repeated after a second. A busy machine may
 * be that slow as well, so the producer must be idempotent. */
static const struct client_setting impatient[] = {
    {"socket.timeout.ms", "1000"},
    {"enable.idempotence", "true"},
    {NULL, NULL},
};

static const struct {
    int ends, mends; /* signals; mends 0: start the broker again */
    const struct client_setting *set;
} deaths[] = {{SIGKILL, 0, NULL}, {SIGSTOP, SIGCONT, impatient}};

/* Kill or stop a broker that leads partitions, go on writing, and bring the
 * broker back. */
START_TEST(a_broker_dies_and_comes_back)
{
    const struct rd_kafka_metadata *md;
    const struct rd_kafka_metadata_topic *t;
    unsigned other; /* port of a live broker */
    rd_kafka_t *rk;

    part_from_others();
    rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, deaths[_i].set);
    other = mock.brokers[1].client;
    topic_create(rk, topic, PARTITIONS, 2, 0);
    produce_all(rk, topic, PARTITIONS, 0, RECORDS);
    broker_signal(&mock, 2, deaths[_i].ends);
    await_brokers(other, BROKERS - 1);
    md = metadata_by_first();
    t = topic_in(md, topic);
    for (int p = 0; p < PARTITIONS; p++) {
        ck_assert_int_ne(t->partitions[p].leader, 2);
        ck_assert_int_ne(t->partitions[p].leader, -1);
        ck_assert_int_eq(t->partitions[p].replica_cnt, 2);
        ck_assert_int_eq(t->partitions[p].isr_cnt, p % BROKERS == 2 ? 2 : 1);
    }
    rd_kafka_metadata_destroy(md);
    produce_all(rk, topic, PARTITIONS, RECORDS, RECORDS);
    if (deaths[_i].mends)
        broker_signal(&mock, 2, deaths[_i].mends);
    else
        broker_start(&mock, 2);
    await_brokers(other, BROKERS);
    ck_assert_int_eq(read_all(&mock, topic, PARTITIONS, 2 * RECORDS),
                     2 * RECORDS);
    rd_kafka_destroy(rk);
    ordeal_mock_end(&mock);
}
END_TEST

/* The only replica of partition 1 is dead: as in Kafka, no other broker has the
 * log. */
START_TEST(a_partition_without_a_live_replica_has_no_leader)
{
    const struct rd_kafka_metadata *md;
    rd_kafka_t *rk;

    part_from_others();
    rk = client_new(RD_KAFKA_PRODUCER, mock.bootstrap, NULL);
    topic_create(rk, topic, 2, 1, 0);
    produce_all(rk, topic, 2, 0, RECORDS);
    broker_signal(&mock, 2, SIGKILL);
    await_brokers(mock.brokers[1].client, BROKERS - 1);
    md = metadata_by_first();
    ck_assert_int_eq(topic_in(md, topic)->partitions[0].leader, 1);
    ck_assert_int_eq(topic_in(md, topic)->partitions[1].leader, -1);
    ck_assert_int_eq(topic_in(md, topic)->partitions[1].err,
                     RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
    rd_kafka_metadata_destroy(md);
    broker_start(&mock, 2);
    await_brokers(mock.brokers[1].client, BROKERS);
    ck_assert_int_eq(read_all(&mock, topic, 2, RECORDS), RECORDS);
    rd_kafka_destroy(rk);
    ordeal_mock_end(&mock);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, is_up_at_once);
    tcase_add_test(tc, records_come_back);
    tcase_add_test(tc, idempotent_producers_are_served);
    tcase_add_test(tc, a_batch_that_is_too_large_is_refused);
    tcase_add_test(tc, topics_are_as_they_were_made);
    tcase_add_test(tc, an_unknown_topic_is_not_made);
    tcase_add_test(tc, addresses_are_those_of_the_listener);
    tcase_add_loop_test(tc, a_broker_dies_and_comes_back, 0, ARRAY_LEN(deaths));
    tcase_add_test(tc, a_partition_without_a_live_replica_has_no_leader);
}

SUITE_MAIN("ordeal-mock, cluster", fill)
