/* fates.h - what was attempted, and what became of it, as far as we know.
 *
 * The ledger's file becomes this (ledger/ledger.h); the oracle judges by it.
 * Plain data, so that neither has to know the other.
 */
#ifndef BASE_FATES_H
#define BASE_FATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* One stream as the file tells it: runs sorted by first sequence, disjoint
 * (where rows overlap, the later row wins: an acknowledgement after a time-out
 * is the truth). */
struct ledger_view_stream {
    struct ledger_stream decl;
    uint64_t reserved; /* sequences below it may have been sent */
    uint64_t sent;     /* highest noted sequence + 1; once the writer has
                          closed, highest asked for + 1 */
    struct ledger_run *runs;
    size_t runs_len;
    uint64_t acknowledged, refused, aborted, indeterminate; /* counts of those
        attempted; when the writer closed cleanly nothing between `sent` and
        `reserved` was attempted, else all of it is indeterminate */
};

struct ledger_view {
    uint32_t run;
    bool closed;                        /* the writer closed it; else it died */
    struct ledger_view_stream *streams; /* sorted by number */
    size_t streams_len;
};

/* The stream of that number, or NULL. */
const struct ledger_view_stream *ledger_stream(const struct ledger_view *v,
                                               uint32_t stream);

/* The run that holds seq, or NULL (not noted). O(log n). */
const struct ledger_run *ledger_find(const struct ledger_view_stream *s,
                                     uint64_t seq);

#endif
