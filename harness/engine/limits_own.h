/* limits_own.h - time-outs derived from the configuration in force.
 *
 * limits_read() asks the platform once, when the platform has been opened; the
 * other functions are pure.
 */
#ifndef ENGINE_LIMITS_OWN_H
#define ENGINE_LIMITS_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"
#include "platform/platform.h"
#include "verdict/patience.h"

/* Properties of the workers and brokers. 0: the property is not set, except
 * where a default is named. */
struct limits {
    int64_t flush_us;            /* offset.flush.interval.ms; by default 60 s */
    int64_t flush_timeout_us;    /* offset.flush.timeout.ms */
    int64_t worker_session_us;   /* session.timeout.ms */
    int64_t rebalance_us;        /* scheduled.rebalance.max.delay.ms */
    int64_t consumer_session_us; /* consumer.session.timeout.ms */
    int64_t metadata_us;         /* consumer.metadata.max.age.ms */
    int64_t transaction_us;      /* producer.transaction.timeout.ms; by
                                    default 60 s */
    const char *exactly_once;    /* exactly.once.source.support, borrowed from
                                    the platform; NULL: not set */
    bool compacts;               /* log.cleanup.policy of the brokers has
                                    "compact" */
};

/* The limits of the brokers, and of the workers of a group. `p` NULL: the
 * defaults. */
void limits_read(struct platform *p, const char *group, struct limits *ret);

/* How long nothing may move at a hop before the hop has stalled.
 * `partitions_added`: a fault of this run has added some. */
struct patience limits_patience(const struct limits *l, const struct plan *p,
                                const struct plan_hop *h,
                                bool partitions_added);

/* How long a transaction of a client that died may stay open until the brokers
 * abort the transaction. */
int64_t limits_open_transaction_us(const struct limits *by_group,
                                   const struct plan *p);

/* "compact", "compact,delete" and the like among the values of cleanup.policy.
 * NULL: Kafka's default, "delete". */
bool limits_policy_compacts(const char *policy);

#endif
