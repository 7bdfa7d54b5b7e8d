/* mock_topic.c - one topic: its partitions, its users, its leaders' answers. */
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_cluster.h"

void topic_add_partitions(const struct cluster *c, struct topic *t, int total)
{
    t->partitions =
        must_realloc(t->partitions, (size_t)total, sizeof(*t->partitions));
    for (int p = t->partitions_len; p < total; p++) {
        struct partition *on = must_calloc(1, sizeof(*on));

        on->leader = on->epoch = -1;
        pthread_mutex_init(&on->order, NULL);
        part_log_init(&on->log, path_of("%s/%s-%d", c->dir, t->name, p));
        t->partitions[p] = on;
    }
    t->partitions_len = total;
}

struct topic *topic_new(const struct cluster *c, const struct topic_spec *spec)
{
    struct topic *t = must_calloc(1, sizeof(*t));

    t->name = bytes_copy(spec->name);
    t->users = 1;
    t->replicas = spec->replicas == -1 ? 1 : spec->replicas;
    t->configs = must_have(spec->configs ? json_deep_copy(spec->configs)
                                         : json_object());
    topic_add_partitions(c, t, spec->partitions == -1 ? 1 : spec->partitions);
    return t;
}

static void topic_free(struct topic *t)
{
    for (int p = 0; p < t->partitions_len; p++) {
        struct partition *on = t->partitions[p];

        sequences_done(&on->sequences);
        part_log_done(&on->log);
        pthread_mutex_destroy(&on->order);
        free(on);
    }
    json_decref(t->configs);
    free(t->partitions);
    free(t->name);
    free(t);
}

struct topic *cluster_topic_find(const struct cluster *c, struct bytes name)
{
    for (size_t i = 0; i < c->topics_len; i++)
        if (!c->topics[i]->deleted && bytes_are(name, c->topics[i]->name))
            return c->topics[i];
    return NULL;
}

struct topic *cluster_topic(struct cluster *c, struct bytes name)
{
    struct topic *t;

    pthread_mutex_lock(&c->lock);
    t = cluster_topic_find(c, name);
    if (t)
        t->users++;
    pthread_mutex_unlock(&c->lock);
    return t;
}

void cluster_topic_release(struct cluster *c, struct topic *t)
{
    bool last;

    if (!t)
        return;
    pthread_mutex_lock(&c->lock);
    last = --t->users == 0;
    pthread_mutex_unlock(&c->lock);
    if (last)
        topic_free(t);
}

bool cluster_has(struct cluster *c, struct bytes topic, int32_t partition)
{
    const struct topic *t;
    bool has;

    pthread_mutex_lock(&c->lock);
    t = cluster_topic_find(c, topic);
    has = t && partition >= 0 && partition < t->partitions_len;
    pthread_mutex_unlock(&c->lock);
    return has;
}

int16_t cluster_led(struct cluster *c, const struct topic *t, int32_t partition,
                    int broker, struct partition **ret, int32_t *ret_epoch)
{
    int16_t code = UNKNOWN_TOPIC_OR_PARTITION;

    if (!t || partition < 0)
        return code;
    pthread_mutex_lock(&c->lock);
    if (!t->deleted && partition < t->partitions_len) {
        *ret = t->partitions[partition];
        *ret_epoch = (*ret)->epoch;
        code = (*ret)->leader == broker ? NO_ERROR : NOT_LEADER_OR_FOLLOWER;
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}
