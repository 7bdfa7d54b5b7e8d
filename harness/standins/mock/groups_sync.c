/* groups_sync.c - SyncGroup and Heartbeat: a generation from its assignment on.
 */
#include <string.h>
#include <time.h>

#include "base/clk.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_groups.h"

int16_t group_admit(struct groups *g, struct bytes group, int32_t generation,
                    struct bytes member, struct group **ret)
{
    struct group *on = group_of(g, group, false);
    struct member *m = on ? member_of(on, member) : NULL;

    if (!m)
        return UNKNOWN_MEMBER_ID;
    if (generation != on->generation)
        return ILLEGAL_GENERATION;
    member_heard(m);
    *ret = on;
    return NO_ERROR;
}

/* Take the leader's assignment, which takes effect once written to the log. */
static void assign(struct groups *g, struct group *on, const struct sync *s)
{
    for (size_t i = 0; i < s->len; i++) {
        struct member *m = member_of(on, s->members[i]);

        if (m)
            blob_set(&m->assignment, s->assignments[i]);
    }
    on->state_wall_us = clk_wall_us();
    group_log(g, on);
    on->state = GROUP_STABLE;
    pthread_cond_broadcast(&g->changed);
}

static int16_t wait_for_leader(struct groups *g, struct group *on,
                               const struct sync *s)
{
    struct member *m = member_of(on, s->member);

    if (m)
        m->parked++;
    while (m && on->state == GROUP_COMPLETING &&
           on->generation == s->generation && !g->stopping) {
        (void)pthread_cond_wait(&g->changed, &g->lock);
        m = member_of(on, s->member);
    }
    if (!m)
        return UNKNOWN_MEMBER_ID;
    m->parked--;
    member_heard(m);
    if (on->generation != s->generation || on->state != GROUP_STABLE)
        return REBALANCE_IN_PROGRESS;
    return NO_ERROR;
}

int16_t groups_sync(struct groups *g, const struct sync *s, struct blob *ret)
{
    struct group *on = NULL;
    struct member *m;
    int16_t code;

    pthread_mutex_lock(&g->lock);
    code = group_admit(g, s->group, s->generation, s->member, &on);
    if (code == NO_ERROR && on->state == GROUP_PREPARING)
        code = REBALANCE_IN_PROGRESS;
    if (code == NO_ERROR && on->state == GROUP_COMPLETING && on->leader &&
        bytes_are(s->member, on->leader))
        assign(g, on, s);
    if (code == NO_ERROR)
        code = wait_for_leader(g, on, s);
    m = code == NO_ERROR ? member_of(on, s->member) : NULL;
    if (m)
        blob_set(ret, (struct bytes){m->assignment.data, m->assignment.len});
    pthread_mutex_unlock(&g->lock);
    return code;
}

int16_t groups_heartbeat(struct groups *g, struct bytes group,
                         int32_t generation, struct bytes member)
{
    struct group *on;
    int16_t code;

    pthread_mutex_lock(&g->lock);
    code = group_admit(g, group, generation, member, &on);
    if (code == NO_ERROR && on->state == GROUP_PREPARING)
        code = REBALANCE_IN_PROGRESS;
    pthread_mutex_unlock(&g->lock);
    return code;
}
