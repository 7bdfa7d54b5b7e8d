/* store.c - the clients of Connect's three topics: one producer, one consumer.
 */
#include "standins/worker/store.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/worker_kafka.h"

enum {
    STORE_MAGIC = 0x53746f72,
    SERVE_MS = 100,
    ASK_US = 2000000,
    FIND_MS = 200
};

struct place {
    int32_t partition;
    int64_t offset;
};

/* A record with a waiting writer. Held by the writer and by the delivery
 * report; freed by the last holder. */
struct pending {
    int holders;
    bool done;
    rd_kafka_resp_err_t error;
    struct place at;
};

struct partitions {
    int n;
    int64_t *next; /* by partition: all records below the offset were read */
};

struct store {
    unsigned magic;
    struct store_spec spec;
    rd_kafka_t *producer, *consumer;
    pthread_t reader, reporter;
    bool reads, reports; /* whether the two threads were started */

    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    struct partitions at[TOPICS];
    bool stopping, was_read;
};

static struct store *store_of(void *opaque)
{
    struct store *s = opaque;

    assert(s && s->magic == STORE_MAGIC);
    return s;
}

static bool stopping(struct store *s)
{
    bool yes;

    pthread_mutex_lock(&s->lock);
    yes = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return yes;
}

/* ---- writing ---- */

/* Under the lock. */
static void let_go(struct pending *p)
{
    if (--p->holders == 0)
        free(p);
}

static void delivered(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    struct store *s = store_of(opaque);
    struct pending *p = m->_private;

    (void)rk;
    if (m->err)
        log_error("store", "%s: a record was not written: %s",
                  rd_kafka_topic_name(m->rkt), rd_kafka_err2str(m->err));
    if (!p)
        return;
    pthread_mutex_lock(&s->lock);
    p->done = true;
    p->error = m->err;
    p->at = (struct place){m->partition, m->offset};
    let_go(p);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static rd_kafka_resp_err_t produce(struct store *s, enum state_topic topic,
                                   const char *key, const json_t *value,
                                   struct pending *p)
{
    AUTO_FREE char *text =
        value ? must_have(json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS))
              : NULL;

    return rd_kafka_producev(s->producer,
                             RD_KAFKA_V_TOPIC(s->spec.topics[topic]),
                             RD_KAFKA_V_KEY(key, strlen(key)),
                             RD_KAFKA_V_VALUE(text, text ? strlen(text) : 0),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_OPAQUE(p), RD_KAFKA_V_END);
}

void store_send(struct store *s, enum state_topic topic, const char *key,
                const json_t *value)
{
    rd_kafka_resp_err_t e = produce(s, topic, key, value, NULL);

    if (e)
        log_error("store", "%s: %s", key, rd_kafka_err2str(e));
}

/* Under the lock: whether the record was delivered and read back, or failed. */
static bool came_back(const struct store *s, enum state_topic topic,
                      const struct pending *p)
{
    const struct partitions *t = &s->at[topic];

    return p->done && (p->error || (p->at.partition < t->n &&
                                    t->next[p->at.partition] > p->at.offset));
}

/* Two conditions end the wait: the record was read back, or the record has
 * failed. After a time-out the delivery report may still come, and frees `p`.
 */
int store_write(struct store *s, enum state_topic topic, const char *key,
                const json_t *value, int64_t limit_us, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + limit_us;
    struct pending *p = must_calloc(1, sizeof(*p));
    rd_kafka_resp_err_t e;
    int rc = 0;

    p->holders = 2;
    e = produce(s, topic, key, value, p);
    if (e) {
        free(p);
        return kafka_error(err, key, e);
    }
    pthread_mutex_lock(&s->lock);
    while (!came_back(s, topic, p) && !s->stopping && rc == 0)
        if (!cond_wait_until(&s->changed, &s->lock, deadline_us))
            rc =
                err_set(err, -ETIMEDOUT, "%s: not written and read after %.1fs",
                        key, (double)limit_us / US_PER_S);
    if (rc == 0 && p->done && p->error)
        rc = kafka_error(err, key, p->error);
    else if (rc == 0 && !came_back(s, topic, p))
        rc = err_set(err, -ECANCELED, "%s: the worker is stopping", key);
    let_go(p);
    pthread_mutex_unlock(&s->lock);
    return rc;
}

