/* go_on.c - the defect go-on: records of a revoked or lost partition are
 * delivered all the same. The sink lags n records behind, so that undelivered
 * records exist. */
#include "base/log.h"
#include "standins/worker/defect_own.h"

/* The caller drops the records afterwards. */
static void go_on(struct defect *d, const struct sink_position *at, size_t n)
{
    struct err err = {0};
    int rc = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; rc == 0 && k < d->held.len; k++) {
            const struct sink_record *r = &d->held.at[k];

            if (!same_partition(r, at[i].topic, at[i].partition))
                continue;
            rc = defect_note(d, r, "delivered though lost", &err);
            if (rc == 0)
                rc = defect_deliver(d, r, &err);
        }
    if (rc < 0)
        log_warn(d->spec->actor, "%s", err.text);
}

const struct defect_kind defect_go_on = {
    .name = "go-on",
    .record = held_keep,
    .end = held_lag,
    .flush = held_keeps,
    .revoked = go_on,
};
