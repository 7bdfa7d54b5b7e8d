/* drop_last_before_stop.c - the defect drop-last-before-stop: the last n
 * records are held back, and treated as delivered when the task stops. */
#include "standins/worker/defect_own.h"

static int flush(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err)
{
    int rc = 0;

    if (!d->host->ending(d->host->ctx)) {
        held_lower(&d->held, at, n);
        return 0;
    }
    for (size_t i = 0; rc == 0 && i < d->held.len; i++)
        rc = defect_note(d, &d->held.at[i], "forgotten", err);
    return rc;
}

const struct defect_kind defect_drop_last_before_stop = {
    .name = "drop-last-before-stop",
    .record = held_keep,
    .end = held_lag,
    .flush = flush,
};
