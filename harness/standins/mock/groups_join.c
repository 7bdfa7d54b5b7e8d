/* groups_join.c - JoinGroup and LeaveGroup: how members form the next
 * generation. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/memory.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_groups.h"

enum { SESSION_MAX_MS = 1800000, LOOK_EVERY_US = 50000 };

static bool all_joined(const struct group *on)
{
    for (size_t i = 0; i < on->members_len; i++)
        if (!on->members[i]->joined)
            return false;
    return true;
}

static bool supports(const struct member *m, const char *protocol)
{
    for (size_t i = 0; i < m->protocols_len; i++)
        if (strcmp(m->protocols[i].name, protocol) == 0)
            return true;
    return false;
}

static bool all_support(const struct group *on, const char *protocol)
{
    for (size_t i = 0; i < on->members_len; i++)
        if (!supports(on->members[i], protocol))
            return false;
    return true;
}

/* Number of members that prefer `protocol` among the protocols supported by all
 * members. */
static size_t votes_for(const struct group *on, const char *protocol)
{
    size_t votes = 0;

    for (size_t i = 0; i < on->members_len; i++) {
        const struct member *m = on->members[i];
        size_t k = 0;

        while (k < m->protocols_len && !all_support(on, m->protocols[k].name))
            k++;
        votes +=
            k < m->protocols_len && strcmp(m->protocols[k].name, protocol) == 0;
    }
    return votes;
}

/* Kafka's vote: the protocol with the most votes wins; among equals, the first
 * in the first member's list. */
static void choose_protocol(struct group *on)
{
    const struct member *first = on->members[0];
    size_t most = 0;

    free(on->protocol);
    on->protocol = NULL;
    for (size_t i = 0; i < first->protocols_len; i++) {
        const char *name = first->protocols[i].name;
        size_t votes = votes_for(on, name);

        if (votes <= most)
            continue;
        most = votes;
        free(on->protocol);
        on->protocol = must_strdup(name);
    }
}

static int64_t longest_rebalance_us(const struct group *on)
{
    int64_t longest = 0;

    for (size_t i = 0; i < on->members_len; i++)
        if (on->members[i]->rebalance_ms > longest)
            longest = on->members[i]->rebalance_ms;
    return longest * US_PER_MS;
}

/* Members with a waiting JoinGroup count as joined already. Only a group that
 * was empty waits for the initial delay (KIP-134), which lets several members
 * start together instead of rebalancing once per member. */
void group_rebalance(struct groups *g, struct group *on)
{
    int64_t now_us = clk_monotonic_us();

    for (size_t i = 0; i < on->members_len; i++)
        on->members[i]->joined = on->members[i]->join != 0;
    on->not_before_us =
        on->state == GROUP_EMPTY ? now_us + g->initial_delay_us : now_us;
    on->deadline_us = now_us + longest_rebalance_us(on);
    on->state = GROUP_PREPARING;
    pthread_cond_broadcast(&g->changed);
    group_complete(g, on);
}

static void begin_generation(struct group *on)
{
    choose_protocol(on);
    if (!on->leader)
        on->leader = must_strdup(on->members[0]->id);
    on->state = GROUP_COMPLETING;
    on->deadline_us = clk_monotonic_us() + longest_rebalance_us(on);
    for (size_t i = 0; i < on->members_len; i++) {
        struct member *m = on->members[i];

        m->join = 0;
        blob_set(&m->assignment, (struct bytes){.len = -1});
        member_heard(m);
    }
}

/* Kafka writes an empty group to the log at once; a group with members is
 * written when the leader's assignment arrives (groups_sync.c). */
static void become_empty(struct groups *g, struct group *on)
{
    on->state = GROUP_EMPTY;
    free(on->protocol);
    free(on->leader);
    on->protocol = on->leader = NULL;
    group_log(g, on);
}

/* The generation begins when every member has joined or the deadline has
 * passed, but not before the initial delay is over. Members that have not
 * joined by then are removed; such a member learns of its removal from
 * UNKNOWN_MEMBER_ID. */
