/* swap_versions.c - the defect swap-versions: a record is delivered after the
 * next record of its key. */
#include "standins/worker/defect_own.h"

static enum overtaking of_its_key(const struct sink_record *h,
                                  const struct sink_record *r)
{
    return same_key(h, r) ? OVERTAKES : PASSES_BY;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    return held_overtaken(d, r, of_its_key, err);
}

static int give_up(struct defect *d, const struct sink_record *r, size_t n,
                   struct err *err)
{
    return held_is_quiet(d) ? held_give_up(d, r, n, err) : 0;
}

const struct defect_kind defect_swap_versions = {
    .name = "swap-versions",
    .record = record,
    .end = give_up,
    .flush = held_keeps,
};
