/* api_groups.c - handlers of JoinGroup, SyncGroup, Heartbeat and LeaveGroup. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

struct joined {
    const struct request *q;
    struct writer *w;
};

/* Write a successful JoinGroup response, under the groups' lock. Only the
 * leader gets the list of members, since only the leader assigns. */
static void put_generation(void *out, const struct group *on,
                           const struct member *self)
{
    const struct joined *o = out;
    bool leads = strcmp(on->leader, self->id) == 0;

    put_i16(o->w, NO_ERROR);
    put_i32(o->w, on->generation);
    put_string(o->w, on->protocol);
    put_string(o->w, on->leader);
    put_string(o->w, self->id);
    put_i32(o->w, leads ? (int32_t)on->members_len : 0);
    for (size_t i = 0; leads && i < on->members_len; i++) {
        const struct blob *metadata = metadata_of(on, on->members[i]);

        put_string(o->w, on->members[i]->id);
        if (o->q->version >= 5)
            put_string(o->w, NULL); /* group instance id */
        put_bytes(o->w, metadata->data, metadata->len);
    }
}

static bool read_join(struct request *q, struct join *j)
{
    struct reader *r = &q->body;
    int32_t n;

    j->group = get_string(r);
    j->session_ms = get_i32(r);
    j->rebalance_ms = q->version >= 1 ? get_i32(r) : j->session_ms;
    j->member = get_string(r);
    if (q->version >= 5)
        (void)get_nullable_string(r); /* group instance id */
    j->protocol_type = get_string(r);
    n = get_count(r, 6);
    if (n > PROTOCOLS_MAX)
        r->bad = true;
    for (int32_t i = 0; i < n && !r->bad; i++) {
        j->protocols[i] = get_string(r);
        j->metadata[i] = get_bytes(r);
    }
    j->protocols_len = n > 0 ? (size_t)n : 0;
    return !r->bad;
}

/* On success put_generation() has written the response under the groups' lock,
 * so that the list of members belongs to the generation answered. Any error is
 * written here. */
enum handled api_join_group(struct request *q, struct writer *w)
{
    struct join j = {
        .client_id = q->client_id,
        .client_host = q->client->host,
        .gone = client_gone,
        .ctx = q->client,
    };
    struct joined out = {q, w};
    int16_t code;

    if (!read_join(q, &j))
        return HANDLED_BAD;
    if (q->version >= 2)
        put_i32(w, 0); /* throttle_time_ms */
    code = coordinated_here(q, j.group);
    if (code == NO_ERROR)
        code = groups_join(q->client->groups, &j, put_generation, &out);
    if (code == NO_ERROR)
        return HANDLED;
    put_i16(w, code);
    put_i32(w, -1); /* generation */
    put_string(w, "");
    put_string(w, "");
    put_text(w, j.member);
    put_i32(w, 0);
    return HANDLED;
}

/* Both arrays are allocated by the count in the request, which get_count()
 * bounds by the length of the request. */
enum handled api_sync_group(struct request *q, struct writer *w)
{
    struct reader *r = &q->body;
    AUTO_FREE struct bytes *members = NULL, *assignments = NULL;
    AUTO_FREE uint8_t *mine = NULL;
    struct blob assignment = {0};
    struct sync s = {.group = get_string(r)};
    int16_t code;
    int32_t n;

    s.generation = get_i32(r);
    s.member = get_string(r);
    if (q->version >= 3)
        (void)get_nullable_string(r); /* group instance id */
    n = get_count(r, 6);
    s.len = n > 0 ? (size_t)n : 0;
    members = must_calloc(s.len + 1, sizeof(*members));
    assignments = must_calloc(s.len + 1, sizeof(*assignments));
    for (size_t i = 0; i < s.len; i++) {
        members[i] = get_string(r);
        assignments[i] = get_bytes(r);
    }
    if (r->bad)
        return HANDLED_BAD;
    s.members = members;
    s.assignments = assignments;
    code = coordinated_here(q, s.group);
    if (code == NO_ERROR)
        code = groups_sync(q->client->groups, &s, &assignment);
    mine = assignment.data;
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i16(w, code);
    put_bytes(w, mine, assignment.len);
    return HANDLED;
}

enum handled api_heartbeat(struct request *q, struct writer *w)
{
    struct bytes group = get_string(&q->body);
    int32_t generation = get_i32(&q->body);
    struct bytes member = get_string(&q->body);
    int16_t code;

    if (q->version >= 3)
        (void)get_nullable_string(&q->body); /* group instance id */
    if (q->body.bad)
        return HANDLED_BAD;
    code = coordinated_here(q, group);
    if (code == NO_ERROR)
        code = groups_heartbeat(q->client->groups, group, generation, member);
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i16(w, code);
    return HANDLED;
}

enum handled api_leave_group(struct request *q, struct writer *w)
{
    struct bytes group = get_string(&q->body);
    struct bytes member = get_string(&q->body);
    int16_t code;

    if (q->body.bad)
        return HANDLED_BAD;
    code = coordinated_here(q, group);
    if (code == NO_ERROR)
        code = groups_leave(q->client->groups, group, member);
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i16(w, code);
    return HANDLED;
}
