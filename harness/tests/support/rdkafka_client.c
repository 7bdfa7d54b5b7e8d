/* rdkafka_client.c - librdkafka clients of tests against ordeal-mock. */
#include "support/rdkafka_client.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"

static void client_set(rd_kafka_conf_t *conf, const char *key,
                       const char *value)
{
    char text[256];

    ck_assert_msg(rd_kafka_conf_set(conf, key, value, text, sizeof(text)) == 0,
                  "%s", text);
}

int client_failures;
rd_kafka_resp_err_t client_failure;

static void client_delivered(rd_kafka_t *rk, const rd_kafka_message_t *m,
                             void *opaque)
{
    (void)rk;
    (void)opaque;
    if (!m->err)
        return;
    client_failures++;
    client_failure = m->err;
}

rd_kafka_t *client_new(rd_kafka_type_t type, const char *bootstrap,
                       const struct client_setting *more)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char text[256];
    rd_kafka_t *rk;

    client_set(conf, "bootstrap.servers", bootstrap);
    client_set(conf, "client.id", "test");
    client_set(conf, "log_level", "2");
    client_set(conf, "reconnect.backoff.max.ms", "200");
    client_set(conf, "topic.metadata.refresh.fast.interval.ms", "50");
    if (type == RD_KAFKA_PRODUCER) {
        client_set(conf, "linger.ms", "5");
        client_set(conf, "socket.timeout.ms", "3000");
        rd_kafka_conf_set_dr_msg_cb(conf, client_delivered);
    }
    for (; more && more->key; more++)
        client_set(conf, more->key, more->value);
    rk = rd_kafka_new(type, conf, text, sizeof(text));
    ck_assert_msg(rk != NULL, "%s", text);
    return rk;
}

void topic_create_set(rd_kafka_t *rk, const char *name, int partitions,
                      int replicas, struct client_setting set,
                      rd_kafka_resp_err_t want)
{
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(name, partitions, replicas, NULL, 0);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    const rd_kafka_topic_result_t **results;
    rd_kafka_event_t *e;
    size_t n;

    ck_assert_int_eq(rd_kafka_NewTopic_set_config(topic, set.key, set.value),
                     0);
    rd_kafka_CreateTopics(rk, &topic, 1, NULL, queue);
    e = rd_kafka_queue_poll(queue, 20000);
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(rd_kafka_event_error(e), 0);
    results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(e), &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(rd_kafka_topic_result_error(results[0]), want);
    rd_kafka_event_destroy(e);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(topic);
}

void topic_create(rd_kafka_t *rk, const char *name, int partitions,
                  int replicas, rd_kafka_resp_err_t want)
{
    topic_create_set(rk, name, partitions, replicas,
                     (struct client_setting){"retention.ms", "60000"}, want);
}

void leaders_find(rd_kafka_t *rk, const char *name)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, name, NULL);
    const struct rd_kafka_metadata *md;

    if (rd_kafka_metadata(rk, 0, topic, &md, 300) == 0)
        rd_kafka_metadata_destroy(md);
    rd_kafka_topic_destroy(topic);
}

void produce_all(rd_kafka_t *rk, const char *topic, int partitions, int first,
                 int count)
{
    client_failures = 0;
    leaders_find(rk, topic);
    for (int i = first; i < first + count; i++) {
        char text[16];
        int n = snprintf(text, sizeof(text), "%d", i);

        ck_assert_int_eq(
            rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic),
                              RD_KAFKA_V_PARTITION(i % partitions),
                              RD_KAFKA_V_VALUE(text, (size_t)n),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_END),
            0);
    }
    ck_assert_int_eq(rd_kafka_flush(rk, 30000), 0);
    ck_assert_int_eq(client_failures, 0);
}

int read_all(const struct ordeal_mock *m, const char *topic, int partitions,
             int count)
{
    static const struct client_setting set[] = {
        {"group.id", "reader"}, {"fetch.wait.max.ms", "100"}, {NULL, NULL}};
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, m->bootstrap, set);
    rd_kafka_topic_partition_list_t *all =
        rd_kafka_topic_partition_list_new(partitions);
    struct clk clk = clk_real();
    int next[64], seen = 0;

    for (int p = 0; p < partitions; p++) {
        rd_kafka_topic_partition_list_add(all, topic, p)->offset = 0;
        next[p] = p;
    }
    ck_assert_int_eq(rd_kafka_assign(rk, all), 0);
    rd_kafka_topic_partition_list_destroy(all);
    while (seen < count && clk_now(&clk) < 30 * US_PER_S) {
        rd_kafka_message_t *msg = rd_kafka_consumer_poll(rk, 100);

        if (msg && !msg->err) {
            char text[16];

            (void)snprintf(text, sizeof(text), "%.*s", (int)msg->len,
                           (const char *)msg->payload);
            ck_assert_int_eq(strtol(text, NULL, 10), next[msg->partition]);
            next[msg->partition] += partitions;
            seen++;
        }
        if (msg)
            rd_kafka_message_destroy(msg);
    }
    rd_kafka_destroy(rk);
    return seen;
}
