/* bench_fill.c - fills a topic with stamped records, as fast as librdkafka
 * writes. */
#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

#include "base/clk.h"
#include "bench/bench.h"
#include "bench/order.h"
#include "client/kafka.h"

enum { AT_ONCE = 1000, POLL_MS = 10, JSON_MAX = 512 };

static const int64_t topic_us = INT64_C(30) * US_PER_S;
static const int64_t flush_us = INT64_C(120) * US_PER_S;

static const char *const properties[][2] = {
    /* On a busy machine a broker may refuse a batch for a moment. A batch sent
     * again must take the old place, or the topic has another order than the
     * order counted. */
    {"enable.idempotence", "true"},
    {"linger.ms", "20"},
    {"batch.size", "1000000"},
    {"batch.num.messages", "100000"},
    {"queue.buffering.max.messages", "1000000"},
    {"queue.buffering.max.kbytes", "262144"},
    {"message.timeout.ms", "120000"},
    {"delivery.report.only.error", "true"},
    {"log_level", "3"},
};

struct filler {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    uint64_t failed;
    char why[256]; /* text of the first failure */
};

static void on_failed(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    struct filler *f = opaque;

    (void)rk;
    if (f->failed++ == 0)
        (void)snprintf(f->why, sizeof(f->why), "%s", rd_kafka_err2str(m->err));
}

static int open_producer(struct filler *f, const struct job *job,
                         struct err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[512];
    bool set = rd_kafka_conf_set(conf, "bootstrap.servers", job->bootstrap, why,
                                 sizeof(why)) == RD_KAFKA_CONF_OK;

    for (size_t i = 0; i < ARRAY_LEN(properties) && set; i++)
        set = rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why,
                                sizeof(why)) == RD_KAFKA_CONF_OK;
    rd_kafka_conf_set_dr_msg_cb(conf, on_failed);
    rd_kafka_conf_set_opaque(conf, f);
    f->rk =
        set ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why)) : NULL;
    if (!f->rk) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, -EINVAL, "producer: %s", why);
    }
    f->topic = rd_kafka_topic_new(f->rk, job->set.topic, NULL);
    return f->topic ? 0
                    : err_set(err, -EINVAL, "%s: %s", job->set.topic,
                              rd_kafka_err2str(rd_kafka_last_error()));
}

static size_t stamped(int32_t partition, uint64_t seq, char *value)
{
    const struct stamp s = {
        .run = BENCH_RUN, .stream = (uint32_t)partition + 1, .seq = seq};

    stamp_write(&s, value);
    memcpy(value + STAMP_LEN, stamp_payload(&s, PAYLOAD_LEN), PAYLOAD_LEN);
    return VALUE_LEN;
}

/* A document of some 200 bytes, such as a row of a table becomes. */
static size_t document(int32_t partition, uint64_t seq, char *value)
{
    int n = snprintf(
        value, JSON_MAX,
        "{\"name\":\"customer %llu\",\"mail\":\"c%llu@example.com\","
        "\"address\":{\"street\":\"Caf\303\251 road\",\"number\":%d},"
        "\"tags\":[\"new\",\"north\"],\"amount\":12.50,\"active\":true,"
        "\"id\":%llu,\"note\":null,\"text\":\"with \\\"quotes\\\"\"}",
        (unsigned long long)seq, (unsigned long long)seq, (int)partition,
        (unsigned long long)seq);

    return (size_t)n;
}

static int send_one(struct filler *f, bool json, int32_t partition,
                    uint64_t seq, struct err *err)
{
    char value[JSON_MAX];
    size_t len =
        json ? document(partition, seq, value) : stamped(partition, seq, value);

    while (rd_kafka_produce(f->topic, partition, RD_KAFKA_MSG_F_COPY, value,
                            len, NULL, 0, NULL) < 0) {
        rd_kafka_resp_err_t why = rd_kafka_last_error();

        if (why != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return err_set(err, -EIO, "send: %s", rd_kafka_err2str(why));
        (void)rd_kafka_poll(f->rk, POLL_MS);
    }
    return 0;
}

static int send_all(struct filler *f, bool json, struct order *orders,
                    struct err *err)
{
    bool more = true;

    while (more && f->failed == 0) {
        more = false;
        for (int32_t p = 0; p < BENCH_PARTITIONS; p++)
            for (int i = 0; i < AT_ONCE && orders[p].given < orders[p].total;
                 i++) {
                more = true;
                if (send_one(f, json, p, order_next(&orders[p]), err) < 0)
                    return err->code;
            }
        (void)rd_kafka_poll(f->rk, 0);
    }
    if (rd_kafka_flush(f->rk, (int)(flush_us / US_PER_MS)) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, -ETIMEDOUT, "%d records not sent after %.1fs",
                       rd_kafka_outq_len(f->rk), (double)flush_us / US_PER_S);
    return f->failed ? err_set(err, -EIO, "%llu records not taken: %s",
                               (unsigned long long)f->failed, f->why)
                     : 0;
}

int bench_make_topic(const struct job *job, struct err *err)
{
    struct kafka_access access = {.bootstrap = job->bootstrap};
    struct kafka_admin *admin;
    int rc;

    if (kafka_admin_open(&access, &admin, err) < 0)
        return err->code;
    rc = kafka_create_topic(admin, job->set.topic, (int)job->set.partitions, 1,
                            NULL, topic_us, err);
    kafka_admin_close(admin);
    return rc;
}

/* The counts follow from the orders alone. A reader is compared with these
 * counts, so a defect of the tally cannot hide in a measure taken by the tally.
 */
int job_fill(const struct job *job, struct measured *ret, struct err *err)
{
    struct order orders[BENCH_PARTITIONS];
    struct tally_counts *c = &ret->counts;
    struct filler f = {0};

    for (uint32_t p = 0; p < BENCH_PARTITIONS; p++) {
        uint64_t share = job->set.records / BENCH_PARTITIONS +
                         (p < job->set.records % BENCH_PARTITIONS);

        orders[p] = order_of(p + 1, share, job->set.disturbed);
    }
    *ret = measure_begin();
    if (bench_make_topic(job, err) == 0 && open_producer(&f, job, err) == 0)
        (void)send_all(&f, job->set.json, orders, err);
    if (f.topic)
        rd_kafka_topic_destroy(f.topic);
    if (f.rk)
        rd_kafka_destroy(f.rk);
    measure_end(ret);
    for (int p = 0; p < BENCH_PARTITIONS; p++) {
        c->records += orders[p].given;
        c->copies += orders[p].doubled;
        c->reordered += orders[p].late;
    }
    c->ours = c->records;
    c->distinct = c->records - c->copies;
    return err->code;
}

int job_delete(const struct job *job, struct measured *ret, struct err *err)
{
    struct kafka_access access = {.bootstrap = job->bootstrap};
    struct kafka_admin *admin;
    int rc;

    *ret = (struct measured){0};
    if (kafka_admin_open(&access, &admin, err) < 0)
        return err->code;
    rc = kafka_delete_topic(admin, job->set.topic, topic_us, err);
    kafka_admin_close(admin);
    return rc;
}