void group_complete(struct groups *g, struct group *on)
{
    int64_t now_us = clk_monotonic_us();

    if (now_us < on->not_before_us && on->members_len > 0)
        return;
    if (!all_joined(on) && now_us < on->deadline_us)
        return;
    for (size_t i = on->members_len; i-- > 0;)
        if (!on->members[i]->joined)
            group_remove(on, on->members[i]);
    on->generation++;
    on->state_wall_us = clk_wall_us();
    if (on->members_len == 0)
        become_empty(g, on);
    else
        begin_generation(on);
    log_info(on->name, "generation %d of %zu members", on->generation,
             on->members_len);
    pthread_cond_broadcast(&g->changed);
}

static void set_protocols(struct member *m, const struct join *j)
{
    for (size_t i = 0; i < m->protocols_len; i++) {
        free(m->protocols[i].name);
        free(m->protocols[i].metadata.data);
        m->protocols[i] = (struct protocol){0};
    }
    m->protocols_len = j->protocols_len;
    for (size_t i = 0; i < j->protocols_len; i++) {
        m->protocols[i].name = bytes_copy(j->protocols[i]);
        blob_set(&m->protocols[i].metadata, j->metadata[i]);
    }
}

static bool same_protocols(const struct member *m, const struct join *j)
{
    if (m->protocols_len != j->protocols_len)
        return false;
    for (size_t i = 0; i < j->protocols_len; i++) {
        const struct blob *had = &m->protocols[i].metadata;
        struct bytes has = j->metadata[i];

        if (!bytes_are(j->protocols[i], m->protocols[i].name) ||
            had->len != (has.data ? has.len : 0) ||
            (had->len > 0 &&
             memcmp(had->data, has.data, (size_t)had->len) != 0))
            return false;
    }
    return true;
}

static struct member *member_new(struct groups *g, const struct join *j)
{
    struct member *m = must_calloc(1, sizeof(*m));
    char id[320];

    (void)snprintf(id, sizeof(id), "%.256s-%016" PRIx64 "%016" PRIx64,
                   j->client_id, rng_next(&g->draw), rng_next(&g->draw));
    m->id = must_strdup(id);
    m->client_id = must_strdup(j->client_id);
    m->client_host = must_strdup(j->client_host);
    return m;
}

static bool others_support(const struct group *on, const struct member *self,
                           struct bytes protocol)
{
    for (size_t i = 0; i < on->members_len; i++) {
        const struct member *m = on->members[i];
        size_t n = 0;

        while (n < m->protocols_len &&
               !bytes_are(protocol, m->protocols[n].name))
            n++;
        if (m != self && n == m->protocols_len)
            return false;
    }
    return true;
}

/* Whether the group would accept the member: the same protocol type, and at
 * least one protocol that every other member supports. */
static bool fits(const struct group *on, const struct member *self,
                 const struct join *j)
{
    if (on->members_len > (self ? 1 : 0) &&
        (!on->protocol_type || !bytes_are(j->protocol_type, on->protocol_type)))
        return false;
    for (size_t i = 0; i < j->protocols_len; i++)
        if (others_support(on, self, j->protocols[i]))
            return true;
    return false;
}

/* Record the JoinGroup of member `m`. true: the group has to rebalance for `m`.
 */
static bool take_in(struct groups *g, struct group *on, struct member *m,
                    const struct join *j)
{
    bool known = m->protocols_len > 0;
    bool same = known && same_protocols(m, j);
    bool leads = on->leader && strcmp(on->leader, m->id) == 0;

    if (on->members_len == 1) {
        free(on->protocol_type);
        on->protocol_type = bytes_copy(j->protocol_type);
    }
    m->session_ms = j->session_ms;
    m->rebalance_ms = j->rebalance_ms;
    m->join = g->next_number++;
    member_heard(m);
    if (!same)
        set_protocols(m, j);
    if (on->state == GROUP_PREPARING) {
        m->joined = true;
        return false;
    }
    /* a repeated JoinGroup, because the first response was lost: answer the
     * current generation again */
    if (same && (on->state == GROUP_COMPLETING ||
                 (on->state == GROUP_STABLE && !leads))) {
        m->join = 0;
        return false;
    }
    return true;
}

/* The client has hung up, or the mock is stopping: withdraw the waiting
 * JoinGroup. */
