/* late-failed - from the n-th record on it can do no more, and says so only
 * seconds later. */
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
    return err_set(err, -EIO, "it has failed long ago");
}

const struct defect_kind defect_late_failed = {
    .name = "late-failed",
    .record = record,
};
