/* api_fetch.c - Fetch and ListOffsets, which the mock answers.
 *
 * The mock lets an empty Fetch wait to its end whatever is appended meanwhile.
 * So it is asked with no time to wait, and asked again when there is news. */
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/own.h"
#include "standins/mock/api.h"

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

/* The topics that are asked for; true when all of them are known. */
static bool read_topics(struct request *q, struct topic ***ret, size_t *ret_len)
{
    struct reader *r = &q->body;
    size_t each = 16 + (q->version >= 9 ? 4 : 0) + (q->version >= 5 ? 8 : 0);
    bool all = true;
    int32_t n;

    *ret_len = 0;
    n = get_count(r, 6);
    *ret = calloc(n > 0 ? (size_t)n : 1, sizeof(**ret));
    if (!*ret)
        abort();
    for (int32_t i = 0; i < n && !r->bad; i++) {
        struct topic *t = cluster_topic(q->client->cluster, get_string(r));
        int32_t partitions = get_count(r, each);

        for (int32_t k = 0; k < partitions; k++)
            for (size_t b = 0; b < each; b += 4)
                (void)get_i32(r);
        all &= t != NULL;
        if (t)
            (*ret)[(*ret_len)++] = t;
    }
    return all;
}

static enum handled pass_on(struct request *q, struct writer *w)
{
    w->len = 0;
    put_raw(w, q->client->answer.data, q->client->answer.len);
    return HANDLED;
}

enum handled api_fetch(struct request *q, struct writer *w)
{
    uint8_t *wait_at = q->frame + (q->body.at - q->frame) + MAX_WAIT_AT;
    AUTO_FREE struct topic **topics = NULL;
    int64_t until_us;
    size_t len;
    bool all;

    (void)get_i32(&q->body); /* replica */
    until_us = clk_monotonic_us() + (int64_t)get_i32(&q->body) * US_PER_MS;
    (void)get_i32(&q->body); /* min bytes: 1 */
    if (q->version >= 3)
        (void)get_i32(&q->body); /* max bytes */
    if (q->version >= 4)
        (void)get_i8(&q->body); /* isolation level */
    if (q->version >= 7)
        (void)get_i64(&q->body); /* session and its epoch */
    all = read_topics(q, &topics, &len);
    if (q->body.bad)
        return HANDLED_BAD;
    memset(wait_at, 0, 4);
    for (;;) {
        uint64_t seen = news_of(topics, len);

        if (!forward(q))
            return HANDLED_BAD;
        if (!all || answer_tells(q) ||
            !cluster_wait_news(q->client->cluster, topics, len, seen, until_us))
            return pass_on(q, w);
    }
}

enum handled api_list_offsets(struct request *q, struct writer *w)
{
    return forward(q) ? pass_on(q, w) : HANDLED_BAD;
}
