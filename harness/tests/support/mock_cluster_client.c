/* mock_cluster_client.c - librdkafka's mock cluster inside a test. */
#include "support/mock_cluster_client.h"

#include <check.h>
#include <stdio.h>

void mock_open(struct mock *m, const char *topic, int partitions)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];

    ck_assert_int_eq(
        rd_kafka_conf_set(conf, "test.mock.num.brokers", "3", why, sizeof(why)),
        RD_KAFKA_CONF_OK);
    (void)rd_kafka_conf_set(conf, "log_level", "0", why, sizeof(why));
    m->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    ck_assert_msg(m->rk != NULL, "%s", why);
    m->cluster = rd_kafka_handle_mock_cluster(m->rk);
    m->access = (struct kafka_access){
        .bootstrap = rd_kafka_mock_cluster_bootstraps(m->cluster),
    };
    ck_assert_int_eq(
        rd_kafka_mock_topic_create(m->cluster, topic, partitions, 3),
        RD_KAFKA_RESP_ERR_NO_ERROR);
}

void mock_close(struct mock *m)
{
    rd_kafka_destroy(m->rk);
}

void mock_down(struct mock *m)
{
    for (int32_t id = 1; id <= MOCK_BROKERS; id++)
        rd_kafka_mock_broker_set_down(m->cluster, id);
}

void mock_up(struct mock *m)
{
    for (int32_t id = 1; id <= MOCK_BROKERS; id++)
        rd_kafka_mock_broker_set_up(m->cluster, id);
}

void sent_note(void *ctx, const struct kafka_report *r)
{
    struct sent *s = ctx;

    s->acknowledged += r->sent == KAFKA_ACKNOWLEDGED;
    s->refused += r->sent == KAFKA_REFUSED;
    s->indeterminate += r->sent == KAFKA_INDETERMINATE;
    s->tags += r->tag;
    ck_assert((r->reason == NULL) == (r->sent == KAFKA_ACKNOWLEDGED));
}

int sent_all(const struct sent *s)
{
    return s->acknowledged + s->refused + s->indeterminate;
}

struct kafka_producer *producer_into(const struct mock *m, const char *topic,
                                     bool idempotence, int64_t timeout_us,
                                     struct sent *to)
{
    struct kafka_producer_spec spec = {
        .topic = topic,
        .acks = -1,
        .idempotence = idempotence,
        .delivery_timeout_us = timeout_us,
        .report = sent_note,
        .ctx = to,
    };
    struct kafka_producer *p;
    struct err err = {0};

    ck_assert_msg(kafka_producer_open(&m->access, &spec, &p, &err) == 0, "%s",
                  err.text);
    return p;
}

void queue(struct kafka_producer *p, int partitions, int count)
{
    struct err err = {0};
    char value[32];

    for (int i = 0; i < count; i++) {
        int len = snprintf(value, sizeof(value), "value-%d", i);

        ck_assert_msg(kafka_produce(p, i % partitions, "key", 3, value,
                                    (size_t)len, (uint64_t)i, &err) == 0,
                      "%s", err.text);
    }
}

void produce(const struct mock *m, const char *topic, int partitions, int count)
{
    struct sent sent = {0};
    struct kafka_producer *p = producer_into(m, topic, false, 20000000, &sent);

    queue(p, partitions, count);
    kafka_producer_close(p, 20000000);
    ck_assert_int_eq(sent.acknowledged, count);
}
