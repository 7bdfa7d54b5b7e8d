/* load_run_own.h - a load while it runs, for load*.c. Everything here belongs
 * to the load's thread. */
#ifndef LOAD_LOAD_RUN_OWN_H
#define LOAD_LOAD_RUN_OWN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "ledger/ledger.h"
#include "load/load.h"

/* ---- load_books.c: the ledger and the sums, shared by all loads ---- */

struct load_books {
    struct ledger *ledger;
    const struct clk *clk;
    struct load_counts sum;
    struct err err; /* the ledger failed: nothing more may be sent */
};

struct load_stream {
    uint32_t number;
    int32_t partition;
    uint64_t *acknowledged; /* counter of the stream's load */
    uint64_t next;          /* sequence to be sent next */
    uint64_t noted;         /* for the kind: sequences below have a fate */
};

MUST_USE int books_open(struct load_books *b, const struct load_spec *spec,
                        struct err *err);

/* May the stream's next record be sent? Returns once the ledger says so. */
MUST_USE int books_reserve(struct load_books *b, const struct load_stream *s,
                           uint64_t block, struct err *err);
void books_attempted(struct load_books *b);

/* A failure is kept in b->err: producers' reports come through callbacks. */
void books_note(struct load_books *b, const struct load_stream *s, uint64_t seq,
                enum fate fate, int32_t partition, int64_t offset);
void books_flush(struct load_books *b);

/* Close the ledger, also after a failure. A reader takes reserved sequences
 * without a fate for indeterminate. */
void books_close(struct load_books *b);

/* ---- load_record.c ---- */

/* Bytes of the largest record. */
size_t load_record_max(int64_t size, bool json);

/* Write record `seq` of `stream` to `out`; returns the length. */
size_t load_record_write(const struct load_item *item, uint32_t run,
                         uint32_t stream, uint64_t seq, char *out);

/* ---- a load ---- */

struct load_run {
    const struct load_item *item;
    const struct load_spec *spec;
    size_t index; /* among the loads of the run */
    struct load_books *books;
    const atomic_bool *cut;      /* nobody will answer: wait for no report */
    struct load_stream *streams; /* array of item->streams elements */
    size_t turn;                 /* index of the stream to send next */
    uint64_t sent;               /* records attempted */
    uint64_t block;              /* for the ledger's marks */
    char *image;                 /* room for a record, for the kind */
    void *state;                 /* the kind's own */

    /* pace */
    int64_t last_us;
    int64_t allowance; /* millionths of a record that may be sent by now */
    struct load_progress progress;
};

/* The stream at `turn` has sent (or given up) its next record: go on to the
 * next stream. */
void load_run_step(struct load_run *r);

#endif
