/* tally_state_own.h - the parts of a tally; for the files of oracle/ only. */
#ifndef ORACLE_TALLY_STATE_OWN_H
#define ORACLE_TALLY_STATE_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/bits_own.h"
#include "oracle/runs_own.h"
#include "oracle/tally.h"

enum run_kind {
    /* per lane, one open run each */
    RUNS_PLACES,  /* every record of ours */
    RUNS_COPIES,  /* second and further copies */
    RUNS_LATE,    /* first sights after a later one */
    RUNS_CORRUPT, /* stamp intact, payload not */
    /* per station */
    RUNS_CUT,     /* a stamp of ours cut short: no identity left */
    RUNS_FOREIGN, /* not ours */
    RUNS_WILD,    /* too far beyond all others for a page of the bitmap */
};
enum { RUN_KINDS_OF_LANE = RUNS_CORRUPT + 1, RUN_KINDS = RUNS_WILD + 1 };

/* A stream within a partition of the station: records of a lane have an order,
 * records of different lanes have none. */
struct lane {
    int32_t partition;
    bool copied;      /* the last record was a further copy */
    uint64_t last;    /* sequence of the last record; UINT64_MAX: none yet */
    uint64_t next;    /* highest sequence seen + 1 */
    uint64_t *by_key; /* the same for each key, or NULL */
    struct run open[RUN_KINDS_OF_LANE];
};

/* The last record of a key, in the order read. */
struct row {
    uint64_t end; /* sequence of the record + 1; 0: no record yet */
    struct place at;
};

struct tally_stream {
    uint32_t number;
    uint32_t payload_len;
    uint32_t keys;
    bool declared;    /* in the spec; else met by surprise */
    uint64_t next;    /* highest sequence seen + 1, RUNS_WILD apart */
    struct bits seen; /* identities */
    struct bits late; /* identities first seen after a later sequence */
    struct times copies;
    struct times corrupt;
    uint64_t wild;       /* records in RUNS_WILD, shed ones too */
    struct lane *lane;   /* the last used, or NULL */
    struct lane **lanes; /* sorted by partition */
    size_t lanes_len;
    struct row *rows; /* by key, or NULL: rows are not kept */
};

struct tally {
    struct tally_spec spec;       /* a copy; spec.streams was borrowed for
                                     tally_new() alone: do not follow */
    size_t hint;                  /* where the last stamp stood */
    struct stamp_ahead ahead;     /* the record expected next */
    struct tally_stream *awaited; /* stream of `ahead`; NULL: none expected */
    struct stamp plain;           /* stamp of the last plain record */
    struct tally_stream *last;    /* the last used, or NULL */
    struct tally_stream **streams;
    size_t streams_len;
    uint32_t *slots;    /* hash of numbers: index into streams + 1; 0: free */
    size_t slots_len;   /* a power of two */
    size_t surprises;   /* streams kept without being in the spec */
    uint64_t strangers; /* records of streams beyond SURPRISES_MAX */
    struct tally_counts counts;
    uint64_t cut; /* records in RUNS_CUT, shed ones too */
    struct run open[RUN_KINDS - RUN_KINDS_OF_LANE];
    struct runs kept[RUN_KINDS];
    struct mem mem;
};

/* How far beyond the highest a sequence is still believed. */
#define WILD_LEAP ((uint64_t)1 << 34)

enum { SURPRISES_MAX = 256 };

/* The stream of a number, or NULL. */
struct tally_stream *tally_stream(const struct tally *t, uint32_t number);
/* The same, made when missing; NULL when there are too many surprises. */
struct tally_stream *tally_stream_for(struct tally *t, uint32_t number);
/* The stream's lane in a partition, made when missing. */
struct lane *tally_lane_for(struct tally *t, struct tally_stream *s,
                            int32_t partition);
/* The lane's ends by key, `keys` of the stream, made when missing. */
uint64_t *tally_lane_keys(struct tally *t, const struct tally_stream *s,
                          struct lane *lane);
/* Closes an open run: moves the run into the list of its kind. */
void tally_close_run(struct tally *t, enum run_kind kind, struct run *open);

/* All runs of a kind, open runs included, sorted by stream, sequence and
 * offset; the caller frees. */
struct run *tally_runs(const struct tally *t, enum run_kind kind,
                       size_t *ret_len);

#endif
