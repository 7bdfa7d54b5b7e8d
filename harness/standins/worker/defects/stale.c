/* stale.c - the defect stale: some records are held back until no more records
 * come, and then overwrite later versions of the same keys. */
#include "standins/worker/defect_own.h"

/* Records held back are not committed, and would come again with all later
 * records if the task moved. So none is held back below SETTLED_OFFSET, while
 * workers are still joining. */
enum { KEPT_BACK = 8, SETTLED_OFFSET = 300 };

static bool is_held(const struct held *h, const struct sink_record *r)
{
    for (size_t i = 0; i < h->len; i++)
        if (same_key(&h->at[i], r))
            return true;
    return false;
}

/* armed: no later version of the last record held back has come yet. At most
 * one record held back lacks a later version. */
static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    struct held *h = &d->held;

    if (!d->armed && h->len < KEPT_BACK && r->offset >= SETTLED_OFFSET &&
        r->key && !is_held(h, r) && defect_draws(d, r)) {
        held_add(h, r);
        d->armed = true;
        return 0;
    }
    if (d->armed && same_key(&h->at[h->len - 1], r))
        d->armed = false;
    return defect_deliver(d, r, err);
}

static int write_back(struct defect *d, const struct sink_record *r, size_t n,
                      struct err *err)
{
    int rc = 0;

    (void)r, (void)n;
    while (rc == 0 && held_is_quiet(d) && d->held.len > 0) {
        if (!d->armed || d->held.len > 1)
            rc = defect_note(d, &d->held.at[0], "over a later version", err);
        if (rc == 0)
            rc = held_deliver(d, d->held.len - 1, err);
    }
    d->armed = d->armed && d->held.len > 0;
    return rc;
}

const struct defect_kind defect_stale = {
    .name = "stale",
    .record = record,
    .end = write_back,
    .flush = held_keeps,
};
