/* member.h - one member of the workers' group (Kafka's classic protocol).
 *
 * It subscribes to a topic of SLOTS partitions that never holds a record and
 * reads nothing from it: what the group shares out is who runs what.
 */
#ifndef STANDINS_WORKER_MEMBER_H
#define STANDINS_WORKER_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct member_spec {
    const char *bootstrap; /* all is borrowed for the member's life */
    const char *group;
    const char *topic;
    const char *session_ms, *heartbeat_ms, *rebalance_ms;
    const char *client_id;
    /* From the thread "member". Slots that it holds from now on. */
    void (*assigned)(void *ctx, uint32_t slots, int64_t generation);
    /* Holds none any more: what ran in them has stopped when this returns;
     * only then they are given up. `lost`: they were taken already. */
    void (*revoked)(void *ctx, bool lost);
    void *ctx;
};

struct member;

/* Joins, and joins again whenever it was thrown out, until it leaves. */
MUST_USE int member_join(const struct member_spec *spec, struct member **ret,
                         struct err *err);

/* Leaves the group (after revoked()) and frees. NULL is fine. */
void member_leave(struct member *m);

#endif
