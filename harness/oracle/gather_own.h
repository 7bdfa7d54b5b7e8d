/* gather_own.h - gathers findings: counts whole, lists the longest runs. */
#ifndef ORACLE_GATHER_OWN_H
#define ORACLE_GATHER_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/hop.h"

struct gather {
    uint64_t records[FINDING_KINDS];
    uint64_t runs[FINDING_KINDS];
    struct finding *top[FINDING_KINDS]; /* longest first */
    size_t top_len[FINDING_KINDS];
    size_t max; /* of each kind */
};

/* A finding with all places -1. */
struct finding finding_of(enum finding_kind kind, uint32_t stream,
                          uint64_t first, uint64_t count, const char *note);
/* Counts a run, and lists the run if among the longest of its kind. Records
 * are not counted here: a run may be listed in part. */
void gather_run(struct gather *g, const struct finding *f);
/* Hands counts and lists over to `ret`; the gatherer is empty afterwards. */
void gather_end(struct gather *g, struct findings *ret);

/* Joins neighbouring sequences, fed upwards, into runs of one finding. Counts
 * records and runs. Call join_end() after the last mask. */
struct joiner {
    struct gather *gather;
    enum finding_kind kind;
    uint32_t stream;
    const char *note;
    uint64_t first, count; /* the open run; count 0: none */
};
/* The sequences base + i for each bit i of `mask`. */
void join_mask(struct joiner *j, uint64_t base, uint64_t mask);
void join_end(struct joiner *j);

#endif
