/* replay.c - the defect replay, once: the last records are delivered again. */
#include "standins/worker/defect_own.h"

enum { BACK = 60 };

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    int rc = defect_deliver(d, r, err);

    if (rc < 0 || d->struck)
        return rc;
    held_add(&d->held, r);
    if (d->held.len > BACK)
        held_drop(&d->held, 1);
    d->armed = defect_strikes_once(d);
    return 0;
}

static int again(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err)
{
    int rc = 0;

    (void)r, (void)n;
    if (!d->armed)
        return 0;
    d->armed = false;
    for (size_t i = 0; rc == 0 && i < d->held.len; i++) {
        rc = defect_note(d, &d->held.at[i], "again", err);
        if (rc == 0)
            rc = defect_deliver(d, &d->held.at[i], err);
    }
    held_drop(&d->held, d->held.len);
    return rc;
}

const struct defect_kind defect_replay = {
    .name = "replay",
    .record = record,
    .end = again,
};
