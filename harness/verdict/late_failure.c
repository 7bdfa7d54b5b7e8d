/* late_failure.c - whether a task said FAILED long after the task had stopped.
 */
#include "verdict/late_failure.h"

#include <stdlib.h>

/* The time of the last sample up to `at_us` with records delivered or no work
 * waiting. */
static int64_t stood_since(const struct late_failed_spec *s, int64_t at_us)
{
    int64_t since_us = at_us;

    for (size_t i = 0; i < s->samples_len && s->samples[i].t_us <= at_us; i++) {
        const struct sample *now = &s->samples[i];
        bool moved = i == 0 || now->delivered[s->down] !=
                                   s->samples[i - 1].delivered[s->down];

        if (moved || now->lag[s->hop] <= 0)
            since_us = now->t_us;
    }
    return since_us;
}

void late_failed_judge(const struct late_failed_spec *spec,
                       struct late_failed *ret)
{
    *ret = (struct late_failed){
        .at = calloc(spec->failures_len + 1, sizeof(*ret->at)), .judged = true};
    if (!ret->at)
        abort();
    for (size_t i = 0; i < spec->failures_len; i++) {
        const struct task_failure *f = &spec->failures[i];

        if (f->at_us - stood_since(spec, f->at_us) >= spec->stall_us)
            ret->at[ret->len++] =
                (struct event_finding){.kind = EVENT_LATE_FAILED,
                                       .partition = -1,
                                       .time_us = f->written_us,
                                       .from = -1,
                                       .to = -1,
                                       .node_a = f->worker_number,
                                       .node_b = -1,
                                       .count = 1};
        else
            ret->judged = ret->judged && spec->alone;
    }
}
