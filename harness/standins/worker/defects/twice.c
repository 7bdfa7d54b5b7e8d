/* twice.c - the defect twice: a batch with a struck record is delivered twice.
 */
#include "standins/worker/defect_own.h"

static int again(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err)
{
    bool strikes = false;
    int rc = 0;

    for (size_t i = 0; i < n; i++)
        strikes = defect_draws(d, &r[i]) || strikes;
    for (size_t i = 0; rc == 0 && strikes && i < n; i++) {
        rc = defect_note(d, &r[i], "again", err);
        if (rc == 0)
            rc = defect_deliver(d, &r[i], err);
    }
    return rc;
}

const struct defect_kind defect_twice = {
    .name = "twice",
    .end = again,
};
