/* api_fetch.c - handler of Fetch. */
#include <stdlib.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

/* Most bytes of records in a response, beside a single larger batch (Kafka's
 * fetch.max.bytes). */
enum { BYTES_MOST = 8 << 20 };

struct wanted {
    int32_t partition;
    int64_t offset;
    int32_t most; /* bytes of records */
};

struct asked {
    struct bytes name;
    struct topic *topic; /* NULL: unknown */
    size_t wanted_len;
};

struct fetch {
    struct asked *topics; /* owned */
    size_t topics_len;
    struct wanted *wanted; /* of all topics, in the order asked; owned */
    size_t wanted_len, wanted_cap;
    struct topic **known; /* the topics not NULL; owned */
    size_t known_len;
    struct cluster *cluster;
    int64_t until_us; /* when an answer is due, however empty */
    int32_t least, most;
};

static void fetch_done(struct fetch *f)
{
    for (size_t i = 0; i < f->topics_len; i++)
        cluster_topic_release(f->cluster, f->topics[i].topic);
    free(f->topics);
    free(f->wanted);
    free(f->known);
}

static void read_partition(const struct request *q, struct reader *r,
                           struct fetch *f)
{
    struct wanted *p;

    f->wanted =
        must_grow(f->wanted, f->wanted_len, &f->wanted_cap, sizeof(*f->wanted));
    p = &f->wanted[f->wanted_len++];
    p->partition = get_i32(r);
    if (q->version >= 9)
        (void)get_i32(r); /* current leader epoch */
    p->offset = get_i64(r);
    if (q->version >= 5)
        (void)get_i64(r); /* log start of a follower */
    p->most = get_i32(r);
}

static void read_topics(const struct request *q, struct reader *r,
                        struct fetch *f)
{
    int32_t n = get_count(r, 6);
    size_t each = 16 + (q->version >= 9 ? 4 : 0) + (q->version >= 5 ? 8 : 0);

    f->topics = must_calloc(n > 0 ? (size_t)n : 1, sizeof(*f->topics));
    f->known = must_calloc(n > 0 ? (size_t)n : 1, sizeof(struct topic *));
    for (int32_t i = 0; i < n && !r->bad; i++) {
        struct asked *a = &f->topics[f->topics_len++];
        int32_t partitions;

        a->name = get_string(r);
        partitions = get_count(r, each);
        a->topic = cluster_topic(f->cluster, a->name);
        if (a->topic)
            f->known[f->known_len++] = a->topic;
        for (int32_t k = 0; k < partitions && !r->bad; k++)
            read_partition(q, r, f);
        a->wanted_len = partitions < 0 ? 0 : (size_t)partitions;
    }
}

static void read_fetch(struct request *q, struct fetch *f)
{
    struct reader *r = &q->body;

    (void)get_i32(r); /* replica id */
    f->until_us = clk_monotonic_us() + (int64_t)get_i32(r) * US_PER_MS;
    f->least = get_i32(r);
    f->most = get_i32(r);
    if (f->most > BYTES_MOST)
        f->most = BYTES_MOST;
    (void)get_i8(r); /* isolation level: every record is committed */
    if (q->version >= 7)
        (void)get_i64(r); /* session id and epoch */
    read_topics(q, r, f);
}

static void put_head(const struct request *q, int32_t partition, int16_t code,
                     const struct part_ends *ends, struct writer *w)
{
    put_i32(w, partition);
    put_i16(w, code);
    put_i64(w, ends->next); /* high watermark */
    put_i64(w, ends->next); /* last stable offset */
    if (q->version >= 5)
        put_i64(w, ends->start);
    put_i32(w, 0); /* aborted transactions */
    if (q->version >= 11)
        put_i32(w, -1); /* preferred read replica */
}

/* An answer in the making: how many bytes of records and errors are in it. */
struct answer {
    size_t bytes;
    bool failed;
};

/* The head names the ends as they were when the records were read, so the head
 * is written once to make room, and once more over the first. */
static void put_partition(const struct request *q, const struct fetch *f,
                          const struct topic *t, const struct wanted *p,
                          struct writer *w, struct answer *a)
{
    struct part_ends ends = {-1, -1};
    size_t head_at = w->len, records_at, end;
    size_t left = (size_t)(f->most > 0 ? f->most : 0);
    size_t most = (size_t)(p->most > 0 ? p->most : 0);
    struct partition *on;
    int32_t epoch;
    int16_t code = cluster_led(f->cluster, t, p->partition, q->client->broker,
                               &on, &epoch);

    left = a->bytes < left ? left - a->bytes : 0;
    put_head(q, p->partition, code, &ends, w);
    put_i32(w, 0);
    records_at = w->len;
    if (code == NO_ERROR)
        code = part_log_read(&on->log, p->offset, most < left ? most : left,
                             a->bytes == 0, w, &ends);
    end = w->len;
    w->len = head_at;
    put_head(q, p->partition, code, &ends, w);
    put_i32(w, (int32_t)(end - records_at));
    w->len = end;
    a->bytes += end - records_at;
    a->failed |= code != NO_ERROR;
}

static struct answer put_all(const struct request *q, const struct fetch *f,
                             struct writer *w)
{
    const struct wanted *p = f->wanted;
    struct answer a = {0};

    put_i32(w, 0); /* throttle_time_ms */
    if (q->version >= 7) {
        put_i16(w, NO_ERROR);
        put_i32(w, 0); /* session id */
    }
    put_i32(w, (int32_t)f->topics_len);
    for (size_t i = 0; i < f->topics_len; i++) {
        const struct asked *t = &f->topics[i];

        put_text(w, t->name);
        put_i32(w, (int32_t)t->wanted_len);
        for (size_t k = 0; k < t->wanted_len; k++)
            put_partition(q, f, t->topic, p++, w, &a);
    }
    return a;
}

/* The news are read before the logs: a record appended between reading and
 * waiting has then already changed the news, and the wait ends at once. An
 * answer with an error does not wait, because the client has to act. */
enum handled api_fetch(struct request *q, struct writer *w)
{
    struct fetch f AUTO(fetch_done) = {.cluster = q->client->cluster};
    size_t begin = w->len;

    read_fetch(q, &f);
    if (q->body.bad)
        return HANDLED_BAD;
    for (;;) {
        uint64_t seen = news_of(f.known, f.known_len);
        struct answer a = put_all(q, &f, w);

        if (a.failed || (int64_t)a.bytes >= f.least ||
            !cluster_wait_news(f.cluster, f.known, f.known_len, seen,
                               f.until_us))
            return HANDLED;
        w->len = begin;
    }
}
