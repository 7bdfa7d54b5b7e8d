/* swap.c - the defect swap: a record is delivered after the next record of its
 * partition. */
#include "standins/worker/defect_own.h"

static enum overtaking next_one(const struct sink_record *h,
                                const struct sink_record *r)
{
    return same_partition(h, r->topic, r->partition) ? OVERTAKES : PASSES_BY;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    return held_overtaken(d, r, next_one, err);
}

const struct defect_kind defect_swap = {
    .name = "swap",
    .record = record,
    .end = held_give_up,
    .flush = held_keeps,
};
