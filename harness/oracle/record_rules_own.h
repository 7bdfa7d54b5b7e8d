/* record_rules_own.h - one stream over one hop, page by page; for hop.c only.
 *
 * Every number is counted from bitmaps, so numbers are whole and exact whatever
 * was shed from lists of places; the lists only name places afterwards.
 */
#ifndef ORACLE_RECORD_RULES_OWN_H
#define ORACLE_RECORD_RULES_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fates.h"
#include "oracle/gather_own.h"
#include "oracle/hop.h"
#include "oracle/tally_state_own.h"

/* The fates of a page's sequences, as masks. A sequence attempted without a
 * fate in the ledger is indeterminate. */
struct fate_page {
    uint64_t attempted[PAGE_WORDS];
    uint64_t of[FATE_INDETERMINATE + 1][PAGE_WORDS];
};

/* The end of the sequences attempted, as far as the ledger knows; s may be
 * NULL: 0. If the writer died (not `closed`), every reserved sequence may have
 * been sent and counts as attempted. */
uint64_t fates_end(const struct ledger_view_stream *s, bool closed);
/* Fills `ret` with page `number`; sequences below `end` were attempted; s may
 * be NULL. *run is the index of the run reached: begin with 0, ask for pages
 * upwards, so that all pages together walk the runs once. */
void fates_page(const struct ledger_view_stream *s, uint64_t end,
                uint64_t number, size_t *run, struct fate_page *ret);

/* A stream of the hop, and each station's share of the stream (NULL: none). */
struct stream_case {
    const struct hop_spec *spec;
    uint32_t number;
    const struct ledger_view_stream *ledger;
    const struct tally_stream *up, *up_live, *down, *down_live, *dead;
    struct bits trimmed;      /* seen live, at offsets below the log's start */
    struct bits untrimmed;    /* seen live, at offsets that the log still has: a
                                 record absent there was not trimmed */
    struct bits diverged;     /* acknowledged at an offset of another record */
    struct bits behind;       /* in a row, though a later version had arrived */
    struct bits stale;        /* of `behind`, without a graver finding */
    struct bits more_copies;  /* more copies downstream than upstream */
    struct bits late;         /* late downstream and not upstream */
    struct bits more_corrupt; /* more often corrupt downstream than upstream */
    struct bits listed;       /* copies listed already, see wanted() in hop.c */
    struct mem mem;
};

/* Judges the stream: counts go into ret, gather and sum, runs of findings known
 * from bitmaps alone into gather. Fills more_copies, late, more_corrupt and
 * stale, from which hop.c lists runs with places; reads the other sets. */
void judge_stream(struct stream_case *c, struct gather *gather,
                  struct hop_result *ret, struct balance *sum);
void stream_case_done(struct stream_case *c);

/* Returns whether each partition downstream has records of a single partition
 * upstream, so that the order downstream can be judged; false also where places
 * are unknown. */
bool lanes_kept(const struct stream_case *c);

/* Fills `diverged`: acknowledged sequences at whose offset another record is
 * now; cases[i] is of spec->streams[i], here and below. */
void judge_diverged(const struct hop_spec *spec, struct stream_case *cases);

/* Returns whether upstream holds the stream in a single partition. */
bool lanes_are_one(const struct stream_case *c);

/* Fills `behind`, once the hop has drained. Rows of streams without one order
 * upstream cannot be judged and are counted in ret->unordered_rows. */
void judge_rows(const struct hop_spec *spec, struct stream_case *cases,
                struct hop_result *ret);

/* Fills `trimmed` and `untrimmed`. */
void judge_trimmed(const struct hop_spec *spec, struct stream_case *cases);

/* Fills in where the listed findings are, upstream and downstream. */
void place_findings(const struct hop_spec *spec, struct findings *f);

#endif
