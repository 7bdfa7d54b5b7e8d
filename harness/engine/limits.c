/* limits.c - time-outs derived from the configuration in force. */
#include "engine/limits_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/clk.h"

/* Kafka's default of offset.flush.interval.ms. */
static const int64_t flush_default_us = 60 * (int64_t)US_PER_S;

/* Kafka's and librdkafka's default of transaction.timeout.ms. */
static const int64_t transaction_default_us = 60 * (int64_t)US_PER_S;

/* How often a broker looks for transactions beyond the time-out
 * (transaction.abort.timed.out.transaction.cleanup.interval.ms), and slack. */
static const int64_t abort_delay_us = 10 * (int64_t)US_PER_S;
static const int64_t abort_slack_us = 5 * (int64_t)US_PER_S;

/* `node` NULL: there is no node to ask. */
static const char *property(struct platform *p,
                            const struct platform_node *node, const char *key)
{
    return node ? p->ops->property(p, node->name, key) : NULL;
}

/* A time-out of the worker in milliseconds. */
static int64_t time_us(struct platform *p, const struct platform_node *worker,
                       const char *key, int64_t dflt_us)
{
    const char *ms = property(p, worker, key);

    return ms ? strtoll(ms, NULL, 10) * US_PER_MS : dflt_us;
}

bool limits_policy_compacts(const char *policy)
{
    return policy && strstr(policy, "compact") != NULL;
}

/* The first node of a role speaks for all: nodes are configured alike. */
void limits_read(struct platform *p, const char *group, struct limits *ret)
{
    bool has = p && p->ops->property;
    const struct platform_node *broker =
        has ? platform_first(p, ROLE_BROKER, NULL) : NULL;
    const struct platform_node *worker =
        has ? platform_first(p, ROLE_WORKER, group) : NULL;

    *ret = (struct limits){
        .flush_us =
            time_us(p, worker, "offset.flush.interval.ms", flush_default_us),
        .flush_timeout_us = time_us(p, worker, "offset.flush.timeout.ms", 0),
        .worker_session_us = time_us(p, worker, "session.timeout.ms", 0),
        .rebalance_us =
            time_us(p, worker, "scheduled.rebalance.max.delay.ms", 0),
        .consumer_session_us =
            time_us(p, worker, "consumer.session.timeout.ms", 0),
        .metadata_us = time_us(p, worker, "consumer.metadata.max.age.ms", 0),
        .transaction_us = time_us(p, worker, "producer.transaction.timeout.ms",
                                  transaction_default_us),
        .exactly_once = property(p, worker, "exactly.once.source.support"),
        .compacts =
            limits_policy_compacts(property(p, broker, "log.cleanup.policy")),
    };
}

/* The time-out of the hop's own consumer: a connector may override the
 * workers'. */
static int64_t consumer_session_us(const struct limits *l,
                                   const struct plan_hop *h)
{
    const json_t *own =
        h->connector ? json_object_get(h->connector->config,
                                       "consumer.override.session.timeout.ms")
                     : NULL;

    if (json_is_string(own))
        return strtoll(json_string_value(own), NULL, 10) * US_PER_MS;
    if (json_is_integer(own))
        return json_integer_value(own) * US_PER_MS;
    return l->consumer_session_us;
}

struct patience limits_patience(const struct limits *l, const struct plan *p,
                                const struct plan_hop *h, bool partitions_added)
{
    const struct patience_facts f = {
        .asked_us = p->scenario.timeouts.stall_us,
        .flush_us = l->flush_us,
        .flush_timeout_us = l->flush_timeout_us,
        .worker_session_us = l->worker_session_us,
        .rebalance_us = l->rebalance_us,
        .is_sink = h->group[0] != 0,
        .consumer_session_us = consumer_session_us(l, h),
        .partitions_added = partitions_added,
        .metadata_us = l->metadata_us,
    };

    return patience_of(&f);
}

int64_t limits_open_transaction_us(const struct limits *by_group,
                                   const struct plan *p)
{
    int64_t longest = 0;

    for (size_t i = 0; i < p->groups_len; i++)
        if (by_group[i].transaction_us > longest)
            longest = by_group[i].transaction_us;
    /* loads are clients of the harness, with librdkafka's default */
    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].transaction > 0 && longest < transaction_default_us)
            longest = transaction_default_us;
    return longest + abort_delay_us + abort_slack_us;
}
