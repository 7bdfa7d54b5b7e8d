/* api_fetch.c - handlers of Fetch and ListOffsets, which librdkafka's mock
 * answers.
 *
 * librdkafka's mock lets an empty Fetch wait for its whole max_wait_ms, even
 * when records are appended meanwhile. So the request is forwarded with
 * max_wait_ms 0, and forwarded again whenever the topics' `news` have grown.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

/* Offset of max_wait_ms in the request body, behind replica_id. */
enum { MAX_WAIT_AT = 4 };

/* Skip over one partition of a Fetch response. true: the partition holds
 * records or an error, so the client wants the response now. */
static bool partition_tells(struct reader *r, int16_t version)
{
    bool tells;
    int32_t aborted;

    (void)get_i32(r);
    tells = get_i16(r) != 0;
    (void)get_i64(r); /* high watermark */
    if (version >= 4)
        (void)get_i64(r); /* last stable offset */
    if (version >= 5)
        (void)get_i64(r); /* log start */
    if (version >= 4) {
        aborted = get_count(r, 16);
        for (int32_t i = 0; i < aborted; i++) {
            (void)get_i64(r);
            (void)get_i64(r);
        }
    }
    if (version >= 11)
        (void)get_i32(r); /* preferred replica */
    return get_bytes(r).len > 0 || tells;
}

/* Whether the response of librdkafka's mock holds records or an error. A
 * response that cannot be parsed counts as well, and is passed on to the
 * client. */
static bool answer_tells(const struct request *q)
{
    const struct frame *f = &q->client->answer;
    struct reader r = reader_of(f->data, f->len);
    bool tells = false;
    int32_t topics;

    (void)get_i32(&r); /* correlation id */
    if (q->version >= 1)
        (void)get_i32(&r); /* throttle_time_ms */
    if (q->version >= 7) {
        tells = get_i16(&r) != 0;
        (void)get_i32(&r); /* session id */
    }
    topics = get_count(&r, 6);
    for (int32_t i = 0; i < topics && !tells && !r.bad; i++) {
        int32_t n;

        (void)get_string(&r);
        n = get_count(&r, 16);
        for (int32_t k = 0; k < n && !tells && !r.bad; k++)
            tells = partition_tells(&r, q->version);
    }
    return tells || r.bad;
}

/* The topics and partitions a request names. */
struct asked {
    struct topic **topics; /* the known topics; owned */
    size_t topics_len;
    struct wanted {
        struct topic *topic;
        int32_t partition;
    } * at; /* their partitions; owned */
    size_t len;
    bool all_known;
};

static void asked_done(struct asked *a)
{
    free(a->topics);
    free(a->at);
}

static void add(struct asked *a, struct topic *t, int32_t partition)
{
    a->at = must_realloc(a->at, a->len + 1, sizeof(*a->at));
    a->at[a->len++] = (struct wanted){t, partition};
}

/* Parse topics and partitions. `more`: bytes of each partition behind its
 * number, a multiple of 4, which the caller does not need. */
static void read_asked(struct request *q, size_t more, struct asked *ret)
{
    struct reader *r = &q->body;
    int32_t n = get_count(r, 6);

    *ret = (struct asked){.all_known = true};
    ret->topics = must_calloc(n > 0 ? (size_t)n : 1, sizeof(*ret->topics));
    for (int32_t i = 0; i < n && !r->bad; i++) {
        struct topic *t = cluster_topic(q->client->cluster, get_string(r));
        int32_t partitions = get_count(r, 4 + more);

        ret->all_known &= t != NULL;
        if (t)
            ret->topics[ret->topics_len++] = t;
        for (int32_t k = 0; k < partitions && !r->bad; k++) {
            int32_t partition = get_i32(r);

            for (size_t b = 0; b < more; b += 4)
                (void)get_i32(r);
            if (t)
                add(ret, t, partition);
        }
    }
}

/* Number of partitions in `a` that the broker asked does not lead. */
static int32_t not_led(const struct request *q, const struct asked *a)
{
    const struct client *c = q->client;
    int32_t n = 0;

    for (size_t i = 0; i < a->len; i++)
        n += !cluster_leads(c->cluster, a->at[i].topic, a->at[i].partition,
                            c->broker);
    return n;
}

static enum handled pass_on(struct request *q, struct writer *w)
{
    w->len = 0;
    put_raw(w, q->client->answer.data, q->client->answer.len);
    return HANDLED;
}

