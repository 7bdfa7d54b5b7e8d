/* member.h - a member of the workers' group (Kafka's classic group protocol).
 *
 * The member subscribes to a topic of SLOTS partitions. The topic never holds a
 * record, and the member reads nothing: assigning the partitions assigns the
 * slots (slots.h), and so what each worker runs.
 */
#ifndef STANDINS_WORKER_MEMBER_H
#define STANDINS_WORKER_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct member_spec {
    /* everything is borrowed for the life of the member */
    const char *bootstrap;
    const char *group;
    const char *topic;
    const char *session_ms, *heartbeat_ms, *rebalance_ms;
    const char *client_id;
    /* Called from the thread "member": the worker holds `slots` (bit n: slot n)
     * from now on. */
    void (*assigned)(void *ctx, uint32_t slots, int64_t generation);
    /* Called from the thread "member": the worker holds no slots any more. The
     * slots are given up when the call returns, so everything that ran in them
     * must have stopped. `lost`: the group has already given the slots away. */
    void (*revoked)(void *ctx, bool lost);
    void *ctx;
};

struct member;

/* Start the thread "member", which joins the group, and joins again whenever
 * the group has removed the member, until member_leave(). */
MUST_USE int member_join(const struct member_spec *spec, struct member **ret,
                         struct err *err);

/* Leave the group (revoked() is called first) and free. NULL is fine. */
void member_leave(struct member *m);

#endif