int store_flush(struct store *s, int64_t limit_us, struct err *err)
{
    rd_kafka_resp_err_t e =
        rd_kafka_flush(s->producer, (int)(limit_us / US_PER_MS));

    return e ? err_set(err, -ETIMEDOUT, "store: %s", rd_kafka_err2str(e)) : 0;
}

static void *take_reports(void *opaque)
{
    struct store *s = store_of(opaque);

    (void)pthread_setname_np(pthread_self(), "store-reports");
    while (!stopping(s))
        rd_kafka_poll(s->producer, SERVE_MS);
    return NULL;
}

/* ---- reading ---- */

static enum state_topic topic_named(const struct store *s, const char *name)
{
    for (int i = 0; i < TOPICS; i++)
        if (strcmp(s->spec.topics[i], name) == 0)
            return (enum state_topic)i;
    return TOPICS;
}

/* All records of the partition below `next` were read and handed to `record`.
 */
static void advance(struct store *s, enum state_topic topic, int32_t partition,
                    int64_t next, bool at_end)
{
    bool first = false;

    pthread_mutex_lock(&s->lock);
    if (partition < s->at[topic].n && s->at[topic].next[partition] < next)
        s->at[topic].next[partition] = next;
    if (at_end && topic == TOPIC_CONFIG && !s->was_read)
        first = s->was_read = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (first)
        s->spec.read_once(s->spec.ctx);
}

static void take_message(struct store *s, const rd_kafka_message_t *m)
{
    enum state_topic topic =
        m->rkt ? topic_named(s, rd_kafka_topic_name(m->rkt)) : TOPICS;

    if (topic == TOPICS)
        return;
    if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        advance(s, topic, m->partition, m->offset, true);
        return;
    }
    if (m->err) {
        log_warn("store", "%s/%d: %s", rd_kafka_topic_name(m->rkt),
                 (int)m->partition, rd_kafka_message_errstr(m));
        return;
    }
    s->spec.record(s->spec.ctx, topic, m->offset, m);
    advance(s, topic, m->partition, m->offset + 1, false);
}

static void *read_on(void *opaque)
{
    struct store *s = store_of(opaque);

    (void)pthread_setname_np(pthread_self(), "store");
    while (!stopping(s)) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(s->consumer, SERVE_MS);

        if (m) {
            take_message(s, m);
            rd_kafka_message_destroy(m);
        }
    }
    return NULL;
}

/* Ask for the number of partitions of each topic. The config topic must have
 * one partition, because its records need one order. */
static int count_partitions(struct store *s, struct err *err)
{
    for (int i = 0; i < TOPICS; i++) {
        int n = kafka_partitions(s->consumer, s->spec.topics[i], ASK_US, err);
        int64_t *next;

        if (n < 0)
            return n;
        if (i == TOPIC_CONFIG && n != 1)
            return err_set(err, -EINVAL,
                           "topic %s: has %d partitions, expected one",
                           s->spec.topics[i], n);
        next = must_calloc((size_t)n + 1, sizeof(*next));
        pthread_mutex_lock(&s->lock);
        free(s->at[i].next);
        s->at[i] = (struct partitions){n, next};
        pthread_mutex_unlock(&s->lock);
    }
    return 0;
}

