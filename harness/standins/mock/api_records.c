/* api_records.c - handlers of ListOffsets and DeleteRecords. */
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

enum { LATEST = -1, EARLIEST = -2 }; /* in place of a timestamp */

/* What an answer says of one partition. */
struct found {
    int16_t code;
    int64_t offset, ms;
    int32_t epoch;
};

static void find(struct part_log *l, int64_t ms, struct found *ret)
{
    struct part_ends ends = part_log_ends(l);

    if (ms == LATEST)
        ret->offset = ends.next;
    else if (ms == EARLIEST)
        ret->offset = ends.start;
    else if (ms < 0)
        ret->code = INVALID_REQUEST;
    else
        ret->code = part_log_at_time(l, ms, &ret->offset, &ret->ms);
}

static void put_found(const struct request *q, int32_t partition,
                      const struct found *f, struct writer *w)
{
    put_i32(w, partition);
    put_i16(w, f->code);
    put_i64(w, f->ms);
    put_i64(w, f->offset);
    if (q->version >= 4)
        put_i32(w, f->epoch);
}

static void list_one(struct request *q, const struct topic *t, struct writer *w)
{
    struct found f = {.offset = -1, .ms = -1, .epoch = -1};
    int32_t partition = get_i32(&q->body), epoch;
    struct partition *on;
    int64_t ms;

    if (q->version >= 4)
        (void)get_i32(&q->body); /* current leader epoch */
    ms = get_i64(&q->body);
    f.code = cluster_led(q->client->cluster, t, partition, q->client->broker,
                         &on, &epoch);
    if (f.code == NO_ERROR)
        find(&on->log, ms, &f);
    if (f.code == NO_ERROR && f.offset >= 0)
        f.epoch = epoch;
    put_found(q, partition, &f, w);
}

static void delete_one(struct request *q, const struct topic *t,
                       struct writer *w)
{
    int32_t partition = get_i32(&q->body), epoch;
    int64_t offset = get_i64(&q->body), low = -1;
    struct partition *on;
    int16_t code = cluster_led(q->client->cluster, t, partition,
                               q->client->broker, &on, &epoch);

    if (code == NO_ERROR)
        code = part_log_trim(&on->log, offset, &low);
    put_i32(w, partition);
    put_i64(w, code == NO_ERROR ? low : -1);
    put_i16(w, code);
}

/* Whether the topics and partitions of the request are all there. `each`: bytes
 * of a partition, a multiple of 4. */
static bool is_whole(struct reader r, size_t each)
{
    int32_t topics = get_count(&r, 6);

    for (int32_t i = 0; i < topics && !r.bad; i++) {
        int32_t n;

        (void)get_string(&r);
        n = get_count(&r, each);
        for (size_t k = 0; n > 0 && k < (size_t)n * each && !r.bad; k += 4)
            (void)get_i32(&r);
    }
    return !r.bad;
}

/* Topics and partitions of the request, each answered by `one`; nothing is done
 * for a malformed request. `each`: as for is_whole(). */
static enum handled answer_each(
    struct request *q, struct writer *w, size_t each,
    void (*one)(struct request *q, const struct topic *t, struct writer *w))
{
    struct reader *r = &q->body;
    int32_t topics;

    if (!is_whole(*r, each))
        return HANDLED_BAD;
    topics = get_count(r, 6);
    put_i32(w, topics < 0 ? 0 : topics);
    for (int32_t i = 0; i < topics; i++) {
        struct bytes name = get_string(r);
        int32_t n = get_count(r, each);
        struct topic *t = cluster_topic(q->client->cluster, name);

        put_text(w, name);
        put_i32(w, n < 0 ? 0 : n);
        for (int32_t k = 0; k < n; k++)
            one(q, t, w);
        cluster_topic_release(q->client->cluster, t);
    }
    return HANDLED;
}

enum handled api_list_offsets(struct request *q, struct writer *w)
{
    (void)get_i32(&q->body); /* replica id */
    if (q->version >= 2) {
        (void)get_i8(&q->body); /* isolation level */
        put_i32(w, 0);          /* throttle_time_ms */
    }
    return answer_each(q, w, q->version >= 4 ? 16 : 12, list_one);
}

enum handled api_delete_records(struct request *q, struct writer *w)
{
    put_i32(w, 0); /* throttle_time_ms */
    return answer_each(q, w, 12, delete_one);
}
