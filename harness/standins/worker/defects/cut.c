/* cut.c - the defect cut: one record in n is delivered with half its value. */
#include "standins/worker/defect_own.h"

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    struct sink_record half = *r;
    int rc;

    if (r->value_len < 2 || !defect_draws(d, r))
        return defect_deliver(d, r, err);
    rc = defect_note(d, r, "cut", err);
    half.value_len /= 2;
    return rc < 0 ? rc : defect_deliver(d, &half, err);
}

const struct defect_kind defect_cut = {
    .name = "cut",
    .record = record,
};
