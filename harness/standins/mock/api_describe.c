/* api_describe.c - handlers of DescribeGroups, ListGroups and DeleteGroups. */
#include <stdlib.h>

#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

static const char *state_name(const struct group *on)
{
    switch (on->state) {
    case GROUP_EMPTY:
        return "Empty";
    case GROUP_PREPARING:
        return "PreparingRebalance";
    case GROUP_COMPLETING:
        return "CompletingRebalance";
    case GROUP_STABLE:
        return "Stable";
    }
    abort(); /* no default: -Wswitch names a forgotten state */
}

static void put_group(const struct group *on, struct writer *w)
{
    put_string(w, state_name(on));
    put_string(w, on->protocol_type ? on->protocol_type : "");
    put_string(w, on->protocol ? on->protocol : "");
    put_i32(w, (int32_t)on->members_len);
    for (size_t i = 0; i < on->members_len; i++) {
        const struct member *m = on->members[i];
        const struct blob *metadata = metadata_of(on, m);

        put_string(w, m->id);
        put_string(w, m->client_id);
        put_string(w, m->client_host);
        put_bytes(w, metadata->data, metadata->len);
        put_bytes(w, m->assignment.data, m->assignment.len);
    }
}

/* Describe an unknown group the way Kafka does: a state without protocol or
 * members. */
static void put_dead(const char *state, struct writer *w)
{
    put_string(w, state);
    put_string(w, "");
    put_string(w, "");
    put_i32(w, 0);
}

/* A deleted group keeps a struct, as new. */
static bool is_alive(const struct group *on)
{
    return on->generation || on->members_len || on->commits_len;
}

enum handled api_describe_groups(struct request *q, struct writer *w)
{
    struct groups *g = q->client->groups;
    int32_t n = get_count(&q->body, 2);

    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n < 0 ? 0 : n);
    for (int32_t i = 0; i < n && !q->body.bad; i++) {
        struct bytes name = get_string(&q->body);
        int16_t code = q->body.bad ? NO_ERROR : coordinated_here(q, name);
        const struct group *on;

        put_i16(w, code);
        put_text(w, name);
        pthread_mutex_lock(&g->lock);
        on = group_of(g, name, false);
        if (code == NO_ERROR && on && is_alive(on))
            put_group(on, w);
        else
            put_dead(code == NO_ERROR ? "Dead" : "", w);
        pthread_mutex_unlock(&g->lock);
    }
    return q->body.bad ? HANDLED_BAD : HANDLED;
}

/* List the groups coordinated by the broker that was asked; a client asks every
 * broker. */
enum handled api_list_groups(struct request *q, struct writer *w)
{
    struct groups *g = q->client->groups;
    size_t count_at;
    int32_t count = 0;

    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i16(w, NO_ERROR);
    count_at = w->len;
    put_i32(w, 0);
    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->groups_len; i++) {
        const struct group *on = g->groups[i];

        if (on->coordinator != q->client->broker || !is_alive(on))
            continue;
        put_string(w, on->name);
        put_string(w, on->protocol_type ? on->protocol_type : "");
        count++;
    }
    pthread_mutex_unlock(&g->lock);
    set_i32(w, count_at, count);
    return HANDLED;
}

/* A malformed request deletes nothing: the names are counted before the first
 * group goes. */
enum handled api_delete_groups(struct request *q, struct writer *w)
{
    int32_t n = get_count(&q->body, 2);
    struct reader again = q->body;

    for (int32_t i = 0; i < n && !q->body.bad; i++)
        (void)get_string(&q->body);
    if (q->body.bad || n < 0)
        return HANDLED_BAD;
    put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n);
    for (int32_t i = 0; i < n; i++) {
        struct bytes name = get_string(&again);
        int16_t code = coordinated_here(q, name);

        put_text(w, name);
        put_i16(w, code != NO_ERROR ? code
                                    : groups_delete(q->client->groups, name));
    }
    return HANDLED;
}
