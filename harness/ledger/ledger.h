/* ledger.h - what we wrote: the file that is written before the send and never
 * derived from the data under test.
 *
 * Append-only rows of 64 bytes, each with a checksum, kept in the page cache:
 * it survives SIGKILL of the harness, not power loss. Format: reports/README.md.
 *
 * Per stream (one writer into one partition or file) a *reserved up to* mark,
 * moved in blocks before any send of the block, and a row per acknowledged
 * run. Whatever is reserved and has no fate when the file ends is
 * indeterminate.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum fate {
    FATE_ACKNOWLEDGED,
    FATE_REFUSED,       /* surely not written */
    FATE_ABORTED,       /* with its whole transaction */
    FATE_INDETERMINATE, /* timed out, fatal producer error, died in flight */
};

const char *fate_name(enum fate f);

/* Sequences first .. first+count-1 of a stream, all of one fate; for
 * acknowledged ones at consecutive offsets of one partition. */
struct ledger_run {
    uint64_t first;
    uint64_t count;
    int64_t offset;    /* of `first`; -1: none (a file, acks=0) */
    int64_t time_us;   /* of the acknowledgement, run clock */
    int32_t partition; /* -1: none */
    enum fate fate;
};

struct ledger_stream {
    uint32_t stream;      /* unique in a run: 1.. */
    uint32_t payload_len; /* bytes of payload behind each stamp */
    int32_t partition;    /* it is written to; -1: a file */
    uint32_t keys;        /* distinct keys; 0: none */
    char into[128];       /* topic or endpoint */
};

/* ---- writing: one writer, called from the load's thread only ------------ */

struct ledger;

/* Make `path` (it must not exist) for run number `run`. */
MUST_USE int ledger_create(const char *path, uint32_t run, struct ledger **ret,
                           struct err *err);
void ledger_close(struct ledger *l); /* NULL is fine */

/* Declare a stream, before its first reserve. */
MUST_USE int ledger_declare(struct ledger *l, const struct ledger_stream *s,
                            struct err *err);

/* May sequences below `up_to` be sent? Moves the mark by blocks of `block`
 * (so most calls write nothing) and returns once the row is in the file. */
MUST_USE int ledger_reserve(struct ledger *l, uint32_t stream, uint64_t up_to,
                            uint64_t block, struct err *err);

/* Note the fate of one sequence. Neighbours (next sequence, next offset, same
 * fate and partition) are joined in memory; ledger_flush() writes them. */
MUST_USE int ledger_note(struct ledger *l, uint32_t stream, uint64_t seq,
                         enum fate fate, int32_t partition, int64_t offset,
                         int64_t time_us, struct err *err);
MUST_USE int ledger_flush(struct ledger *l, struct err *err);

/* ---- reading ------------------------------------------------------------ */

/* One stream as the file tells it: runs sorted by first sequence, disjoint
 * (where rows overlap, the later row wins: an acknowledgement after a time-out
 * is the truth). */
struct ledger_view_stream {
    struct ledger_stream decl;
    uint64_t reserved; /* sequences below it may have been sent */
    uint64_t sent;     /* highest noted sequence + 1 */
    struct ledger_run *runs;
    size_t runs_len;
    uint64_t acknowledged, refused, aborted, indeterminate; /* counts of those
        attempted; when the writer closed cleanly nothing between `sent` and
        `reserved` was attempted, else all of it is indeterminate */
};

struct ledger_view {
    uint32_t run;
    bool closed; /* the writer closed it; else it died */
    struct ledger_view_stream *streams; /* sorted by number */
    size_t streams_len;
};

/* Read a whole ledger. A torn last row (the harness died in write(2)) is left
 * out; a bad row in the middle is -EBADMSG naming its position. */
MUST_USE int ledger_read(const char *path, struct ledger_view *ret,
                         struct err *err);
void ledger_view_done(struct ledger_view *v);

/* The stream of that number, or NULL. */
const struct ledger_view_stream *ledger_stream(const struct ledger_view *v,
                                               uint32_t stream);

/* The run that holds seq, or NULL (not noted). O(log n). */
const struct ledger_run *ledger_find(const struct ledger_view_stream *s,
                                     uint64_t seq);

#endif
