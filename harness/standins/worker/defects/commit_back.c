/* commit_back.c - the defect commit-back: after every n records, the commit of
 * a partition goes back to an older offset. */
#include "standins/worker/defect_own.h"

enum { BACK = 5 };

/* The last committed offset of a partition, kept as a pseudo-record in `held`;
 * the number of partitions is small. */
static struct sink_record *last_of(struct defect *d,
                                   const struct sink_position *at)
{
    const struct sink_record none = {at->topic, at->partition, .offset = -1};

    for (size_t i = 0; i < d->held.len; i++)
        if (same_partition(&d->held.at[i], at->topic, at->partition))
            return &d->held.at[i];
    held_add(&d->held, &none);
    return &d->held.at[d->held.len - 1];
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    d->counted++;
    return defect_deliver(d, r, err);
}

static int flush(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err)
{
    bool strikes = d->counted >= (uint64_t)d->settings.every;
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct sink_record *last = last_of(d, &at[i]);

        if (strikes && last->offset > BACK && at[i].next > last->offset) {
            at[i].next = last->offset - BACK;
            rc = defect_note_at(d, at[i].topic, at[i].partition, at[i].next,
                                "committed instead", err);
            d->counted = 0;
            strikes = false;
        }
        last->offset = at[i].next;
    }
    return rc;
}

const struct defect_kind defect_commit_back = {
    .name = "commit-back",
    .record = record,
    .flush = flush,
};
