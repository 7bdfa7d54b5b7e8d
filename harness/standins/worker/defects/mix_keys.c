/* mix_keys.c - the defect mix-keys: a record is delivered after the next
 * record, of another key. The order within each key stays. */
#include "standins/worker/defect_own.h"

static enum overtaking of_another_key(const struct sink_record *h,
                                      const struct sink_record *r)
{
    if (!same_partition(h, r->topic, r->partition))
        return PASSES_BY;
    return same_key(h, r) ? MUST_FOLLOW : OVERTAKES;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    return held_overtaken(d, r, of_another_key, err);
}

const struct defect_kind defect_mix_keys = {
    .name = "mix-keys",
    .record = record,
    .end = held_give_up,
    .flush = held_keeps,
};
