/* rdkafka_client.h - librdkafka clients of tests against ordeal-mock. Each
 * function fails the test when a call to librdkafka fails.
 */
#ifndef SUPPORT_RDKAFKA_CLIENT_H
#define SUPPORT_RDKAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "support/ordeal_mock.h"

struct client_setting {
    const char *key, *value;
};

/* Number of undelivered records of the test's producers since the last
 * produce_all(), and the error of the latest. Written while a producer is
 * polled or flushed. */
extern int client_failures;
extern rd_kafka_resp_err_t client_failure;

/* A client with settings fit for tests; the caller destroys the client. `more`:
 * further settings, ended by key NULL; may be NULL. */
rd_kafka_t *client_new(rd_kafka_type_t type, const char *bootstrap,
                       const struct client_setting *more);

/* Create a topic with one setting by CreateTopics, and check that the result is
 * `want`. */
void topic_create_set(rd_kafka_t *rk, const char *name, int partitions,
                      int replicas, struct client_setting set,
                      rd_kafka_resp_err_t want);

/* topic_create_set() with a setting without effect. */
void topic_create(rd_kafka_t *rk, const char *name, int partitions,
                  int replicas, rd_kafka_resp_err_t want);

/* Find the topic's leaders before the first record: the producer itself would
 * look once a second, and may ask a stopped broker. */
void leaders_find(rd_kafka_t *rk, const char *name);

/* Write the numbers `first` to `first + count - 1`, spread over all partitions,
 * and check that all are delivered. */
void produce_all(rd_kafka_t *rk, const char *topic, int partitions, int first,
                 int count);

/* Read `count` records from the beginning, for up to 30 s; fails if a partition
 * does not hold the numbers of produce_all() in order. At most 64 partitions.
 * Returns the number of records read. */
int read_all(const struct ordeal_mock *m, const char *topic, int partitions,
             int count);

#endif
