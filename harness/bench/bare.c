/* bare.c - reads a topic by librdkafka alone, as fast as possible, and counts:
 * the measure for our own reader.
 *
 * The properties of client/read.c are written down a second time on purpose: if
 * our reader is tuned worse one day, the comparison must show the loss.
 */
#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clk.h"
#include "bench/bench.h"

enum { SERVE_MS = 100, CALL_MS = 10000, READERS_MAX = BENCH_PARTITIONS };

static const int64_t read_us = INT64_C(600) * US_PER_S;

static const char *const properties[][2] = {
    {"queued.min.messages", "1000000"},
    {"queued.max.messages.kbytes", "524288"},
    {"fetch.message.max.bytes", "1048576"},
    {"fetch.wait.max.ms", "50"},
    {"fetch.error.backoff.ms", "100"},
    {"check.crcs", "true"},
    {"enable.partition.eof", "true"},
    {"enable.auto.commit", "false"},
    {"auto.offset.reset", "error"},
    {"isolation.level", "read_committed"},
};

struct bare {
    const struct job *job;
    int id, step; /* reads partitions id, id + step, ... */
    pthread_t thread;
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    int64_t end[BENCH_PARTITIONS];
    int left; /* partitions not yet read to their end */
    uint64_t records;
    struct err err;
};

static void on_message(rd_kafka_message_t *m, void *opaque)
{
    struct bare *b = opaque;

    if (m->err) {
        if (m->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            err_set(&b->err, -EIO, "%s[%d]: %s", b->job->set.topic,
                    (int)m->partition, rd_kafka_message_errstr(m));
        return;
    }
    b->records++;
    if (m->offset + 1 == b->end[m->partition] && --b->left == 0)
        rd_kafka_yield(b->rk);
}

static int open_consumer(struct bare *b)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[512];
    bool set = rd_kafka_conf_set(conf, "bootstrap.servers", b->job->bootstrap,
                                 why, sizeof(why)) == RD_KAFKA_CONF_OK;

    for (size_t i = 0; i < ARRAY_LEN(properties) && set; i++)
        set = rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why,
                                sizeof(why)) == RD_KAFKA_CONF_OK;
    b->rk =
        set ? rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why)) : NULL;
    if (!b->rk) {
        rd_kafka_conf_destroy(conf);
        return err_set(&b->err, -EINVAL, "consumer: %s", why);
    }
    b->topic = rd_kafka_topic_new(b->rk, b->job->set.topic, NULL);
    b->queue = rd_kafka_queue_new(b->rk);
    return 0;
}

/* Ask for metadata first and start at absolute offsets: otherwise librdkafka
 * stands still for 500 ms. */
static int begin(struct bare *b)
{
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t rc;

    if (open_consumer(b) < 0)
        return b->err.code;
    rc = rd_kafka_metadata(b->rk, 0, b->topic, &md, CALL_MS);
    if (rc == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(md);
    for (int32_t p = b->id; p < BENCH_PARTITIONS && !rc; p += b->step) {
        int64_t low = 0;

        rc = rd_kafka_query_watermark_offsets(b->rk, b->job->set.topic, p, &low,
                                              &b->end[p], CALL_MS);
        b->left += low < b->end[p];
        if (!rc && rd_kafka_consume_start_queue(b->topic, p, low, b->queue) < 0)
            rc = rd_kafka_last_error();
    }
    return rc ? err_set(&b->err, -EIO, "%s: %s", b->job->set.topic,
                        rd_kafka_err2str(rc))
              : 0;
}

static void *read_all(void *arg)
{
    struct bare *b = arg;
    int64_t deadline_us = clk_monotonic_us() + read_us;

    (void)begin(b);
    while (b->err.code == 0 && b->left > 0) {
        if (clk_monotonic_us() > deadline_us)
            err_set(&b->err, -ETIMEDOUT, "%s: not read after %.1fs",
                    b->job->set.topic, (double)read_us / US_PER_S);
        (void)rd_kafka_consume_callback_queue(b->queue, SERVE_MS, on_message,
                                              b);
    }
    if (b->queue)
        rd_kafka_queue_destroy(b->queue);
    if (b->topic)
        rd_kafka_topic_destroy(b->topic);
    if (b->rk)
        rd_kafka_destroy(b->rk);
    return NULL;
}

int job_bare(const struct job *job, struct measured *ret, struct err *err)
{
    struct bare readers[READERS_MAX] = {0};
    int n = bench_readers();

    *ret = measure_begin();
    for (int i = 0; i < n; i++) {
        readers[i].job = job;
        readers[i].id = i;
        readers[i].step = n;
        if (pthread_create(&readers[i].thread, NULL, read_all, &readers[i]))
            abort();
    }
    for (int i = 0; i < n; i++)
        pthread_join(readers[i].thread, NULL);
    measure_end(ret);
    for (int i = 0; i < n; i++) {
        ret->counts.records += readers[i].records;
        if (readers[i].err.code < 0)
            err_set(err, readers[i].err.code, "%s", readers[i].err.text);
    }
    return err->code;
}
