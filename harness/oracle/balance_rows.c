/* balance_rows.c - the numbers of a balance under their names. */
#include <assert.h>

#include "base/attr.h"
#include "oracle/hop.h"

void balance_rows(const struct balance *b, struct balance_row ret[BALANCE_ROWS])
{
    const struct balance_row rows[] = {
        {"attempted", b->attempted},
        {"acknowledged", b->acknowledged},
        {"refused", b->refused},
        {"aborted", b->aborted},
        {"indeterminate_appeared", b->indeterminate_appeared},
        {"indeterminate_absent", b->indeterminate_absent},
        {"upstream", b->upstream},
        {"delivered", b->delivered},
        {"dead_lettered", b->dead_lettered},
        {"filtered", b->filtered},
        {"diverged", b->diverged},
        {"pending", b->pending},
        {"unjudged", b->unjudged},
        {"lost", b->lost},
        {"unseen", b->unseen},
        {"upstream_copies", b->upstream_copies},
        {"downstream_copies", b->downstream_copies},
    };

    static_assert(ARRAY_LEN(rows) == BALANCE_ROWS, "a row for each number");
    for (size_t i = 0; i < BALANCE_ROWS; i++)
        ret[i] = rows[i];
}
