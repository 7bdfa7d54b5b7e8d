/* commit-early - once: what comes is committed and not delivered, and then the
 * worker dies. */
#include <stdlib.h>
#include <unistd.h>

#include "standins/worker/defect_own.h"

static int begin(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err)
{
    (void)r, (void)n, (void)err;
    if (d->held.len > 0) /* committed by now */
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
