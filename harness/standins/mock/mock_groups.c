/* mock_groups.c - groups, their members, and the choice of coordinators. */
#include "standins/mock/mock_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/cond.h"
#include "base/memory.h"
#include "standins/mock/offsets_log.h"
#include "standins/shared/fnv.h"

void groups_init(struct groups *g, struct cluster *c, int64_t initial_delay_us)
{
    *g = (struct groups){
        .cluster = c,
        .initial_delay_us = initial_delay_us,
        .draw = {.s = rng_fresh_seed()},
        .next_number = 1,
    };
    pthread_mutex_init(&g->lock, NULL);
    cond_init(&g->changed);
}

void blob_set(struct blob *b, struct bytes from)
{
    free(b->data);
    *b = (struct blob){0};
    if (!from.data)
        return;
    b->data = must_malloc((size_t)from.len + 1);
    memcpy(b->data, from.data, (size_t)from.len);
    b->len = from.len;
}

void member_free(struct member *m)
{
    for (size_t i = 0; i < m->protocols_len; i++) {
        free(m->protocols[i].name);
        free(m->protocols[i].metadata.data);
    }
    free(m->assignment.data);
    free(m->id);
    free(m->client_id);
    free(m->client_host);
    free(m);
}

static void group_free(struct group *on)
{
    for (size_t i = 0; i < on->members_len; i++)
        member_free(on->members[i]);
    for (size_t i = 0; i < on->commits_len; i++) {
        free(on->commits[i].topic);
        free(on->commits[i].metadata);
    }
    free(on->members);
    free(on->commits);
    free(on->protocol_type);
    free(on->protocol);
    free(on->leader);
    free(on->name);
    free(on);
}

void groups_close(struct groups *g)
{
    for (size_t i = 0; i < g->groups_len; i++)
        group_free(g->groups[i]);
    pthread_cond_destroy(&g->changed);
    pthread_mutex_destroy(&g->lock);
}

void groups_stop(struct groups *g)
{
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

struct group *group_of(struct groups *g, struct bytes name, bool make)
{
    struct group *on;

    for (size_t i = 0; i < g->groups_len; i++)
        if (bytes_are(name, g->groups[i]->name))
            return g->groups[i];
    if (!make || g->groups_len == GROUPS_MAX)
        return NULL;
    on = must_calloc(1, sizeof(*on));
    on->name = bytes_copy(name);
    g->groups[g->groups_len++] = on;
    return on;
}

struct member *member_of(const struct group *on, struct bytes id)
{
    for (size_t i = 0; i < on->members_len; i++)
        if (bytes_are(id, on->members[i]->id))
            return on->members[i];
    return NULL;
}

void group_add(struct group *on, struct member *m)
{
    on->members = must_grow(on->members, on->members_len, &on->members_cap,
                            sizeof(*on->members));
    on->members[on->members_len++] = m;
}

void group_remove(struct group *on, struct member *m)
{
    size_t i = 0;

    while (on->members[i] != m)
        i++;
    if (on->leader && strcmp(on->leader, m->id) == 0) {
        free(on->leader);
        on->leader = NULL;
    }
    on->members_len--;
    memmove(&on->members[i], &on->members[i + 1],
            (on->members_len - i) * sizeof(*on->members));
    member_free(m);
}

void member_heard(struct member *m)
{
    m->dead_at_us = clk_monotonic_us() + (int64_t)m->session_ms * US_PER_MS;
}

const struct blob *metadata_of(const struct group *on, const struct member *m)
{
    static const struct blob none;

    for (size_t i = 0; on->protocol && i < m->protocols_len; i++)
        if (strcmp(m->protocols[i].name, on->protocol) == 0)
            return &m->protocols[i].metadata;
    return &none;
}

static void put_member(struct writer *w, const struct group *on,
                       const struct member *m)
{
    const struct blob *metadata = metadata_of(on, m);

    put_string(w, m->id);
    put_string(w, NULL); /* group instance id */
    put_string(w, m->client_id);
    put_string(w, m->client_host);
    put_i32(w, m->rebalance_ms);
    put_i32(w, m->session_ms);
    put_bytes(w, metadata->data, metadata->len);
    put_bytes(w, m->assignment.data, m->assignment.len);
}

void group_log(struct groups *g, const struct group *on)
{
    struct writer key = {0}, value = {0};

    put_i16(&key, 2);
    put_string(&key, on->name);
    put_i16(&value, 3);
    put_string(&value, on->protocol_type ? on->protocol_type : "");
    put_i32(&value, on->generation);
    put_string(&value, on->protocol);
    put_string(&value, on->leader);
    put_i64(&value, on->state_wall_us / US_PER_MS);
    put_i32(&value, (int32_t)on->members_len);
    for (size_t i = 0; i < on->members_len; i++)
        put_member(&value, on, on->members[i]);
    (void)offsets_log_put(g->cluster, &key, &value);
    writer_done(&key);
    writer_done(&value);
}

/* Spread groups over the brokers by a hash of the name. */
static int preferred_broker(const struct groups *g, const char *name)
{
    return (int)(fnv_hash(name) % (uint32_t)g->cluster->brokers_len) + 1;
}

/* A broker coordinates the group until the broker dies. The next coordinator,
 * as in Kafka, knows the members from the log and starts every session anew. */
int group_choose_coordinator(struct groups *g, struct group *on)
{
    int now =
        on->coordinator > 0 ? on->coordinator : preferred_broker(g, on->name);

    now = cluster_next_alive(g->cluster, now);
    on->orphaned |= now < 0 && on->coordinator > 0;
    if (now < 0 || (now == on->coordinator && !on->orphaned))
        return now;
    for (size_t i = 0; i < on->members_len; i++)
        member_heard(on->members[i]);
    on->coordinator = now;
    on->orphaned = false;
    return now;
}

int groups_coordinator(struct groups *g, struct bytes name)
{
    struct group *on;
    int number = -1;

    pthread_mutex_lock(&g->lock);
    on = group_of(g, name, true);
    if (on)
        number = group_choose_coordinator(g, on);
    pthread_mutex_unlock(&g->lock);
    return number;
}
