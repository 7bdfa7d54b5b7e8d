/* late_failed.c - the defect late-failed: the sink stops delivering at the n-th
 * record, and fails only seconds later. */
#include <errno.h>

#include "standins/worker/defect_own.h"

enum { LATE_US = 5000000 };

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    int rc;

    if (!defect_strikes_once(d))
        return defect_deliver(d, r, err);
    rc = defect_note(d, r, "failed at it", err);
    if (rc == 0)
        rc = defect_wait(d, LATE_US, err);
    if (rc < 0)
        return rc;
    return err_set(err, -EIO, "failed %d s ago, as the defect wants",
                   LATE_US / 1000000);
}

const struct defect_kind defect_late_failed = {
    .name = "late-failed",
    .record = record,
};
