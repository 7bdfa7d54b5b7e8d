/* late_failure.h - whether a task said FAILED long after the task had stopped
 * working. Pure.
 */
#ifndef VERDICT_LATE_FAILURE_H
#define VERDICT_LATE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/commits.h"
#include "verdict/sample.h"

/* A status FAILED of a connector or of a task. */
struct task_failure {
    int64_t at_us;      /* run clock */
    int64_t written_us; /* wall clock of the worker writing the status */
    int worker_number;
};

struct late_failed_spec {
    const struct sample *samples; /* of the whole run, in order */
    size_t samples_len;
    size_t hop, down; /* indices of samples' lag[], delivered[] */
    bool alone; /* the connector has a single task and nothing else writes into
                   the station: every delivery is by the task */
    int64_t stall_us; /* a failure after so long a stall is late */
    const struct task_failure *failures;
    size_t failures_len;
};

struct late_failed {
    struct event_finding *at; /* new, the caller's to free; an entry for each
                                 late failure: time_us is when FAILED was
                                 written, node_a the worker writing */
    size_t len;
    bool judged; /* false: other tasks delivered meanwhile, and may hide a
                    late failure */
};

/* Aborts without memory. */
void late_failed_judge(const struct late_failed_spec *spec,
                       struct late_failed *ret);

#endif
