/* commit_early.c - the defect commit-early, once: records are committed without
 * having been delivered, then the worker dies. */
#include <stdlib.h>
#include <unistd.h>

#include "standins/worker/defect_own.h"

static int begin(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err)
{
    (void)r, (void)n, (void)err;
    /* marked by flush(), so committed by now */
    if (d->held.len > 0)
        _exit(EXIT_FAILURE);
    return 0;
}

static int record(struct defect *d, const struct sink_record *r,
                  struct err *err)
{
    if (!d->armed)
        d->armed = defect_strikes_once(d);
    if (!d->armed)
        return defect_deliver(d, r, err);
    return defect_note(d, r, "committed, not delivered", err);
}

static int flush(struct defect *d, struct sink_position *at, size_t n,
                 struct err *err)
{
    static const struct sink_record mark = {.topic = ""};

    (void)at, (void)n, (void)err;
    if (d->armed)
        held_add(&d->held, &mark);
    return 0;
}

const struct defect_kind defect_commit_early = {
    .name = "commit-early",
    .begin = begin,
    .record = record,
    .flush = flush,
};
