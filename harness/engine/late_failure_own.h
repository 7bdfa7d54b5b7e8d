/* late_failure_own.h - did a task say FAILED long after it had stopped? Pure.
 */
#ifndef ENGINE_LATE_FAILURE_OWN_H
#define ENGINE_LATE_FAILURE_OWN_H

#include "engine/sampler_own.h"
#include "observe/observer.h"

struct late_failed_spec {
    const struct sample *samples; /* of the run, in order */
    size_t samples_len;
    size_t hop, down; /* in them: its lag, its deliveries */
    bool alone;       /* the connector has one task, and nothing else writes
                         there: what is delivered is that task's */
    int64_t stall_us; /* late is a stall that ends so */
    const struct failure_seen *failures;
    size_t failures_len;
};

struct late_failed {
    struct event_finding *at; /* new: one for each; its time is when FAILED
                                 was written, node_a who wrote it */
    size_t len;
    bool judged; /* false: others delivered meanwhile, and may hide one */
};

void late_failed_judge(const struct late_failed_spec *spec,
                       struct late_failed *ret);

#endif
