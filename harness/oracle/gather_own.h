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

/* A finding with no place known yet. */
struct finding finding_of(enum finding_kind kind, uint32_t stream,
                          uint64_t first, uint64_t count, const char *note);
/* Count a run, and list it if it is among the longest of its kind. */
void gather_run(struct gather *g, const struct finding *f);
/* Hand all over to `ret`; the gatherer is empty afterwards. */
void gather_end(struct gather *g, struct findings *ret);

/* Joins neighbouring sequences, fed upwards, into runs of one finding. */
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
