/* flip.c - the defect flip: one record in n is delivered with a flipped bit in
 * the second half of its value, where no record has its stamp. */
#include <stdlib.h>

#include "standins/worker/defect_own.h"

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    size_t half = r->value_len / 2;
    struct held one = {0};
    int rc;

    if (r->value_len < 2 || !defect_draws(d, r))
        return defect_deliver(d, r, err);
    rc = defect_note(d, r, "flipped", err);
    held_add(&one, r);
    ((unsigned char *)(uintptr_t)one.at[0]
         .value)[half + (uint64_t)r->offset % (r->value_len - half)] ^= 1;
    if (rc == 0)
        rc = defect_deliver(d, &one.at[0], err);
    held_drop(&one, 1);
    free(one.at);
    return rc;
}

const struct defect_kind defect_flip = {
    .name = "flip",
    .record = record,
};
