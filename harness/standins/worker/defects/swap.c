/* swap - a record is delivered after the next one of its partition. */
#include "standins/worker/defect_own.h"

static int behind(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    int rc = defect_note(d, &d->held.at[0], "overtaken", err);

    if (rc == 0)
        rc = defect_deliver(d, r, err);
    if (rc == 0)
        rc = held_deliver(d, 0, err);
    return rc;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    if (d->held.len > 0)
        return same_partition(&d->held.at[0], r->topic, r->partition)
                   ? behind(d, r, err)
                   : defect_deliver(d, r, err);
    if (!defect_draws(d, r))
        return defect_deliver(d, r, err);
    held_add(&d->held, r);
    return 0;
}

/* Nothing came to overtake it. */
static int give_up(struct defect *d, const struct sink_record *r, size_t n,
                   struct err *err)
{
    (void)r;
    return n == 0 ? held_deliver(d, 0, err) : 0;
}

static int flush(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err)
{
    (void)err;
    held_lower(&d->held, at, n);
    return 0;
}

extern const struct defect_kind defect_swap;
const struct defect_kind defect_swap = {
    .name = "swap",
    .record = record,
    .end = give_up,
    .flush = flush,
};
