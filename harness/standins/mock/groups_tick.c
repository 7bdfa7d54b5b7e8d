/* groups_tick.c - time-outs of groups: sessions, late members, dead
 * coordinators. */
#include "base/clk.h"
#include "base/log.h"
#include "standins/mock/mock_groups.h"

/* Remove members whose session has timed out. A member with a waiting request
 * is alive. */
static bool bury(struct group *on, int64_t now_us)
{
    bool any = false;

    for (size_t i = on->members_len; i-- > 0;) {
        struct member *m = on->members[i];

        if (m->parked > 0 || m->dead_at_us > now_us)
            continue;
        log_info(on->name, "member %s timed out after %d ms", m->id,
                 m->session_ms);
        group_remove(on, m);
        any = true;
    }
    return any;
}

/* Remove members that have joined the generation but not sent SyncGroup by the
 * deadline, as Kafka does since 3.0 (KAFKA-12890). */
static bool drop_unsynced(struct group *on, int64_t now_us)
{
    bool any = false;

    if (on->state != GROUP_COMPLETING || on->deadline_us > now_us)
        return false;
    for (size_t i = on->members_len; i-- > 0;)
        if (on->members[i]->parked == 0) {
            group_remove(on, on->members[i]);
            any = true;
        }
    return any;
}

void groups_tick(struct groups *g)
{
    int64_t now_us = clk_monotonic_us();

    pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->groups_len; i++) {
        struct group *on = g->groups[i];
        bool fewer;

        if (on->coordinator > 0 && group_choose_coordinator(g, on) < 0)
            continue; /* without a live broker, no coordinator watches sessions
                       */
        fewer = bury(on, now_us);
        fewer |= drop_unsynced(on, now_us);
        if (fewer && on->state != GROUP_PREPARING)
            group_rebalance(g, on);
        if (on->state == GROUP_PREPARING)
            group_complete(g, on);
    }
    pthread_mutex_unlock(&g->lock);
}
