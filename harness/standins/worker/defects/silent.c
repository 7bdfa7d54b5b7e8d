/* silent.c - the defect silent: the sink stands still from the n-th record on,
 * while the task reports RUNNING. */
#include "standins/worker/defect_own.h"

enum { PIECE_US = 500000 };

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    int rc;

    if (!d->armed)
        d->armed = d->struck || defect_strikes_once(d);
    if (!d->armed)
        return defect_deliver(d, r, err);
    rc = defect_note(d, r, "stands still before it", err);
    while (rc == 0)
        rc = defect_wait(d, PIECE_US, err);
    return rc;
}

const struct defect_kind defect_silent = {
    .name = "silent",
    .record = record,
};
