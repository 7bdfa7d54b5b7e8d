/* check_again.c - checks of a run read again by `ordeal verify`.
 */
#include "verdict/check_again.h"

#include <stdbool.h>
#include <stdio.h>

#include "oracle/hop.h"

static bool is_of_records(const struct check_ops *ops)
{
    enum finding_kind kind;
    size_t n = 0;

    while (ops->about && ops->about[n] &&
           finding_kind_read(ops->about[n], &kind) == 0)
        n++;
    return n > 0 && !ops->about[n];
}

void check_again(const struct check_ops *ops, struct check_result *res)
{
    struct check_result was = *res;

    if (res->status == CHECK_NOT_JUDGED) {
        (void)snprintf(res->sentence, sizeof(res->sentence),
                       "verify does not judge this; see run.json");
        return;
    }
    if (res->status != CHECK_FAILED || is_of_records(ops))
        return;
    res->status = CHECK_NOT_JUDGED;
    (void)snprintf(res->sentence, sizeof(res->sentence),
                   "it cannot be told afterwards: %.460s", was.sentence);
}
