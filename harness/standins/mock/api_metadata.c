/* api_metadata.c - handlers of Metadata and FindCoordinator, by which clients
 * find brokers. */
#include <string.h>

#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

/* All functions up to put_topics() run under the cluster's lock. */

static void put_brokers(const struct request *q, struct writer *w)
{
    const struct cluster *c = q->client->cluster;
    size_t count_at = w->len;
    int32_t count = 0;

    put_i32(w, 0);
    for (int n = 1; n <= c->brokers_len; n++) {
        const struct listener *l = broker_listener(c, n, q->client->listener);

        if (!l)
            continue;
        count++;
        put_i32(w, n);
        put_string(w, l->host);
        put_i32(w, l->port);
        if (q->version >= 1)
            put_string(w, NULL); /* rack */
    }
    set_i32(w, count_at, count);
}

static int32_t controller(const struct cluster *c)
{
    for (int n = 1; n <= c->brokers_len; n++)
        if (c->brokers[n].alive)
            return n;
    return -1;
}

static void put_replicas(const struct cluster *c, const struct topic *t, int p,
                         bool only_alive, struct writer *w)
{
    size_t count_at = w->len;
    int32_t count = 0;

    put_i32(w, 0);
    for (int r = 0; r < t->replicas; r++) {
        int number = (p + r) % c->brokers_len + 1;

        if (only_alive && !c->brokers[number].alive)
            continue;
        count++;
        put_i32(w, number);
    }
    set_i32(w, count_at, count);
}

static void put_topic(const struct request *q, const struct topic *t,
                      struct writer *w)
{
    const struct cluster *c = q->client->cluster;

    put_i16(w, NO_ERROR);
    put_string(w, t->name);
    if (q->version >= 1)
        put_i8(w, strcmp(t->name, OFFSETS_TOPIC) == 0); /* is_internal */
    put_i32(w, t->partitions_len);
    for (int p = 0; p < t->partitions_len; p++) {
        int leader = t->partitions[p]->leader;

        put_i16(w, leader < 0 ? LEADER_NOT_AVAILABLE : NO_ERROR);
        put_i32(w, p);
        put_i32(w, leader);
        put_replicas(c, t, p, false, w);
        put_replicas(c, t, p, true, w);
    }
}

static void put_unknown(const struct request *q, struct bytes name,
                        struct writer *w)
{
    put_i16(w, UNKNOWN_TOPIC_OR_PARTITION);
    put_text(w, name);
    if (q->version >= 1)
        put_i8(w, 0);
    put_i32(w, 0);
}

static void put_all_topics(const struct request *q, struct writer *w)
{
    const struct cluster *c = q->client->cluster;
    size_t count_at = w->len;
    int32_t count = 0;

    put_i32(w, 0);
    for (size_t i = 0; i < c->topics_len; i++) {
        if (c->topics[i]->deleted)
            continue;
        put_topic(q, c->topics[i], w);
        count++;
    }
    set_i32(w, count_at, count);
}

static void put_topics(struct request *q, int32_t asked, struct writer *w)
{
    const struct cluster *c = q->client->cluster;
    bool all = asked < 0 || (asked == 0 && q->version == 0);

    if (all) {
        put_all_topics(q, w);
        return;
    }
    put_i32(w, asked);
    for (int32_t i = 0; i < asked; i++) {
        struct bytes name = get_string(&q->body);
        const struct topic *t = cluster_topic_find(c, name);

        if (t)
            put_topic(q, t, w);
        else
            put_unknown(q, name, w);
    }
}

enum handled api_metadata(struct request *q, struct writer *w)
{
    struct cluster *c = q->client->cluster;
    int32_t asked = get_count(&q->body, 2);

    if (q->version >= 3)
        put_i32(w, 0); /* throttle_time_ms */
    pthread_mutex_lock(&c->lock);
    put_brokers(q, w);
    if (q->version >= 2)
        put_string(w, c->id);
    if (q->version >= 1)
        put_i32(w, controller(c));
    put_topics(q, asked, w);
    pthread_mutex_unlock(&c->lock);
    if (q->version >= 4)
        (void)get_i8(&q->body); /* allow_auto_topic_creation: ignored, topics
                                   are never created so */
    return q->body.bad ? HANDLED_BAD : HANDLED;
}

static void put_coordinator(const struct request *q, int number,
                            struct writer *w)
{
    struct cluster *c = q->client->cluster;
    const struct listener *l = NULL;

    pthread_mutex_lock(&c->lock);
    if (number > 0)
        l = broker_listener(c, number, q->client->listener);
    put_i16(w, l ? NO_ERROR : COORDINATOR_NOT_AVAILABLE);
    if (q->version >= 1)
        put_string(w, NULL);
    put_i32(w, l ? number : -1);
    put_string(w, l ? l->host : "");
    put_i32(w, l ? l->port : -1);
    pthread_mutex_unlock(&c->lock);
}

enum handled api_find_coordinator(struct request *q, struct writer *w)
{
    struct bytes key = get_string(&q->body);
    int8_t type = q->version >= 1 ? get_i8(&q->body) : 0;

    if (q->body.bad)
        return HANDLED_BAD;
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    if (type == 0) {
        put_coordinator(q, groups_coordinator(q->client->groups, key), w);
        return HANDLED;
    }
    put_i16(w, TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    put_string(w, "the embedded platform has no transactions");
    put_i32(w, -1);
    put_string(w, "");
    put_i32(w, -1);
    return HANDLED;
}
