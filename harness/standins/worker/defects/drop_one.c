/* drop_one.c - the defect drop-one: one record in n is never delivered. */
#include "standins/worker/defect_own.h"

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    if (defect_draws(d, r))
        return defect_note(d, r, "dropped", err);
    return defect_deliver(d, r, err);
}

const struct defect_kind defect_drop_one = {
    .name = "drop-one",
    .record = record,
};
