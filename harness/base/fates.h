/* fates.h - which records were sent, and the fate of each as far as known.
 *
 * ledger/ reads the ledger file into a struct ledger_view; oracle/ judges by
 * the view. The view stands in base, as plain data, so neither folder has to
 * know the other. Not changed after reading, so any thread may look.
 */
#ifndef BASE_FATES_H
#define BASE_FATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fate {
    FATE_ACKNOWLEDGED,  /* a broker confirmed the write */
    FATE_REFUSED,       /* certainly not written */
    FATE_ABORTED,       /* part of an aborted transaction */
    FATE_INDETERMINATE, /* timed out, fatal producer error, died in flight */
};

/* "acknowledged", "refused", "aborted", "indeterminate". */
const char *fate_name(enum fate f);

/* Sequences first .. first+count-1 of a stream, all of one fate. Acknowledged
 * sequences of one run lie at consecutive offsets of one partition. */
struct ledger_run {
    uint64_t first;
    uint64_t count;
    int64_t offset;    /* of `first`; -1: none (a file, acks=0) */
    int64_t time_us;   /* run clock at the acknowledgement */
    int32_t partition; /* -1: none */
    enum fate fate;
};

/* A stream as declared: one writer, writing into one partition or file. */
struct ledger_stream {
    uint32_t stream;      /* unique in a run: 1.. */
    uint32_t payload_len; /* bytes of payload behind each stamp */
    int32_t partition;    /* written to; -1: a file */
    uint32_t keys;        /* distinct keys; 0: records have no key */
    char into[128];       /* topic or endpoint */
};

/* One stream as read from the ledger: runs sorted by first sequence, disjoint.
 * Where rows of the ledger overlap the later row wins, since an acknowledgement
 * may follow a time-out. */
struct ledger_view_stream {
    struct ledger_stream decl;
    uint64_t reserved; /* sequences below `reserved` may have been sent */
    uint64_t sent; /* sequences below `sent` were certainly attempted: all, or,
                      if the writer died, those up to the highest sequence with
                      a fate. The dead writer may have attempted later ones */
    struct ledger_run *runs;
    size_t runs_len;
    /* Numbers of sequences. Sequences from `sent` up to `reserved` count as not
     * attempted if the writer closed the ledger, else as indeterminate. */
    uint64_t acknowledged, refused, aborted, indeterminate;
};

/* A whole ledger. */
struct ledger_view {
    uint32_t run; /* number of the run, as in the stamps */
    bool closed;  /* false: the writer died first */
    struct ledger_view_stream *streams; /* sorted by decl.stream */
    size_t streams_len;
};

/* The stream with the number `stream`, or NULL. */
const struct ledger_view_stream *ledger_stream(const struct ledger_view *v,
                                               uint32_t stream);

/* The run holding `seq`; NULL: the ledger has no row for `seq`. O(log n) in
 * the number of runs. */
const struct ledger_run *ledger_find(const struct ledger_view_stream *s,
                                     uint64_t seq);

#endif
