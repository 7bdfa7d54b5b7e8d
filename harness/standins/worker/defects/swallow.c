/* swallow.c - the defect swallow: refused records are not reported. */
#include "standins/worker/defect_own.h"

static int swallow(struct defect *d, const struct sink_record *r,
                   const char *why, struct err *err)
{
    (void)why;
    return defect_note(d, r, "swallowed", err);
}

const struct defect_kind defect_swallow = {
    .name = "swallow",
    .report = swallow,
};
