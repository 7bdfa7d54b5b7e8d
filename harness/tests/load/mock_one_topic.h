/* mock_one_topic.h - a mock cluster of librdkafka in the test's own process,
 * with 3 brokers and one topic. */
#ifndef TESTS_LOAD_MOCK_ONE_TOPIC_H
#define TESTS_LOAD_MOCK_ONE_TOPIC_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "support/station.h"

enum { API_PRODUCE = 0, API_END_TXN = 26 };

struct mock {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *cluster;
    struct kafka_access access;
};

static inline struct mock mock_start(const char *topic, int partitions)
{
    struct mock m = {0};
    char why[256];

    m.rk =
        rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
    ck_assert_ptr_nonnull(m.rk);
    m.cluster = rd_kafka_mock_cluster_new(m.rk, 3);
    ck_assert_ptr_nonnull(m.cluster);
    ck_assert_int_eq(
        rd_kafka_mock_topic_create(m.cluster, topic, partitions, 1), 0);
    m.access.bootstrap = rd_kafka_mock_cluster_bootstraps(m.cluster);
    return m;
}

static inline void mock_stop(struct mock *m)
{
    rd_kafka_mock_cluster_destroy(m->cluster);
    rd_kafka_destroy(m->rk);
}

#endif