static void put_not_led(const struct request *q, struct writer *w)
{
    put_i16(w, NOT_LEADER_OR_FOLLOWER);
    put_i64(w, -1); /* high watermark */
    if (q->version >= 4)
        put_i64(w, -1); /* last stable offset */
    if (q->version >= 5)
        put_i64(w, -1); /* log start */
    if (q->version >= 4)
        put_i32(w, 0); /* aborted transactions */
    if (q->version >= 11)
        put_i32(w, -1); /* preferred read replica */
    put_i32(w, 0);      /* length of the records */
}

/* Answer NOT_LEADER_OR_FOLLOWER for partitions this broker does not lead, and
 * leave the rest out of the response: the client asks for the rest again. */
static enum handled send_elsewhere(const struct request *q,
                                   const struct asked *a, struct writer *w)
{
    const struct client *c = q->client;
    size_t count_at;
    int32_t n = 0;

    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    if (q->version >= 7) {
        put_i16(w, NO_ERROR);
        put_i32(w, 0); /* session id */
    }
    count_at = w->len;
    put_i32(w, 0);
    for (size_t i = 0; i < a->len; i++) {
        const struct wanted *p = &a->at[i];

        if (cluster_leads(c->cluster, p->topic, p->partition, c->broker))
            continue;
        put_string(w, p->topic->name);
        put_i32(w, 1);
        put_i32(w, p->partition);
        put_not_led(q, w);
        n++;
    }
    set_i32(w, count_at, n);
    return HANDLED;
}

/* Skip the fields in front of the topics. Returns the time at which an empty
 * response is due. */
static int64_t read_head(struct request *q)
{
    int64_t until_us;

    (void)get_i32(&q->body); /* replica id */
    until_us = clk_monotonic_us() + (int64_t)get_i32(&q->body) * US_PER_MS;
    (void)get_i32(&q->body); /* min_bytes: taken as 1 */
    if (q->version >= 3)
        (void)get_i32(&q->body); /* max_bytes */
    if (q->version >= 4)
        (void)get_i8(&q->body); /* isolation level */
    if (q->version >= 7)
        (void)get_i64(&q->body); /* session id and epoch */
    return until_us;
}

/* The news are read before the request is forwarded: a record appended between
 * forwarding and waiting has then already changed the news, and the wait ends
 * at once. Leadership is checked in every round, because leaders may move
 * during the wait. */
enum handled api_fetch(struct request *q, struct writer *w)
{
    size_t more = 12 + (q->version >= 9 ? 4 : 0) + (q->version >= 5 ? 8 : 0);
    uint8_t *wait_at = q->frame + (q->body.at - q->frame) + MAX_WAIT_AT;
    struct asked a AUTO(asked_done) = {.len = 0};
    int64_t until_us = read_head(q);

    read_asked(q, more, &a);
    if (q->body.bad)
        return HANDLED_BAD;
    memset(wait_at, 0, 4);
    for (;;) {
        uint64_t seen = news_of(a.topics, a.topics_len);

        if (not_led(q, &a) > 0)
            return send_elsewhere(q, &a, w);
        if (!forward(q))
            return HANDLED_BAD;
        if (!a.all_known || answer_tells(q) ||
            !cluster_wait_news(q->client->cluster, a.topics, a.topics_len, seen,
                               until_us))
            return pass_on(q, w);
    }
}

/* ListOffsets for partitions of which at least one is led elsewhere: answer
 * NOT_LEADER_OR_FOLLOWER for all of them. librdkafka's consumer names one
 * partition per request, so no offset is withheld. */
static enum handled offsets_elsewhere(const struct request *q,
                                      const struct asked *a, struct writer *w)
{
    if (q->version >= 2)
        put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, (int32_t)a->len);
    for (size_t i = 0; i < a->len; i++) {
        put_string(w, a->at[i].topic->name);
        put_i32(w, 1);
        put_i32(w, a->at[i].partition);
        put_i16(w, NOT_LEADER_OR_FOLLOWER);
        if (q->version == 0) {
            put_i32(w, 0); /* offsets: none */
            continue;
        }
        put_i64(w, -1); /* timestamp */
        put_i64(w, -1);
        if (q->version >= 4)
            put_i32(w, -1); /* leader epoch */
    }
    return HANDLED;
}

enum handled api_list_offsets(struct request *q, struct writer *w)
{
    size_t more = 8 + (q->version == 0 || q->version >= 4 ? 4 : 0);
    struct asked a AUTO(asked_done) = {.len = 0};

    (void)get_i32(&q->body); /* replica id */
    if (q->version >= 2)
        (void)get_i8(&q->body); /* isolation level */
    read_asked(q, more, &a);
    if (q->body.bad)
        return HANDLED_BAD;
    if (a.all_known && not_led(q, &a) > 0)
        return offsets_elsewhere(q, &a, w);
    return forward(q) ? pass_on(q, w) : HANDLED_BAD;
}