static void give_up(struct groups *g, struct group *on, struct member *m,
                    bool is_new)
{
    m->parked--;
    m->join = 0;
    m->joined = false;
    member_heard(m);
    if (!is_new)
        return;
    group_remove(on, m); /* no client has learnt its id */
    group_complete(g, on);
}

/* Wakes at least every LOOK_EVERY_US to notice a client that has hung up, and
 * exactly when the initial delay ends. */
static void wait_a_little(struct groups *g, struct group *on)
{
    int64_t at_us = clk_monotonic_us() + LOOK_EVERY_US;

    if (on->state == GROUP_PREPARING && on->not_before_us < at_us &&
        on->not_before_us > clk_monotonic_us())
        at_us = on->not_before_us;
    (void)cond_wait_until(&g->changed, &g->lock, at_us);
    if (on->state == GROUP_PREPARING)
        group_complete(g, on);
}

/* Wait until a generation has answered JoinGroup number `join` of member `id`.
 * NULL: the member was removed, or has sent another JoinGroup meanwhile. The
 * member is looked up again after each wait, because members are freed. */
static struct member *wait_for_generation(struct groups *g, struct group *on,
                                          const struct join *j, const char *id,
                                          uint64_t join)
{
    struct bytes key = {.data = (const uint8_t *)id,
                        .len = (int32_t)strlen(id)};

    for (;;) {
        struct member *m = member_of(on, key);

        if (!m)
            return NULL;
        if (m->join == 0 || m->join != join) {
            m->parked--;
            return m->join == 0 ? m : NULL;
        }
        if (g->stopping || j->gone(j->ctx)) {
            give_up(g, on, m, j->member.len <= 0);
            return NULL;
        }
        wait_a_little(g, on);
    }
}

/* The new member enters the group before waiting, so that others see the member
 * join; wait_for_generation() removes the member again if the client hangs up.
 * The id is copied, because the member may be freed during the wait. */
static int16_t join_locked(struct groups *g, const struct join *j,
                           struct group **ret_on, struct member **ret)
{
    struct group *on = group_of(g, j->group, true);
    struct member *m = NULL;
    char *id;

    if (!on)
        return COORDINATOR_NOT_AVAILABLE;
    if (j->member.len > 0) {
        m = member_of(on, j->member);
        if (!m)
            return UNKNOWN_MEMBER_ID;
    }
    if (!fits(on, m, j))
        return INCONSISTENT_GROUP_PROTOCOL;
    if (!m) {
        if (on->members_len == MEMBERS_MAX)
            return COORDINATOR_NOT_AVAILABLE;
        m = member_new(g, j);
        group_add(on, m);
    }
    m->parked++;
    if (take_in(g, on, m, j))
        group_rebalance(g, on);
    else if (on->state == GROUP_PREPARING)
        group_complete(g, on);
    id = must_strdup(m->id);
    m = wait_for_generation(g, on, j, id, m->join);
    free(id);
    *ret_on = on;
    *ret = m;
    return m ? NO_ERROR : UNKNOWN_MEMBER_ID;
}

int16_t groups_join(struct groups *g, const struct join *j,
                    void (*answer)(void *out, const struct group *on,
                                   const struct member *m),
                    void *out)
{
    struct group *on;
    struct member *m;
    int16_t code;

    if (j->group.len <= 0)
        return INVALID_GROUP_ID;
    if (j->session_ms < 1 || j->session_ms > SESSION_MAX_MS)
        return INVALID_SESSION_TIMEOUT;
    pthread_mutex_lock(&g->lock);
    code = join_locked(g, j, &on, &m);
    if (code == NO_ERROR)
        answer(out, on, m);
    pthread_mutex_unlock(&g->lock);
    return code;
}

int16_t groups_leave(struct groups *g, struct bytes group, struct bytes member)
{
    int16_t code = UNKNOWN_MEMBER_ID;
    struct group *on;
    struct member *m;

    pthread_mutex_lock(&g->lock);
    on = group_of(g, group, false);
    m = on ? member_of(on, member) : NULL;
    if (m) {
        code = NO_ERROR;
        group_remove(on, m);
        if (on->state == GROUP_PREPARING)
            group_complete(g, on);
        else
            group_rebalance(g, on);
        pthread_cond_broadcast(&g->changed);
    }
    pthread_mutex_unlock(&g->lock);
    return code;
}
