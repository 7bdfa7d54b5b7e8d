/* baseline.h - whether samples are steady, and whether steady again after a
 * fault. Pure.
 */
#ifndef VERDICT_BASELINE_H
#define VERDICT_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verdict/sample.h"

/* The parts of the plan needed to judge samples. */
struct flow_shape {
    size_t stations, hops; /* at most SAMPLE_STATIONS_MAX, .._HOPS_MAX */
    bool ends[SAMPLE_STATIONS_MAX]; /* stations where flows end */
    size_t down[SAMPLE_HOPS_MAX];   /* station at the end of each hop */
};

/* Only ends and hops that a load fed throughout the windows have a baseline: a
 * load may begin later, or have ended. */
struct baseline {
    bool known;
    int64_t window_us;                /* length of the steady windows */
    double rate[SAMPLE_STATIONS_MAX]; /* records a second */
    double due[SAMPLE_STATIONS_MAX];  /* records a second, by the rates of the
                                         loads; 0: no baseline */
    int64_t lag[SAMPLE_HOPS_MAX];     /* the highest in the windows */
    bool fed[SAMPLE_HOPS_MAX];        /* false: no baseline */
    double share;                     /* of the due records, acknowledged */
};

/* Finds the shortest window of 1 to 10 s with the last three windows within 30
 * % of the median of the three, at every end fed throughout; at least one end
 * must be fed. False: no length will do, and *ret is left alone. */
bool baseline_find(const struct flow_shape *shape, const struct sample *s,
                   size_t n, struct baseline *ret);

/* Whether at least 70 % of the records acknowledged in the windows of `b` (as
 * just found in the same samples) arrived at every end. A rate can be even
 * while the backlog grows: the lag of such a baseline is never regained,
 * whatever is done to the connector. */
bool baseline_keeps_up(const struct flow_shape *shape,
                       const struct baseline *b);

/* In the long run no more arrives than is sent. Lower the rates of `b` to the
 * loads' own: while a backlog of the start is worked off, windows show a
 * rate never to be regained. */
void baseline_cap(struct baseline *b);

enum steadiness { STEADY, UNEVEN, BEHIND };

/* Find a baseline, reject a baseline of ends that fall behind, cap the rates.
 * Unless STEADY, ret->known is false. */
enum steadiness baseline_settle(const struct flow_shape *shape,
                                const struct sample *s, size_t n,
                                struct baseline *ret);

/* Static words for the condition not met by UNEVEN or BEHIND samples. */
const char *steadiness_lacks(enum steadiness s);

/* The time of the first of the samples covering the last `hold_us`, if in all
 * of the samples every end had at least 90 % of the baseline's rate, every lag
 * was at most the baseline's plus a second of load, and no source delivered old
 * records again. -1: the flow is not regained.
 *
 * After some loads of an end have ended, the expected rate of the end is lower
 * by the ended share. An end without a baseline, whose load began later, must
 * take 90 % of the acknowledged records and be less than a second of load
 * behind, while the load sends at least 70 % as well as in the baseline.
 */
int64_t baseline_regained(const struct flow_shape *shape,
                          const struct baseline *b, const struct sample *s,
                          size_t n, int64_t hold_us);

/* Whether the rate at any end with a baseline fell below half of the rate
 * expected as above, over the last window of the baseline's length. */
bool baseline_dropped(const struct flow_shape *shape, const struct baseline *b,
                      const struct sample *s, size_t n);

#endif
