/* never_commit.c - the defect never-commit: delivers, and commits nothing. */
#include "standins/worker/defect_own.h"

static int flush(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        if (at[i].next >= 0)
            rc = defect_note_at(d, at[i].topic, at[i].partition, at[i].next,
                                "not committed", err);
        at[i].next = -1;
    }
    return rc;
}

const struct defect_kind defect_never_commit = {
    .name = "never-commit",
    .flush = flush,
};
