/* groups_watch.c - keeps the facts from __consumer_offsets. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "client/groups.h"
#include "observe/commit_log_own.h"
#include "observe/watch.h"

/* The facts about a group and a topic. */
struct pair {
    char *group;
    char *topic;
    struct committed *last; /* of each partition with a commit */
    size_t last_len, last_cap;
    struct group_owner *owners;
    size_t owners_len, owners_cap;
    int64_t last_generation_us; /* run clock; in the pair with the topic "" */
    int32_t last_generation;
};

struct groups_watch {
    struct observer_spec spec;
    pthread_mutex_t lock;
    struct pair *at;
    size_t len;
    struct commit_log *commits; /* by index of the pair */
};

struct groups_watch *groups_watch_new(const struct observer_spec *spec)
{
    struct groups_watch *w = must_calloc(1, sizeof(*w));

    w->spec = *spec;
    w->commits = commit_log_new(spec->work_dir);
    pthread_mutex_init(&w->lock, NULL);
    return w;
}

void groups_watch_free(struct groups_watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->len; i++) {
        free(w->at[i].group);
        free(w->at[i].topic);
        free(w->at[i].last);
        free(w->at[i].owners);
    }
    free(w->at);
    commit_log_free(w->commits);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static struct pair *find(struct groups_watch *w, const char *group,
                         const char *topic)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcmp(w->at[i].group, group) == 0 &&
            strcmp(w->at[i].topic, topic) == 0)
            return &w->at[i];
    return NULL;
}

static struct pair *find_or_make(struct groups_watch *w, const char *group,
                                 const char *topic)
{
    struct pair *p = find(w, group, topic);

    if (p)
        return p;
    w->at = must_realloc(w->at, w->len + 1, sizeof(*w->at));
    p = &w->at[w->len++];
    *p = (struct pair){.group = must_strdup(group),
                       .topic = must_strdup(topic),
                       .last_generation_us = -1,
                       .last_generation = -1};
    return p;
}

/* A tombstone deletes the commit (altering offsets does so): the partition then
 * has none. */
static void keep_last(struct pair *p, const struct group_record *g)
{
    size_t i = 0;

    while (i < p->last_len && p->last[i].partition != g->partition)
        i++;
    if (g->tombstone) {
        if (i < p->last_len)
            p->last[i] = p->last[--p->last_len];
        return;
    }
    if (i == p->last_len) {
        p->last =
            must_grow(p->last, p->last_len, &p->last_cap, sizeof(*p->last));
        p->last_len++;
    }
    p->last[i] = (struct committed){g->partition, g->offset};
}

static void note_commit(struct groups_watch *w, const struct group_record *g)
{
    struct pair *p = find_or_make(w, g->group, g->topic);

    keep_last(p, g);
    if (g->tombstone)
        return;
    commit_log_add(w->commits, (uint32_t)(p - w->at),
                   &(struct commit){.time_us = g->commit_time_us,
                                    .offset = g->offset,
                                    .partition = g->partition});
}

static void note_owner(struct pair *p, const struct group_owner *o)
{
    for (size_t i = p->owners_len; i-- > 0;) {
        if (p->owners[i].partition != o->partition)
            continue;
        if (p->owners[i].node == o->node && p->owners[i].task == o->task &&
            p->owners[i].member == o->member &&
            p->owners[i].nobody == o->nobody)
            return; /* same owner as before */
        break;
    }
    p->owners =
        must_grow(p->owners, p->owners_len, &p->owners_cap, sizeof(*p->owners));
    p->owners[p->owners_len++] = *o;
}

/* The task number in the client id of a sink task: 1 for
 * "connector-consumer-orders-to-shop-1"; -1: none. */
static int32_t task_of(const char *client_id)
{
    const char *dash = client_id ? strrchr(client_id, '-') : NULL;
    char *end;
    long n;

    if (!dash || strncmp(client_id, "connector-consumer-", 19) != 0)
        return -1;
    n = strtol(dash + 1, &end, 10);
    return end > dash + 1 && !*end && n >= 0 && n < 100000 ? (int32_t)n : -1;
}

/* FNV-1a, 64 bit. Enough here: brokers make member ids, with a random UUID. */
static uint64_t digest_of(const char *id)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; id && *id; id++)
        h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
    return h;
}

/* The task number of a member, or -1 if another member has the same number: a
 * task started anew on another worker, while the old worker was unreachable,
 * may be in the group twice, and the client id does not tell the two apart. */
static int32_t task_alone(const struct group_record *g, size_t member)
{
    int32_t task = task_of(g->members[member].client_id);

    for (size_t i = 0; i < g->members_len; i++)
        if (i != member && task_of(g->members[i].client_id) == task)
            return -1;
    return task;
}

