/* readable.h - whether enough was read to judge a hop. Pure. */
#ifndef VERDICT_READABLE_H
#define VERDICT_READABLE_H

#include <stdbool.h>
#include <stddef.h>

struct readable_facts {
    const char *up, *down; /* names of the stations; `up` is unused where the
                              ledger is upstream */
    bool have_ledger;
    bool up_is_ledger; /* upstream are the ledger's acknowledged records */
    bool up_read, down_read;
    bool topics_gone;     /* topics ended with the run's processes */
    size_t up_loads;      /* loads into the upstream topic */
    size_t up_idempotent; /* idempotent loads among `up_loads` */
};

/* Whether the ledger can stand for a lost upstream topic: the topic held every
 * acknowledged record, and no copies, if each load into the topic was
 * idempotent and waited for all replicas. */
bool ledger_stands_for(const struct readable_facts *f);

/* False: `why` names the unread part. */
bool hop_is_readable(const struct readable_facts *f, char *why, size_t size);

#endif
