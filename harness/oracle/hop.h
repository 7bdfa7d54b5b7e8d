/* hop.h - judge what a station holds against its own upstream. Pure.
 *
 * Upstream of a topic that is loaded is the ledger's acknowledged records; of
 * a sink, or of a topic that a connector fills, it is what was read from the
 * station before (live and at the replay, taken together) or the ledger.
 * The findings are those of harness/README.md, "Findings": disjoint, one per
 * record and hop.
 */
#ifndef ORACLE_HOP_H
#define ORACLE_HOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fates.h"
#include "base/findings.h"
#include "oracle/tally.h"

/* A run of records of one stream with the same finding. Offsets and times
 * are of the run's first and last record; -1 where not known (the ledger as
 * upstream has no times here: its clock is the run's, not the wall's). Stream
 * 0: records without an identity, foreign or cut. */
struct finding {
    enum finding_kind kind;
    uint32_t stream;
    uint64_t first, count;              /* sequences; count of records */
    struct place up_first, up_last;     /* where upstream holds them */
    struct place down_first, down_last; /* where downstream does */
    bool rewind;        /* duplicates: a step back and over again, `count` long;
                           else seen before in another partition */
    uint64_t ambiguous; /* duplicates: of them, those that upstream has copies
                           of: what is listed may be a copy that it has as well,
                           and the one too many may be elsewhere, at another
                           time */
    bool overtaken_by_commit; /* lost: a committed offset has passed it; only
                                 set when offsets were given */
    const char *note; /* static words: "aborted, yet visible", "refused, yet
                         there", "beyond what was reserved", "never sent",
                         "of a stream that was never declared", "of a stream
                         that does not lead here", "a stamp cut short"; or
                         NULL */
};

struct findings {
    uint64_t records[FINDING_KINDS]; /* whole counts, never cut */
    uint64_t runs[FINDING_KINDS];    /* how many runs they form */
    struct finding *worst;           /* the longest runs of each kind, at most
                                        `worst_per_kind`, by kind, length */
    size_t worst_len;
};

/* The balance, by identity. It must close: see hop_balance_closes(). */
struct balance {
    uint64_t attempted;
    uint64_t acknowledged, refused, aborted;
    uint64_t indeterminate_appeared, indeterminate_absent;
    uint64_t delivered;     /* of what upstream holds */
    uint64_t dead_lettered; /* only there */
    uint64_t filtered, lost, unseen;
    uint64_t diverged; /* absent, and another record at its offset */
    uint64_t pending;  /* absent, when not drained */
    uint64_t unjudged; /* absent, and the broker may have taken it away */
    uint64_t upstream; /* distinct identities that upstream holds */
    uint64_t upstream_copies, downstream_copies; /* further ones */
};

struct stream_balance {
    uint32_t stream;
    struct balance sum;
};

struct committed {
    int32_t partition;
    int64_t offset; /* the next one to be read */
};

struct log_start {
    int32_t partition;
    int64_t offset; /* the first that the log still has */
};

struct hop_spec {
    const struct ledger_view *ledger; /* always: marks and fates */
    const struct tally *up;      /* NULL: the ledger's acknowledged records */
    const struct tally *up_live; /* tailed while the run went on, or NULL; an
                                    identity in either is upstream's, copies
                                    are the larger of the two */
    const struct tally *down;
    const struct tally *down_live; /* a topic, tailed while the run went on, or
                                      NULL: what it saw, and the broker has
                                      taken out of the log since, has arrived;
                                      that is what lies below down_starts, or
                                      anything where the log is compacted */
    const struct log_start *down_starts;
    size_t down_starts_len; /* those not known are left out */
    bool down_compacts;     /* what is absent may have been compacted away */
    bool up_compacts;       /* so may what up_live alone holds, before this hop
                               came to read it */
    const struct tally *dead; /* the dead-letter topic, or NULL */
    bool down_is_loaded;      /* `down` is the one topic that these streams
                                 are written to, so the ledger's offsets are
                                 its own: only then is `diverged` judged (and
                                 up NULL) */
    const struct committed *committed; /* of the hop's consumer group */
    size_t committed_len;
    const uint32_t *streams; /* those that go over this hop */
    size_t streams_len;
    bool down_keeps_rows;  /* it keeps one row a key, the last to come: that
                              may be `stale`. `down` and what is upstream noted
                              them (tally_spec.rows) */
    bool down_private;     /* the station is the run's own: foreign records
                              are reported with places, not only counted */
    bool drained;          /* else nothing is lost or unseen: absences are
                              counted in `pending` instead */
    bool sees_uncommitted; /* what is downstream may show aborted records (a
                              raw read): then they are no phantoms */
    size_t worst_per_kind; /* 0: 20 */
};

struct hop_result {
    struct findings findings;
    struct balance balance;
    struct stream_balance *streams;
    size_t streams_len;
    uint64_t pending; /* absent, when not drained */
    uint64_t longest_rewind;
    /* Of a downstream log that was trimmed: how many more copies, late and
     * corrupt records were seen in it live than it holds now. */
    uint64_t gone[FINDING_KINDS];
    uint64_t unordered; /* first seen after a later one of a stream that comes
                           mixed from several partitions of upstream, which
                           have no order among each other: not judged */
    uint64_t unordered_rows; /* rows that would be stale, of such a stream */
    uint64_t unjudged;       /* further copies and late first sights of records
                                that upstream no longer holds: whose doing they
                                are nobody can say */
};

void hop_judge(const struct hop_spec *spec, struct hop_result *ret);
void hop_result_done(struct hop_result *r);

/* How many records of these streams were acknowledged and are not in `down`
 * (NULL: it holds nothing). As cheap as can be, for asking again and again. */
uint64_t hop_missing(const struct ledger_view *ledger, const uint32_t *streams,
                     size_t streams_len, const struct tally *down);

/* Does it add up? attempted = acknowledged + refused + aborted +
 * indeterminate, and upstream = delivered + only dead-lettered + filtered +
 * lost + unseen + diverged + pending + unjudged; for each stream and in all. */
bool hop_balance_closes(const struct hop_result *r);

/* Offsets of one partition, in the order read: holes are counted. Of a topic
 * without transactions, compaction and trimming each hole is a finding; else
 * holes are explained or not judged, the caller says which. */
struct offset_walk {
    int64_t first, next;     /* next expected; start with {-1, -1, ...} */
    uint64_t records, holes; /* hole = a run of absent offsets */
    uint64_t missing;        /* absent offsets in all */
    int64_t first_hole, first_hole_len;
};
void offset_walk_note(struct offset_walk *w, int64_t offset);

#endif
