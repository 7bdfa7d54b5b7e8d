/* hop.h - judges the records of a station against its own upstream. Pure.
 *
 * Upstream of a loaded topic are the ledger's acknowledged records. Upstream of
 * a sink, or of a topic filled by a connector, are the records read from the
 * station before (live and at the replay, taken together) or the ledger.
 * Findings follow the rules of base/findings.def: disjoint, at most one for
 * each record and hop.
 *
 * All functions abort without memory. Results are the caller's and freed with
 * hop_result_done(); texts in a result are static. Calls on different results
 * may run on different threads, as long as no tally changes meanwhile.
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

/* A run of records of one stream with the same finding. Offsets and times are
 * of the run's first and last record; -1 where not known (with the ledger as
 * upstream no times are given: its clock is the run's, not the wall's). Stream
 * 0: records without an identity, foreign or cut. */
struct finding {
    enum finding_kind kind;
    uint32_t stream;
    uint64_t first, count;              /* sequences; count of records */
    struct place up_first, up_last;     /* where upstream holds them */
    struct place down_first, down_last; /* where downstream does */
    bool rewind;        /* duplicates: a step back and over again, `count` long;
                           else seen in another partition before */
    uint64_t ambiguous; /* duplicates: records of the run with copies upstream
                           too: the copy listed may be upstream's, and the
                           further copy may stand elsewhere, at another time */
    bool overtaken_by_commit; /* lost: a committed offset has passed the record;
                                 only set when offsets were given */
    const char *note; /* static words: "aborted, yet visible", "refused, yet
                         there", "beyond what was reserved", "never sent",
                         "of a stream that was never declared", "of a stream
                         that does not lead here", "a stamp cut short"; or
                         NULL */
};

struct findings {
    uint64_t records[FINDING_KINDS]; /* whole counts, never cut */
    uint64_t runs[FINDING_KINDS];    /* how many runs the records form */
    struct finding *worst;           /* the longest runs of each kind, at most
                                        `worst_per_kind`, by kind, length */
    size_t worst_len;
};

/* The balance, by identity: further copies stand apart. A balance must close,
 * see hop_balance_closes(). */
struct balance {
    uint64_t attempted;
    uint64_t acknowledged, refused, aborted;
    uint64_t indeterminate_appeared, indeterminate_absent;
    uint64_t delivered;     /* held upstream and downstream */
    uint64_t dead_lettered; /* dead-lettered and not delivered */
    uint64_t filtered, lost, unseen;
    uint64_t diverged; /* absent, and another record holds the offset */
    uint64_t pending;  /* absent, when not drained */
    uint64_t unjudged; /* absent, and maybe trimmed or compacted away */
    uint64_t upstream; /* distinct identities held upstream */
    uint64_t upstream_copies, downstream_copies; /* second and further sights */
};

/* The numbers of a balance under the names of run.json. */
struct balance_row {
    const char *name; /* static */
    uint64_t n;
};
enum { BALANCE_ROWS = 17 };
void balance_rows(const struct balance *b,
                  struct balance_row ret[BALANCE_ROWS]);

struct stream_balance {
    uint32_t stream;
    struct balance sum;
};

struct committed {
    int32_t partition;
    int64_t offset; /* of the next record to be read */
};

struct log_start {
    int32_t partition;
    int64_t offset; /* the first offset still in the log */
};

struct hop_spec {
    const struct ledger_view *ledger; /* always: marks and fates */
    const struct tally *up;      /* NULL: the ledger's acknowledged records */
    const struct tally *up_live; /* tailed while the run went on, or NULL; an
                                    identity in either tally is upstream's, and
                                    the larger number of copies counts */
    const struct tally *down;
    const struct tally *down_live; /* a topic, tailed while the run went on, or
                                      NULL. A record seen live and taken out of
                                      the log since has arrived: records below
                                      down_starts, or any record absent from a
                                      compacted log */
    const struct log_start *down_starts;
    size_t down_starts_len;   /* partitions of unknown start are left out */
    bool down_compacts;       /* absent records may have been compacted away */
    bool up_compacts;         /* records in up_live alone may have been
                                 compacted away before the connector came */
    const struct tally *dead; /* the dead-letter topic, or NULL */
    bool down_is_loaded;      /* `down` is the topic that the load writes the
                                 streams to, so the ledger's offsets are the
                                 topic's: only then is `diverged` judged (and
                                 `up` is NULL) */
    const struct committed *committed; /* of the hop's consumer group */
    size_t committed_len;
    const uint32_t *streams; /* the streams going over the hop */
    size_t streams_len;
    bool down_keeps_rows;  /* the station keeps one row a key, the last to come,
                              so a row may be `stale`. `down` and the tallies
                              upstream noted rows (tally_spec.rows) */
    bool down_private;     /* the station is the run's own: foreign records
                              are reported with places, not only counted */
    bool drained;          /* false: nothing is lost or unseen, and absences
                              count as `pending` instead */
    bool sees_uncommitted; /* `down` was read uncommitted, so aborted records
                              are visible by right and no phantoms */
    size_t worst_per_kind; /* 0: 20 */
};

struct hop_result {
    struct findings findings;
    struct balance balance;
    struct stream_balance *streams;
    size_t streams_len;
    uint64_t pending; /* absent, when not drained */
    uint64_t longest_rewind;
    /* Of a trimmed log downstream: how many more copies, late and corrupt
     * records the live tail saw than the log holds now. Not judged. */
    uint64_t gone[FINDING_KINDS];
    uint64_t unordered; /* late sights of a stream coming mixed from several
                           partitions of upstream: partitions have no order
                           among each other, so late is not judged */
    uint64_t unordered_rows; /* rows of a mixed stream that would be stale */
    uint64_t unjudged;       /* further copies and late first sights of records
                                that upstream no longer holds: upstream may have
                                had the copies too, so nobody is blamed */
};

/* Judges the hop. Fills *ret whole; the former content is not freed. */
void hop_judge(const struct hop_spec *spec, struct hop_result *ret);
void hop_result_done(struct hop_result *r);

/* How many records of the streams were acknowledged and are not in `down`
 * (NULL: nothing is in). Looks at bitmaps alone, without places or lists, as
 * the drain asks again and again. */
uint64_t hop_missing(const struct ledger_view *ledger, const uint32_t *streams,
                     size_t streams_len, const struct tally *down);

/* Returns whether the balance adds up, for each stream and in all: attempted =
 * acknowledged + refused + aborted + indeterminate, and upstream = delivered +
 * only dead-lettered + filtered + lost + unseen + diverged + pending +
 * unjudged. A balance that does not is a defect of the oracle. */
bool hop_balance_closes(const struct hop_result *r);

/* Offsets of one partition, in the order read, with their holes counted. In a
 * topic without transactions, compaction and trimming each hole is a loss of
 * the log. Elsewhere markers, compaction and retention take up offsets too, and
 * the caller says whether holes are judged. */
struct offset_walk {
    int64_t first, next;     /* next expected; begin with {-1, -1, ...} */
    uint64_t records, holes; /* hole = a run of absent offsets */
    uint64_t missing;        /* absent offsets in all */
    int64_t first_hole, first_hole_len;
};
/* Notes an offset other than the next expected. */
void offset_walk_jump(struct offset_walk *w, int64_t offset);
/* Notes the offset of one record; inline, as called for each record read. */
static inline void offset_walk_note(struct offset_walk *w, int64_t offset)
{
    w->records++;
    if (offset == w->next && w->first >= 0)
        w->next++;
    else
        offset_walk_jump(w, offset);
}

#endif