int store_tail(struct store *s, struct err *err)
{
    rd_kafka_topic_partition_list_t *all;
    rd_kafka_resp_err_t e;

    if (count_partitions(s, err) < 0)
        return err->code;
    all = rd_kafka_topic_partition_list_new(8);
    for (int i = 0; i < TOPICS; i++)
        for (int p = 0; p < s->at[i].n; p++)
            rd_kafka_topic_partition_list_add(all, s->spec.topics[i], p)
                ->offset = RD_KAFKA_OFFSET_BEGINNING;
    e = rd_kafka_assign(s->consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    if (e)
        return kafka_error(err, "store", e);
    if (pthread_create(&s->reader, NULL, read_on, s) != 0)
        return err_set(err, -EAGAIN, "store: no thread");
    s->reads = true;
    for (int i = 0; i < TOPICS; i++)
        handle_find(s->producer, s->spec.topics[i], FIND_MS);
    return 0;
}

/* Under the lock: whether every partition was read up to `ends`. */
static bool has_read(const struct store *s, enum state_topic topic,
                     const int64_t *ends)
{
    for (int p = 0; p < s->at[topic].n; p++)
        if (s->at[topic].next[p] < ends[p])
            return false;
    return true;
}

/* The ends are asked for first, by the producer's connection; waiting for those
 * offsets then needs no further request. */
int store_read_to_end(struct store *s, enum state_topic topic, int64_t limit_us,
                      struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + limit_us;
    int n = s->at[topic].n; /* fixed since store_tail() */
    AUTO_FREE int64_t *ends = must_calloc((size_t)n + 1, sizeof(*ends));
    int rc = 0;

    for (int p = 0; p < n; p++) {
        int64_t low;
        rd_kafka_resp_err_t e = rd_kafka_query_watermark_offsets(
            s->producer, s->spec.topics[topic], p, &low, &ends[p],
            (int)(limit_us / US_PER_MS));

        if (e)
            return kafka_error(err, s->spec.topics[topic], e);
    }
    pthread_mutex_lock(&s->lock);
    while (!has_read(s, topic, ends) && rc == 0)
        if (s->stopping || !cond_wait_until(&s->changed, &s->lock, deadline_us))
            rc = err_set(err, -ETIMEDOUT, "topic %s: not read to its end",
                         s->spec.topics[topic]);
    pthread_mutex_unlock(&s->lock);
    return rc;
}

/* ---- life ---- */

static int open_producer(struct store *s, struct err *err)
{
    static const struct handle_setting settings[] = {
        {"acks", "all"},
        {"linger.ms", "0"},
        /* with more, a repeated batch may be overtaken */
        {"max.in.flight", "1"},
        {"message.timeout.ms", "120000"},
        {"request.timeout.ms", "5000"},
        {"retry.backoff.ms", "50"},
        {"partitioner", "murmur2_random"}, /* as Java's producer chooses */
    };
    rd_kafka_conf_t *conf;

    if (kafka_conf(s->spec.bootstrap, settings, ARRAY_LEN(settings), &conf,
                   err) < 0)
        return err->code;
    rd_kafka_conf_set_opaque(conf, s);
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    return handle_open(RD_KAFKA_PRODUCER, conf, &s->producer, err);
}

static int open_consumer(struct store *s, struct err *err)
{
    static const struct handle_setting settings[] = {
        {"group.id", "ordeal-worker-store"}, /* required by librdkafka; the
                                                group is never joined */
        {"enable.auto.commit", "false"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"},
        {"fetch.wait.max.ms", "25"}, /* store_write() waits for a fetch */
        {"fetch.error.backoff.ms", "100"},
    };
    rd_kafka_conf_t *conf;

    if (kafka_conf(s->spec.bootstrap, settings, ARRAY_LEN(settings), &conf,
                   err) < 0)
        return err->code;
    return handle_open(RD_KAFKA_CONSUMER, conf, &s->consumer, err);
}

static void store_init(struct store *s, const struct store_spec *spec)
{

    s->magic = STORE_MAGIC;
    s->spec = *spec;
    pthread_mutex_init(&s->lock, NULL);
    cond_init(&s->changed);
}

int store_open(const struct store_spec *spec, struct store **ret,
               struct err *err)
{
    struct store *s = must_calloc(1, sizeof(*s));

    store_init(s, spec);
    if (open_producer(s, err) == 0 && open_consumer(s, err) == 0) {
        s->reports = pthread_create(&s->reporter, NULL, take_reports, s) == 0;
        if (!s->reports)
            err_set(err, -EAGAIN, "store: no thread");
    }
    if (err->code) {
        store_close(s);
        return err->code;
    }
    *ret = s;
    return 0;
}

rd_kafka_t *store_handle(struct store *s)
{
    return s->producer;
}

/* The threads end first, then waits are over: records in flight get 2 s,
 * records still unsent are purged, whose reports then free their `pending`. */
void store_close(struct store *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (s->reads)
        (void)pthread_join(s->reader, NULL);
    if (s->reports)
        (void)pthread_join(s->reporter, NULL);
    if (s->producer)
        (void)rd_kafka_flush(s->producer, 2000);
    if (s->consumer)
        rd_kafka_destroy_flags(s->consumer,
                               RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    if (s->producer) {
        (void)rd_kafka_purge(s->producer, RD_KAFKA_PURGE_F_QUEUE |
                                              RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_flush(s->producer, 200);
        rd_kafka_destroy(s->producer);
    }
    for (int i = 0; i < TOPICS; i++)
        free(s->at[i].next);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    s->magic = 0;
    free(s);
}
