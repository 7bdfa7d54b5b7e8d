/* test_patience.c - how long nothing may move before a hop has stalled, and the
 * key behind.
 */
#include <string.h>

#include "base/attr.h"
#include "base/clk.h"
#include "support/suite.h"
#include "verdict/patience.h"

#define S  *(int64_t)US_PER_S
#define MS *(int64_t)US_PER_MS

static const struct row {
    const char *what;
    struct patience_facts facts;
    int64_t us;
    enum patience_limit limit;
    const char *from;
} rows[] = {
    {"nothing is set",
     {.asked_us = 30 S},
     30 S,
     PATIENCE_ASKED,
     "timeouts.stall"},
    {"a flush, its time-out and slack",
     {.asked_us = 30 S, .flush_us = 60 S, .flush_timeout_us = 5 S},
     70 S,
     PATIENCE_FLUSH,
     "offset.flush.interval.ms + offset.flush.timeout.ms"},
    {"more was asked for",
     {.asked_us = 71 S, .flush_us = 60 S, .flush_timeout_us = 5 S},
     71 S,
     PATIENCE_ASKED,
     "timeouts.stall"},
    {"just as much was",
     {.asked_us = 70 S, .flush_us = 60 S, .flush_timeout_us = 5 S},
     70 S,
     PATIENCE_ASKED,
     "timeouts.stall"},
    {"short time-outs count twice, without slack",
     {.asked_us = 1 S, .flush_us = 2 S, .flush_timeout_us = 1 S},
     6 S,
     PATIENCE_FLUSH,
     "offset.flush.interval.ms + offset.flush.timeout.ms"},
    {"just below the slack",
     {.flush_us = 4999 MS},
     9998 MS,
     PATIENCE_FLUSH,
     "offset.flush.interval.ms + offset.flush.timeout.ms"},
    {"as long as the slack",
     {.flush_us = 5 S},
     10 S,
     PATIENCE_FLUSH,
     "offset.flush.interval.ms + offset.flush.timeout.ms"},
    {"a worker that is gone",
     {.asked_us = 30 S,
      .flush_us = 60 S,
      .worker_session_us = 10 S,
      .rebalance_us = 300 S},
     315 S,
     PATIENCE_WORKER_GONE,
     "session.timeout.ms + scheduled.rebalance.max.delay.ms"},
    {"a consumer that is gone",
     {.asked_us = 30 S, .is_sink = true, .consumer_session_us = 45 S},
     50 S,
     PATIENCE_CONSUMER_GONE,
     "consumer session.timeout.ms"},
    {"a source has none",
     {.asked_us = 30 S, .consumer_session_us = 45 S},
     30 S,
     PATIENCE_ASKED,
     "timeouts.stall"},
    {"partitions were added, and the default stands",
     {.asked_us = 30 S, .flush_us = 60 S, .partitions_added = true},
     305 S,
     PATIENCE_PARTITIONS,
     "consumer metadata.max.age.ms"},
    {"partitions were added, and are found soon",
     {.asked_us = 5 S, .partitions_added = true, .metadata_us = 3 S},
     6 S,
     PATIENCE_PARTITIONS,
     "consumer metadata.max.age.ms"},
    {"no partitions were",
     {.asked_us = 30 S, .metadata_us = 300 S},
     30 S,
     PATIENCE_ASKED,
     "timeouts.stall"},
};

START_TEST(patience_is_the_longest_of_them)
{
    const struct row *w = &rows[_i];
    struct patience p = patience_of(&w->facts);

    ck_assert_msg(p.us == w->us, "%s: %lld", w->what, (long long)p.us);
    ck_assert_msg(p.limit == w->limit, "%s: %d", w->what, (int)p.limit);
    ck_assert_msg(strcmp(p.from, w->from) == 0, "%s: %s", w->what, p.from);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, patience_is_the_longest_of_them, 0,
                        ARRAY_LEN(rows));
}

SUITE_MAIN("patience", fill)
