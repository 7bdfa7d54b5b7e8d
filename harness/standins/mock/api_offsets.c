/* api_offsets.c - handlers of OffsetCommit and OffsetFetch. */
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

/* ---- OffsetCommit ---- */

struct commits {
    struct commit *all;
    size_t len, cap;
};

static struct commit *another(struct commits *c)
{
    c->all = must_grow(c->all, c->len, &c->cap, sizeof(*c->all));
    c->all[c->len] = (struct commit){.leader_epoch = -1};
    return &c->all[c->len++];
}

static void read_partition(struct request *q, struct bytes topic,
                           struct commits *ret)
{
    struct reader *r = &q->body;
    struct commit *c = another(ret);

    c->topic = topic;
    c->partition = get_i32(r);
    c->offset = get_i64(r);
    if (q->version >= 6)
        c->leader_epoch = get_i32(r);
    if (q->version == 1)
        (void)get_i64(r); /* commit time */
    c->metadata = get_nullable_string(r);
    if (!cluster_has(q->client->cluster, topic, c->partition))
        c->error = UNKNOWN_TOPIC_OR_PARTITION;
}

/* Commits of one topic stay adjacent in `ret`: put_commits() groups by adjacent
 * topics. */
static void read_commits(struct request *q, struct commits *ret)
{
    struct reader *r = &q->body;
    int32_t topics = get_count(r, 6);

    for (int32_t i = 0; i < topics && !r->bad; i++) {
        struct bytes name = get_string(r);
        int32_t n = get_count(r, 14);

        for (int32_t k = 0; k < n && !r->bad; k++)
            read_partition(q, name, ret);
    }
}

static void put_commits(const struct commits *c, struct writer *w)
{
    size_t count_at = w->len;
    int32_t count = 0;
    size_t i = 0;

    put_i32(w, 0);
    while (i < c->len) {
        const uint8_t *topic = c->all[i].topic.data;
        size_t end = i;

        while (end < c->len && c->all[end].topic.data == topic)
            end++;
        put_text(w, c->all[i].topic);
        put_i32(w, (int32_t)(end - i));
        for (; i < end; i++) {
            put_i32(w, c->all[i].partition);
            put_i16(w, c->all[i].error);
        }
        count++;
    }
    set_i32(w, count_at, count);
}

/* All commits are parsed before any is executed, so that a malformed request
 * commits nothing. A group error replaces the result of every partition,
 * because the protocol has no error for the whole response. */
enum handled api_offset_commit(struct request *q, struct writer *w)
{
    struct reader *r = &q->body;
    struct commits commits = {0};
    AUTO_FREE struct commit *all = NULL;
    struct bytes group = get_string(r);
    struct bytes member = {.data = (const uint8_t *)"", .len = 0};
    int32_t generation = -1;
    int16_t code;

    if (q->version >= 1) {
        generation = get_i32(r);
        member = get_string(r);
    }
    if (q->version >= 7)
        (void)get_nullable_string(r); /* group instance id */
    if (q->version >= 2 && q->version <= 4)
        (void)get_i64(r); /* retention time */
    read_commits(q, &commits);
    all = commits.all;
    if (r->bad)
        return HANDLED_BAD;
    code = coordinated_here(q, group);
    if (code == NO_ERROR)
        groups_commit(q->client->groups, group, generation, member, all,
                      commits.len);
    for (size_t i = 0; code != NO_ERROR && i < commits.len; i++)
        all[i].error = code;
    if (q->version >= 3)
        put_i32(w, 0); /* throttle_time_ms */
    put_commits(&commits, w);
    return HANDLED;
}

/* ---- OffsetFetch ---- */

static void put_offset(const struct request *q, int32_t partition,
                       const struct committed *c, int16_t code,
                       struct writer *w)
{
    put_i32(w, partition);
    put_i64(w, c ? c->offset : -1);
    if (q->version >= 5)
        put_i32(w, c ? c->leader_epoch : -1);
    put_string(w, c ? c->metadata : "");
    put_i16(w, code);
}

struct search {
    const struct request *q;
    struct writer *w;
    int32_t count;
    /* the partition searched for by put_if_it_is() */
    struct bytes topic;
    int32_t partition;
    bool found;
};

/* For groups_committed(), under the groups' lock. Naming the topic again for
 * each partition is allowed by the protocol and saves sorting. */
static void put_any(void *ctx, const struct committed *c)
{
    struct search *s = ctx;

    put_string(s->w, c->topic);
    put_i32(s->w, 1);
    put_offset(s->q, c->partition, c, NO_ERROR, s->w);
    s->count++;
}

static void put_if_it_is(void *ctx, const struct committed *c)
{
    struct search *s = ctx;

    if (c->partition != s->partition || !bytes_are(s->topic, c->topic))
        return;
    put_offset(s->q, c->partition, c, NO_ERROR, s->w);
    s->found = true;
}

static void put_all(struct request *q, struct bytes group, int16_t code,
                    struct writer *w)
{
    struct search s = {.q = q, .w = w};
    size_t count_at = w->len;

    put_i32(w, 0);
    if (code == NO_ERROR)
        groups_committed(q->client->groups, group, put_any, &s);
    set_i32(w, count_at, s.count);
}

static void put_asked(struct request *q, struct bytes group, int16_t code,
                      int32_t topics, struct writer *w)
{
    struct search s = {.q = q, .w = w};
    struct reader *r = &q->body;

    put_i32(w, topics);
    for (int32_t i = 0; i < topics && !r->bad; i++) {
        int32_t n;

        s.topic = get_string(r);
        n = get_count(r, 4);
        put_text(w, s.topic);
        put_i32(w, n < 0 ? 0 : n);
        for (int32_t k = 0; k < n && !r->bad; k++) {
            s.partition = get_i32(r);
            s.found = false;
            if (code == NO_ERROR)
                groups_committed(q->client->groups, group, put_if_it_is, &s);
            if (!s.found)
                put_offset(q, s.partition, NULL, q->version < 2 ? code : 0, w);
        }
    }
}

enum handled api_offset_fetch(struct request *q, struct writer *w)
{
    struct bytes group = get_string(&q->body);
    int32_t topics = get_count(&q->body, 6);
    int16_t code;

    if (q->body.bad)
        return HANDLED_BAD;
    code = coordinated_here(q, group);
    if (q->version >= 3)
        put_i32(w, 0); /* throttle_time_ms */
    if (topics < 0 && q->version >= 2)
        put_all(q, group, code, w);
    else
        put_asked(q, group, code, topics < 0 ? 0 : topics, w);
    if (q->version >= 2)
        put_i16(w, code);
    return q->body.bad ? HANDLED_BAD : HANDLED;
}
