/* api_fetch.c - Fetch and ListOffsets, which the mock answers.
 *
 * The mock lets an empty Fetch wait to its end whatever is appended meanwhile.
 * So it is asked with no time to wait, and asked again when there is news. */
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

enum { MAX_WAIT_AT = 4 }; /* in the body, behind the replica's id */

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

/* Does the mock's answer hold records, or an error? */
static bool answer_tells(const struct request *q)
{
    const struct frame *f = &q->client->answer;
    struct reader r = reader_of(f->data, f->len);
    bool tells = false;
    int32_t topics;

    (void)get_i32(&r); /* correlation */
    if (q->version >= 1)
        (void)get_i32(&r); /* throttled for */
    if (q->version >= 7) {
        tells = get_i16(&r) != 0;
        (void)get_i32(&r); /* session */
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

/* What is asked for. */
struct asked {
    struct topic **topics; /* those that are known; owned */
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
    a->at = realloc(a->at, (a->len + 1) * sizeof(*a->at));
    if (!a->at)
        abort();
    a->at[a->len++] = (struct wanted){t, partition};
}

/* more: bytes that a partition has behind its number. */
static void read_asked(struct request *q, size_t more, struct asked *ret)
{
    struct reader *r = &q->body;
    int32_t n = get_count(r, 6);

    *ret = (struct asked){.all_known = true};
    ret->topics = calloc(n > 0 ? (size_t)n : 1, sizeof(*ret->topics));
    if (!ret->topics)
        abort();
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

/* How many of them the broker that was asked does not lead. */
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
        put_i32(w, -1); /* preferred replica */
    put_i32(w, 0);      /* bytes of records */
}

/* Those that are led elsewhere, and nothing of the others. */
static enum handled send_elsewhere(const struct request *q,
                                   const struct asked *a, struct writer *w)
{
    const struct client *c = q->client;
    size_t count_at;
    int32_t n = 0;

    if (q->version >= 1)
        put_i32(w, 0); /* throttled for */
    if (q->version >= 7) {
        put_i16(w, NO_ERROR);
        put_i32(w, 0); /* session */
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

/* Up to the topics; when an empty answer is due. */
static int64_t read_head(struct request *q)
{
    int64_t until_us;

    (void)get_i32(&q->body); /* replica */
    until_us = clk_monotonic_us() + (int64_t)get_i32(&q->body) * US_PER_MS;
    (void)get_i32(&q->body); /* min bytes: 1 */
    if (q->version >= 3)
        (void)get_i32(&q->body); /* max bytes */
    if (q->version >= 4)
        (void)get_i8(&q->body); /* isolation level */
    if (q->version >= 7)
        (void)get_i64(&q->body); /* session and its epoch */
    return until_us;
}

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

/* Offsets are asked for one by one; if any is led elsewhere, all are. */
static enum handled offsets_elsewhere(const struct request *q,
                                      const struct asked *a, struct writer *w)
{
    if (q->version >= 2)
        put_i32(w, 0); /* throttled for */
    put_i32(w, (int32_t)a->len);
    for (size_t i = 0; i < a->len; i++) {
        put_string(w, a->at[i].topic->name);
        put_i32(w, 1);
        put_i32(w, a->at[i].partition);
        put_i16(w, NOT_LEADER_OR_FOLLOWER);
        if (q->version == 0) {
            put_i32(w, 0); /* offsets */
            continue;
        }
        put_i64(w, -1); /* time stamp */
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

    (void)get_i32(&q->body); /* replica */
    if (q->version >= 2)
        (void)get_i8(&q->body); /* isolation level */
    read_asked(q, more, &a);
    if (q->body.bad)
        return HANDLED_BAD;
    if (a.all_known && not_led(q, &a) > 0)
        return offsets_elsewhere(q, &a, w);
    return forward(q) ? pass_on(q, w) : HANDLED_BAD;
}
