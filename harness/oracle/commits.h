/* commits.h - offset continuity of one consumer group, from the commits seen.
 *
 * Pure. From commits, deliveries and assignments in the order of time come
 * regressions, commits ahead of delivery, and two owners of a partition.
 */
#ifndef ORACLE_COMMITS_H
#define ORACLE_COMMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/findings.h"

struct commit {
    int64_t time_us; /* broker time of the commit */
    int64_t offset;
    int32_t partition;
};

/* A reset made by the run itself (offsets_rewind, recreate): each partition's
 * commits may step back once after a reset. */
struct declared_reset {
    int64_t time_us;
};

struct delivery_note {
    int64_t time_us;   /* when the record arrived at the sink */
    int64_t offset;    /* upstream offset of the record */
    int32_t partition; /* upstream partition */
    int32_t node;      /* number of the worker delivering; -1: not seen */
};

/* From `time_us` on `node` owns `partition` (group assignment); node -1:
 * nobody. */
struct ownership {
    int64_t time_us;
    int32_t partition;
    int32_t node;
};

struct event_finding {
    enum event_finding_kind kind;
    int32_t partition;
    int64_t time_us;
    int64_t from, to; /* offsets, -1: none. Regression: committed before, and
                         after. Ahead: of the record, and of the commit */
    int32_t node_a, node_b; /* two owners: still delivers; next owner.
                               late FAILED: the worker that said so */
    uint64_t count;         /* neighbouring events joined */
};

struct commit_spec {
    /* Times of commits and owners were cut to whole steps of so many
     * microseconds (Kafka: 1000, whole milliseconds); 0: exact. A delivery less
     * than a step later does not count as later. */
    int64_t resolution_us;
    const struct commit *commits; /* sorted by time */
    size_t commits_len;
    const struct declared_reset *resets;
    size_t resets_len;
    const struct delivery_note *deliveries; /* sorted by time; NULL: the sink
                                                has no arrival times */
    size_t deliveries_len;
    const struct ownership *owners; /* sorted by time; NULL: not seen */
    size_t owners_len;
};

struct commit_result {
    struct event_finding *at; /* the `max` longest, neighbours in a partition
                                 joined */
    size_t len;
    uint64_t regressions, ahead, two_owners; /* whole counts */
    bool ahead_judged, owners_judged;        /* false: could not be observed */
};

/* Fills *ret whole; commit_result_done() frees the list. Aborts without memory.
 */
void commits_judge(const struct commit_spec *spec, size_t max,
                   struct commit_result *ret);
void commit_result_done(struct commit_result *r);

#endif
