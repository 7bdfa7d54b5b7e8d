/* drop_after_failure.c - the defect drop-after-failure: one record in n is
 * dropped if the first attempt to deliver fails. */
#include <errno.h>

#include "standins/worker/defect_own.h"

/* The inner sink waits before repeating a delivery. Answering the wait with
 * -ECANCELED makes the sink give the record up. */
static int hurry(struct defect *d, int64_t us, const char *why, struct err *err)
{
    if (!d->armed || d->host->ending(d->host->ctx))
        return d->host->wait(d->host->ctx, us, why, err);
    d->struck = true;
    return err_set(err, -ECANCELED, "%s; not repeated", why);
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    struct err why = {0};
    int rc;

    d->armed = defect_draws(d, r);
    d->struck = false;
    rc = defect_deliver(d, r, &why);
    d->armed = false;
    if (rc < 0 && d->struck)
        return defect_note(d, r, "not repeated", err);
    if (rc < 0)
        return err_set(err, rc, "%s", why.text);
    return 0;
}

const struct defect_kind defect_drop_after_failure = {
    .name = "drop-after-failure",
    .record = record,
    .wait = hurry,
};
