/* readable.c - whether enough was read to judge a hop. */
#include "verdict/readable.h"

#include <stdio.h>

bool ledger_stands_for(const struct readable_facts *f)
{
    return f->topics_gone && f->up_loads > 0 && f->up_idempotent == f->up_loads;
}

bool hop_is_readable(const struct readable_facts *f, char *why, size_t size)
{
    if (f->have_ledger && f->down_read &&
        (f->up_is_ledger || f->up_read || ledger_stands_for(f)))
        return true;
    (void)snprintf(why, size, "%s could not be read",
                   !f->have_ledger ? "the ledger"
                   : !f->down_read ? f->down
                                   : f->up);
    return false;
}
