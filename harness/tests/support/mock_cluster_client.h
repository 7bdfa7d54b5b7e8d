/* mock_cluster_client.h - librdkafka's mock cluster of three brokers inside the
 * test, and a producer of client/ with counted reports.
 */
#ifndef SUPPORT_MOCK_CLUSTER_CLIENT_H
#define SUPPORT_MOCK_CLUSTER_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "client/kafka.h"

enum { API_PRODUCE = 0, API_FETCH = 1, MOCK_BROKERS = 3 };

struct mock {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *cluster;
    struct kafka_access access;
};

/* Start the cluster with one topic, replicated to all brokers. */
void mock_open(struct mock *m, const char *topic, int partitions);
void mock_close(struct mock *m);

/* Refuse all connections from now on, or accept connections again. */
void mock_down(struct mock *m);
void mock_up(struct mock *m);

/* The reports of a producer, counted. */
struct sent {
    int acknowledged, refused, indeterminate;
    uint64_t tags; /* the sum of tags */
};

/* Count a report; ctx: a struct sent. For kafka_producer_spec.report. */
void sent_note(void *ctx, const struct kafka_report *r);

/* Number of reports counted. */
int sent_all(const struct sent *s);

/* Open a producer with reports counted in `to`, which outlives the producer. */
struct kafka_producer *producer_into(const struct mock *m, const char *topic,
                                     bool idempotence, int64_t timeout_us,
                                     struct sent *to);

/* Queue `count` records in turn to the partitions; values "value-<i>". */
void queue(struct kafka_producer *p, int partitions, int count);

/* Write `count` records and check that all are acknowledged. */
void produce(const struct mock *m, const char *topic, int partitions,
             int count);

#endif
