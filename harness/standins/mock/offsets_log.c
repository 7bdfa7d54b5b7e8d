/* offsets_log.c - the producer of __consumer_offsets. */
#include "standins/mock/offsets_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "standins/mock/mock_cluster.h"

enum { SERVE_MS = 20, FLUSH_MS = 1000 };

static const char actor[] = "offsets-log";

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m,
                        void *opaque)
{
    struct offsets_log *l = opaque;
    struct logged *record = m->_private;

    (void)rk;
    if (m->err)
        log_warn(actor, "%s", rd_kafka_err2str(m->err));
    else
        l->landed(l->ctx);
    pthread_mutex_lock(&l->lock);
    if (record) {
        record->failed = m->err != 0;
        record->done = true;
        pthread_cond_broadcast(&l->landed_one);
    }
    pthread_mutex_unlock(&l->lock);
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    (void)rk;
    log_line(level < 4 ? LOG_WARN : LOG_DEBUG, facility, "%s", text);
}

/* One request in flight keeps the order of records. The short intervals keep
 * waits short after the topic's leader has moved. */
static rd_kafka_conf_t *settings(struct err *err)
{
    const char *const set[][2] = {
        {"test.mock.num.brokers", "1"},
        {"client.id", "ordeal-mock"},
        {"linger.ms", "0"},
        {"acks", "all"},
        {"max.in.flight.requests.per.connection", "1"},
        {"message.timeout.ms", "10000"},
        {"retry.backoff.ms", "10"},
        {"topic.metadata.refresh.fast.interval.ms", "10"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char text[256];

    for (size_t i = 0; i < ARRAY_LEN(set); i++)
        if (rd_kafka_conf_set(conf, set[i][0], set[i][1], text, sizeof(text))) {
            (void)err_set(err, -EINVAL, "%s", text);
            rd_kafka_conf_destroy(conf);
            return NULL;
        }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

int offsets_log_open(struct offsets_log *l, struct err *err)
{
    rd_kafka_conf_t *conf = settings(err);
    char text[256];

    *l = (struct offsets_log){0};
    if (!conf)
        return err->code;
    rd_kafka_conf_set_opaque(conf, l);
    l->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
    if (!l->rk) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, -EIO, "%s", text);
    }
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->landed_one, NULL);
    return 0;
}

/* Ask for the topic's leader now: the producer itself would ask once a second.
 */
static void find_leader(struct offsets_log *l)
{
    rd_kafka_topic_t *t = rd_kafka_topic_new(l->rk, OFFSETS_TOPIC, NULL);
    const struct rd_kafka_metadata *md;

    if (rd_kafka_metadata(l->rk, 0, t, &md, FLUSH_MS) == 0)
        rd_kafka_metadata_destroy(md);
    rd_kafka_topic_destroy(t);
}

static void *serve(void *arg)
{
    struct offsets_log *l = arg;
    bool stopping = false;
    int known = -1;

    while (!stopping) {
        int leader = l->leader(l->ctx);

        if (leader != known && leader > 0)
            find_leader(l);
        known = leader;
        (void)rd_kafka_poll(l->rk, SERVE_MS);
        pthread_mutex_lock(&l->lock);
        stopping = l->stopping;
        pthread_mutex_unlock(&l->lock);
    }
    (void)rd_kafka_purge(l->rk,
                         RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    (void)rd_kafka_flush(l->rk, FLUSH_MS);
    return NULL;
}

void offsets_log_start(struct offsets_log *l, int (*leader)(void *ctx),
                       void (*landed)(void *ctx), void *ctx)
{
    l->leader = leader;
    l->landed = landed;
    l->ctx = ctx;
    if (pthread_create(&l->thread, NULL, serve, l))
        abort();
    (void)pthread_setname_np(l->thread, actor);
    l->started = true;
}

void offsets_log_stop(struct offsets_log *l)
{
    if (!l->started)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    l->started = false;
}

void offsets_log_close(struct offsets_log *l)
{
    rd_kafka_destroy(l->rk);
    pthread_cond_destroy(&l->landed_one);
    pthread_mutex_destroy(&l->lock);
}

void offsets_log_put(struct offsets_log *l, const struct writer *key,
                     const struct writer *value, struct logged *record)
{
    rd_kafka_resp_err_t e;

    if (record)
        *record = (struct logged){0};
    e = rd_kafka_producev(l->rk, RD_KAFKA_V_TOPIC(OFFSETS_TOPIC),
                          RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_KEY(key->data, key->len),
                          RD_KAFKA_V_VALUE(value->data, value->len),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_OPAQUE(record), RD_KAFKA_V_END);
    if (!e)
        return;
    log_warn(actor, "%s", rd_kafka_err2str(e));
    if (record)
        *record = (struct logged){.done = true, .failed = true};
}

bool offsets_log_wait(struct offsets_log *l, struct logged *record)
{
    pthread_mutex_lock(&l->lock);
    while (!record->done)
        pthread_cond_wait(&l->landed_one, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return !record->failed;
}
