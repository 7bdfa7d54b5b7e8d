/* patience.c - how long nothing may move at a hop before the hop has stalled.
 */
#include "verdict/patience.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/clk.h"

/* For a slow machine; less where the time-outs themselves are shorter. */
static const int64_t slack_us = 5 * US_PER_S;

/* metadata.max.age.ms by default. */
static const int64_t metadata_default_us = 300 * (int64_t)US_PER_S;

static int64_t metadata_of(const struct patience_facts *f)
{
    if (!f->partitions_added)
        return 0;
    return f->metadata_us > 0 ? f->metadata_us : metadata_default_us;
}

struct patience patience_of(const struct patience_facts *f)
{
    const struct patience limits[] = {
        {f->flush_us + f->flush_timeout_us, PATIENCE_FLUSH,
         "offset.flush.interval.ms + offset.flush.timeout.ms"},
        {f->worker_session_us + f->rebalance_us, PATIENCE_WORKER_GONE,
         "session.timeout.ms + scheduled.rebalance.max.delay.ms"},
        {f->is_sink ? f->consumer_session_us : 0, PATIENCE_CONSUMER_GONE,
         "consumer session.timeout.ms"},
        {metadata_of(f), PATIENCE_PARTITIONS, "consumer metadata.max.age.ms"},
    };
    struct patience least = limits[0];

    for (size_t i = 1; i < ARRAY_LEN(limits); i++)
        if (limits[i].us > least.us)
            least = limits[i];
    least.us = least.us < slack_us ? 2 * least.us : least.us + slack_us;
    if (least.us > f->asked_us)
        return least;
    return (struct patience){f->asked_us, PATIENCE_ASKED, "timeouts.stall"};
}
