/* record_rules_own.h - one stream over one hop, page by page; for hop.c only.
 *
 * All that is counted is counted from bitmaps, so it is whole and exact
 * however long the lists of places were; these only name places afterwards.
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

/* The fates of a page's sequences, as masks. What was sent and never noted is
 * indeterminate. */
struct fate_page {
    uint64_t attempted[PAGE_WORDS];
    uint64_t of[FATE_INDETERMINATE + 1][PAGE_WORDS];
};

/* Sequences below were attempted, as far as the ledger knows; s may be NULL.
 * When its writer died, all that was reserved may have been. */
uint64_t fates_end(const struct ledger_view_stream *s, bool closed);
/* Fill `ret` with page `number`, of which those below `end` were attempted; s
 * may be NULL. *run goes up with the pages: start at 0, ask for them upwards.
 */
void fates_page(const struct ledger_view_stream *s, uint64_t end,
                uint64_t number, size_t *run, struct fate_page *ret);

/* A stream of the hop, and what each station holds of it (NULL: nothing). */
struct stream_case {
    const struct hop_spec *spec;
    uint32_t number;
    const struct ledger_view_stream *ledger;
    const struct tally_stream *up, *up_live, *down, *down_live, *dead;
    struct bits trimmed;     /* seen live where the log has no place now */
    struct bits untrimmed;   /* seen live where it still has: what is not there
                                was not taken out by the broker */
    struct bits diverged;    /* their acknowledged offset holds another */
    struct bits behind;      /* rows that a later version of their key was in */
    struct bits stale;       /* of them, those found to be just that */
    struct bits more_copies; /* more of them downstream than upstream */
    struct bits late;        /* late downstream and not upstream */
    struct bits more_corrupt; /* more corrupt downstream than upstream */
    struct bits listed;       /* see wanted() */
    struct mem mem;
};

/* Judge it: counts into ret and gather, runs of what needs no places into
 * gather; fills the sets above (but diverged and behind, which are read). */
void judge_stream(struct stream_case *c, struct gather *gather,
                  struct hop_result *ret, struct balance *sum);
void stream_case_done(struct stream_case *c);

/* Has each partition downstream records of one partition upstream alone? Those
 * of several have no order among each other. What cannot be told is not. */
bool lanes_kept(const struct stream_case *c);

/* Which acknowledged sequences of the hop's streams have an offset that now
 * holds another record; cases[i] is of spec->streams[i]. */
void judge_diverged(const struct hop_spec *spec, struct stream_case *cases);

/* Does upstream hold the stream in one partition alone? */
bool lanes_are_one(const struct stream_case *c);

/* Fills `behind`, once nothing more can come, and what of it nobody can judge
 * into ret; cases[i] is of spec->streams[i]. */
void judge_rows(const struct hop_spec *spec, struct stream_case *cases,
                struct hop_result *ret);

/* Fills `trimmed` and `untrimmed`; cases[i] is of spec->streams[i]. */
void judge_trimmed(const struct hop_spec *spec, struct stream_case *cases);

/* Fill in where the listed findings are, upstream and downstream. */
void place_findings(const struct hop_spec *spec, struct findings *f);

#endif
