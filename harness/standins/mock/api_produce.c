/* api_produce.c - handlers of Produce and InitProducerId.
 *
 * Each partition of a request gets one batch, which is appended as it came. For
 * an idempotent producer the batches of a partition are appended only in
 * sequence; a batch sent again gets the first response again.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

/* The part of an answer about a partition. */
struct result {
    int16_t code;
    int64_t base, start;
};

/* Whether the batch exceeds max.message.bytes of its topic. Topics created
 * without max.message.bytes take whatever fits into a request. */
static bool too_large(const struct topic *t, struct bytes records)
{
    const char *most =
        json_string_value(json_object_get(t->configs, "max.message.bytes"));

    return most && records.len > strtoll(most, NULL, 10);
}

/* The partition's `order` is held from the check of the sequence to the append.
 * Otherwise a repeated batch could pass the check during the append of the
 * first copy, and both copies would stand in the log. */
static int16_t append(struct partition *on, struct bytes records,
                      const struct batch_head *h, int32_t epoch,
                      int64_t *ret_base)
{
    const struct batch *b = &h->sequence;
    int64_t base = -1;
    int16_t code = NO_ERROR;

    pthread_mutex_lock(&on->order);
    if (b->producer >= 0)
        code = sequences_check(&on->sequences, b, &base);
    if (code == NO_ERROR && base < 0) {
        code = part_log_append(&on->log, records.data, h, epoch, &base);
        if (code == NO_ERROR && b->producer >= 0)
            sequences_append(&on->sequences, b, base);
    }
    pthread_mutex_unlock(&on->order);
    *ret_base = base;
    return code;
}

static struct result write_to(const struct request *q, struct topic *t,
                              int32_t partition, struct bytes records)
{
    struct result r = {.base = -1, .start = -1};
    struct partition *on;
    struct batch_head h;
    int32_t epoch;

    r.code = cluster_led(q->client->cluster, t, partition, q->client->broker,
                         &on, &epoch);
    if (r.code == NO_ERROR && too_large(t, records))
        r.code = MESSAGE_TOO_LARGE;
    if (r.code == NO_ERROR)
        r.code = batch_check(records, &h);
    if (r.code == NO_ERROR)
        r.code = append(on, records, &h, epoch, &r.base);
    if (r.code == NO_ERROR)
        r.start = part_log_ends(&on->log).start;
    else
        r.base = -1;
    return r;
}

static void put_result(const struct request *q, int32_t partition,
                       const struct result *r, struct writer *w)
{
    put_i32(w, partition);
    put_i16(w, r->code);
    put_i64(w, r->base);
    if (q->version >= 2)
        put_i64(w, -1); /* log append time: none */
    if (q->version >= 5)
        put_i64(w, r->start);
}

/* A topic of the request and, with `act`, its batches written, and the results.
 * The news of the topic are told once for all its partitions. */
static void produce_topic(const struct request *q, struct reader *r, bool act,
                          struct writer *w)
{
    struct cluster *c = q->client->cluster;
    struct bytes name = get_string(r);
    int32_t n = get_count(r, 8);
    struct topic *t = act ? cluster_topic(c, name) : NULL;

    if (act) {
        put_text(w, name);
        put_i32(w, n < 0 ? 0 : n);
    }
    for (int32_t i = 0; i < n && !r->bad; i++) {
        int32_t partition = get_i32(r);
        struct bytes records = get_bytes(r);
        struct result result;

        if (!act)
            continue;
        result = write_to(q, t, partition, records);
        put_result(q, partition, &result, w);
    }
    if (t)
        cluster_news(c, t);
    cluster_topic_release(c, t);
}

/* Parsed twice: a malformed request writes nothing. */
enum handled api_produce(struct request *q, struct writer *w)
{
    struct bytes transactional_id = {.len = -1};
    struct reader *r = &q->body, again;
    int16_t acks;
    int32_t topics;

    if (q->version >= 3)
        transactional_id = get_nullable_string(r);
    acks = get_i16(r);
    (void)get_i32(r); /* timeout_ms */
    topics = get_count(r, 6);
    again = *r;
    for (int32_t i = 0; i < topics && !r->bad; i++)
        produce_topic(q, r, false, w);
    if (r->bad || transactional_id.data)
        return HANDLED_BAD;
    put_i32(w, topics < 0 ? 0 : topics);
    for (int32_t i = 0; i < topics; i++)
        produce_topic(q, &again, true, w);
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    return acks == 0 ? HANDLED_MUTE : HANDLED;
}

/* Transactions are refused. */
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
