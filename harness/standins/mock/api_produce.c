/* api_produce.c - handlers of Produce and InitProducerId.
 *
 * A Produce request is forwarded to librdkafka's mock. For an idempotent
 * producer, batches of a partition are forwarded one at a time and only in
 * sequence; a batch sent again gets the first response again. A request with
 * several partitions is refused if any batch is idempotent; librdkafka sends no
 * such requests.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

struct produce {
    struct bytes transactional_id;
    int16_t acks;
    uint8_t *acks_at;           /* position of acks in the frame */
    int32_t topics, partitions; /* partitions: over all topics */
    struct bytes topic;         /* the last topic, and its last partition */
    int32_t partition;
    struct bytes records;
    bool idempotent; /* at least one batch is idempotent */
    bool led;        /* the broker asked leads every partition */
};

static void read_partitions(struct request *q, struct produce *p)
{
    const struct client *c = q->client;
    const struct topic *t = cluster_topic(c->cluster, p->topic);
    struct reader *r = &q->body;
    int32_t n = get_count(r, 8);

    for (int32_t i = 0; i < n && !r->bad; i++) {
        p->partition = get_i32(r);
        p->led = p->led &&
                 (!t || cluster_leads(c->cluster, t, p->partition, c->broker));
        p->records = get_bytes(r);
        p->partitions++;
        p->idempotent |= batch_of(p->records).producer >= 0;
    }
}

static bool read_produce(struct request *q, struct produce *p)
{
    struct reader *r = &q->body;

    *p = (struct produce){.transactional_id = {.len = -1}, .led = true};
    if (q->version >= 3)
        p->transactional_id = get_nullable_string(r);
    p->acks_at = q->frame + (r->at - q->frame);
    p->acks = get_i16(r);
    (void)get_i32(r); /* timeout_ms */
    p->topics = get_count(r, 6);
    for (int32_t i = 0; i < p->topics && !r->bad; i++) {
        p->topic = get_string(r);
        read_partitions(q, p);
    }
    return !r->bad;
}

static void put_result(const struct request *q, const struct produce *p,
                       struct writer *w, int16_t error, int64_t offset)
{
    put_i32(w, 1);
    put_text(w, p->topic);
    put_i32(w, 1);
    put_i32(w, p->partition);
    put_i16(w, error);
    put_i64(w, error ? -1 : offset);
    if (q->version >= 2)
        put_i64(w, -1); /* log append time: none */
    if (q->version >= 5)
        put_i64(w, error ? -1 : 0); /* log start offset */
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
}

/* Parse the response of librdkafka's mock to a request with one partition. */
static bool read_result(const struct client *c, int16_t *ret_error,
                        int64_t *ret_offset)
{
    struct reader r = reader_of(c->answer.data, c->answer.len);

    (void)get_i32(&r); /* correlation id */
    (void)get_i32(&r); /* 1 topic */
    (void)get_string(&r);
    (void)get_i32(&r); /* 1 partition */
    (void)get_i32(&r);
    *ret_error = get_i16(&r);
    *ret_offset = get_i64(&r);
    return !r.bad;
}

/* Whether the batch exceeds max.message.bytes of its topic. Topics created
 * without max.message.bytes take whatever fits into a request. */
static bool too_large(const struct topic *t, struct bytes records)
{
    const char *most =
        json_string_value(json_object_get(t->configs, "max.message.bytes"));

    return most && records.len > strtoll(most, NULL, 10);
}

/* The partition's `order` is held from the check of the sequence to the
 * response of librdkafka's mock. Otherwise a repeated batch could pass the
 * check while its first copy is still being appended, and both would stand in
 * the log. */
static enum handled append(struct request *q, const struct produce *p,
                           struct topic *t, struct writer *w)
{
    struct partition *on = &t->partitions[p->partition];
    struct batch b = batch_of(p->records);
    int64_t offset = -1;
    int16_t error = NO_ERROR;
    bool good = true;

    pthread_mutex_lock(&on->order);
    if (too_large(t, p->records))
        error = MESSAGE_TOO_LARGE;
    else if (b.producer >= 0)
        error = sequences_check(&on->sequences, &b, &offset);
    if (error == NO_ERROR && offset < 0) {
        good = forward(q) && read_result(q->client, &error, &offset);
        if (good && error == NO_ERROR && b.producer >= 0)
            sequences_append(&on->sequences, &b, offset);
    }
    pthread_mutex_unlock(&on->order);
    if (!good)
        return HANDLED_BAD;
    if (error == NO_ERROR)
        cluster_news(q->client->cluster, t);
    put_result(q, p, w, error, offset);
    return HANDLED;
}

/* Several partitions: pass the response of librdkafka's mock on, and announce
 * news for every topic, because the topics of the request are not kept. */
static enum handled append_many(struct request *q, struct writer *w)
{
    const struct client *c = q->client;

    if (!forward(q))
        return HANDLED_BAD;
    w->len = 0;
    put_raw(w, c->answer.data, c->answer.len);
    pthread_mutex_lock(&c->cluster->lock);
    for (size_t i = 0; i < c->cluster->topics_len; i++)
        atomic_fetch_add(&c->cluster->topics[i]->news, 1);
    pthread_cond_broadcast(&c->cluster->news);
    pthread_mutex_unlock(&c->cluster->lock);
    return HANDLED;
}

enum handled api_produce(struct request *q, struct writer *w)
{
    struct produce p;
    enum handled h;
    struct topic *t;

    if (!read_produce(q, &p) || p.transactional_id.data)
        return HANDLED_BAD;
    /* librdkafka's mock answers every request, so forward acks=1 for acks=0 */
    if (p.acks == 0)
        memcpy(p.acks_at, &(uint8_t[2]){0, 1}, 2);
    if (p.partitions != 1) {
        /* a client whose connection is closed asks for the leaders again */
        h = p.idempotent || !p.led ? HANDLED_BAD : append_many(q, w);
    } else {
        t = cluster_topic(q->client->cluster, p.topic);
        h = HANDLED;
        if (!p.led)
            put_result(q, &p, w, NOT_LEADER_OR_FOLLOWER, -1);
        else if (t && p.partition >= 0 && p.partition < t->partitions_len)
            h = append(q, &p, t, w);
        else
            put_result(q, &p, w, UNKNOWN_TOPIC_OR_PARTITION, -1);
    }
    return h == HANDLED && p.acks == 0 ? HANDLED_MUTE : h;
}

/* Producer ids are counted here: librdkafka's mock draws ids at random, and two
 * producers could get the same id. Transactions are refused. */
enum handled api_init_producer_id(struct request *q, struct writer *w)
{
    static atomic_int_fast64_t next = 1000;
    struct bytes transactional_id = get_nullable_string(&q->body);
    bool refused = transactional_id.data != NULL;

    (void)get_i32(&q->body); /* transaction timeout */
    if (q->body.bad)
        return HANDLED_BAD;
    put_i32(w, 0); /* throttle_time_ms */
    put_i16(w, refused ? TRANSACTIONAL_ID_AUTHORIZATION_FAILED : NO_ERROR);
    put_i64(w, refused ? -1 : (int64_t)atomic_fetch_add(&next, 1));
    put_i16(w, refused ? -1 : 0);
    return HANDLED;
}