/* Partitions assigned to no member in the generation belong to nobody. */
static void release_others(struct groups_watch *w, const struct group_record *g,
                           const char *topic, int64_t time_us)
{
    struct pair *p = find(w, g->group, topic);

    for (size_t i = 0; p && i < p->owners_len; i++) {
        int32_t partition = p->owners[i].partition;
        bool owned = false;

        for (size_t m = 0; m < g->members_len; m++)
            for (size_t k = 0; k < g->members[m].partitions_len; k++)
                owned |= g->members[m].partitions[k].partition == partition &&
                         strcmp(g->members[m].partitions[k].topic, topic) == 0;
        if (!owned)
            note_owner(p, &(struct group_owner){.time_us = time_us,
                                                .partition = partition,
                                                .node = -1,
                                                .task = -1,
                                                .nobody = true});
    }
}

/* A generation is written several times (at joins, at the assignment), so only
 * a new number is an event. Owners taken away are noted before owners given, so
 * a partition changing hands within the group has a single new owner at the
 * end. */
static void note_members(struct groups_watch *w, const struct group_record *g,
                         int64_t time_us)
{
    struct pair *whole = find_or_make(w, g->group, "");

    if (g->generation != whole->last_generation) {
        whole->last_generation = g->generation;
        whole->last_generation_us = clk_now(w->spec.clk);
        event_put(w->spec.events, -1, g->group, "generation",
                  json_pack("{s:i, s:i}", "generation", (int)g->generation,
                            "members", (int)g->members_len));
    }
    for (size_t i = 0; i < w->len; i++)
        if (strcmp(w->at[i].group, g->group) == 0 && w->at[i].topic[0])
            release_others(w, g, w->at[i].topic, time_us);
    for (size_t m = 0; m < g->members_len; m++) {
        const struct group_member *member = &g->members[m];
        int node = w->spec.worker_at && member->client_host
                       ? w->spec.worker_at(w->spec.ctx, member->client_host)
                       : -1;

        for (size_t k = 0; k < member->partitions_len; k++)
            note_owner(find_or_make(w, g->group, member->partitions[k].topic),
                       &(struct group_owner){
                           .time_us = time_us,
                           .partition = member->partitions[k].partition,
                           .node = node,
                           .task = task_alone(g, m),
                           .member = digest_of(member->id)});
    }
}

void groups_watch_note(struct groups_watch *w, const struct record *r)
{
    struct group_record g;

    if (group_record_parse(r->key, r->key_len, r->value, r->value_len, &g) <
        0) {
        log_warn("observer", "__consumer_offsets[%d] offset %lld: not read",
                 (int)r->at.partition, (long long)r->at.offset);
        return;
    }
    pthread_mutex_lock(&w->lock);
    if (g.kind == GROUP_COMMIT)
        note_commit(w, &g);
    else if (g.kind == GROUP_MEMBERSHIP && !g.tombstone)
        note_members(w, &g, r->at.time_us);
    pthread_mutex_unlock(&w->lock);
    group_record_done(&g);
}

size_t groups_watch_committed(struct groups_watch *w, const char *group,
                              const char *topic, struct committed *out,
                              size_t max)
{
    size_t n = 0;
    struct pair *p;

    pthread_mutex_lock(&w->lock);
    p = find(w, group, topic);
    for (; p && n < p->last_len && n < max; n++)
        out[n] = p->last[n];
    pthread_mutex_unlock(&w->lock);
    return n;
}

size_t groups_watch_commits(struct groups_watch *w, const char *group,
                            const char *topic, struct commit **ret)
{
    struct pair *p;
    size_t n;

    pthread_mutex_lock(&w->lock);
    p = find(w, group, topic);
    n = commit_log_of(w->commits, p ? (uint32_t)(p - w->at) : UINT32_MAX, ret);
    pthread_mutex_unlock(&w->lock);
    return n;
}

size_t groups_watch_owners(struct groups_watch *w, const char *group,
                           const char *topic, struct group_owner **ret)
{
    struct pair *p;
    size_t n;

    pthread_mutex_lock(&w->lock);
    p = find(w, group, topic);
    n = p ? p->owners_len : 0;
    *ret = must_calloc(n, sizeof(**ret));
    if (n > 0)
        memcpy(*ret, p->owners, n * sizeof(**ret));
    pthread_mutex_unlock(&w->lock);
    return n;
}

int64_t groups_watch_last_generation(struct groups_watch *w, const char *group)
{
    struct pair *p;
    int64_t at;

    pthread_mutex_lock(&w->lock);
    p = find(w, group, "");
    at = p ? p->last_generation_us : -1;
    pthread_mutex_unlock(&w->lock);
    return at;
}
