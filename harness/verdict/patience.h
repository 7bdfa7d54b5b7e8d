/* patience.h - how long nothing may move at a hop before the hop has stalled,
 * and by what configuration. Pure.
 *
 * A hop without any defect stands still until the next flush commits the
 * deliveries; until another worker is given the tasks of a dead worker, and
 * another consumer the partitions of a dead consumer; and until consumers find
 * added partitions. Patience is the longest of these times, with some slack,
 * and never less than timeouts.stall.
 */
#ifndef VERDICT_PATIENCE_H
#define VERDICT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* The configuration in force; 0: the property is not set. */
struct patience_facts {
    int64_t asked_us;            /* timeouts.stall of the scenario */
    int64_t flush_us;            /* offset.flush.interval.ms */
    int64_t flush_timeout_us;    /* offset.flush.timeout.ms */
    int64_t worker_session_us;   /* session.timeout.ms of the workers */
    int64_t rebalance_us;        /* scheduled.rebalance.max.delay.ms */
    bool is_sink;                /* a consumer group reads for the hop */
    int64_t consumer_session_us; /* session.timeout.ms of the sink's consumer */
    bool partitions_added;       /* by a fault of the run */
    int64_t metadata_us; /* metadata.max.age.ms of the sink's consumer */
};

enum patience_limit {
    PATIENCE_ASKED,
    PATIENCE_FLUSH,
    PATIENCE_WORKER_GONE,
    PATIENCE_CONSUMER_GONE,
    PATIENCE_PARTITIONS,
};

struct patience {
    int64_t us;
    enum patience_limit limit; /* the deciding limit */
    const char *from;          /* static: the keys behind `limit` */
};

struct patience patience_of(const struct patience_facts *f);

#endif
