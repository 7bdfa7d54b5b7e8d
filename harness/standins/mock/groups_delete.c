/* groups_delete.c - groups and commits forgotten: DeleteGroups, DeleteTopics.
 */
#include <stdlib.h>
#include <string.h>

#include "standins/mock/errors.h"
#include "standins/mock/mock_groups.h"
#include "standins/mock/offsets_log.h"

static void bury_commit(struct groups *g, const struct group *on,
                        const struct committed *c)
{
    struct writer key = {0};

    put_i16(&key, 1);
    put_string(&key, on->name);
    put_string(&key, c->topic);
    put_i32(&key, c->partition);
    (void)offsets_log_put(g->cluster, &key, NULL);
    writer_done(&key);
}

static void forget_commit(struct groups *g, const struct group *on,
                          const struct committed *c)
{
    bury_commit(g, on, c);
    free(c->topic);
    free(c->metadata);
}

static void bury_group(struct groups *g, const struct group *on)
{
    struct writer key = {0};

    put_i16(&key, 2);
    put_string(&key, on->name);
    (void)offsets_log_put(g->cluster, &key, NULL);
    writer_done(&key);
}

/* The struct stays, since requests may still hold the pointer, and is as new.
 */
static void forget(struct groups *g, struct group *on)
{
    for (size_t i = 0; i < on->commits_len; i++)
        forget_commit(g, on, &on->commits[i]);
    bury_group(g, on);
    on->commits_len = 0;
    on->generation = 0;
    free(on->protocol_type);
    free(on->protocol);
    on->protocol_type = on->protocol = NULL;
}

int16_t groups_delete(struct groups *g, struct bytes name)
{
    int16_t code = NO_ERROR;
    struct group *on;

    pthread_mutex_lock(&g->lock);
    on = group_of(g, name, false);
    if (!on ||
        (on->generation == 0 && on->members_len == 0 && on->commits_len == 0))
        code = GROUP_ID_NOT_FOUND;
    else if (on->members_len > 0 || on->state != GROUP_EMPTY)
        code = NON_EMPTY_GROUP;
    else
        forget(g, on);
    pthread_mutex_unlock(&g->lock);
    return code;
}

static void forget_topic(struct groups *g, struct group *on, struct bytes topic)
{
    size_t kept = 0;

    for (size_t i = 0; i < on->commits_len; i++) {
        if (bytes_are(topic, on->commits[i].topic))
            forget_commit(g, on, &on->commits[i]);
        else
            on->commits[kept++] = on->commits[i];
    }
    on->commits_len = kept;
}

void groups_forget_topic(struct groups *g, struct bytes topic)
{
    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->groups_len; i++)
        forget_topic(g, g->groups[i], topic);
    pthread_mutex_unlock(&g->lock);
}
