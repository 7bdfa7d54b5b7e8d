/* load_run_own.h - one load while it runs, for load*.c. All of it belongs to
 * the load's thread. */
#ifndef LOAD_LOAD_RUN_OWN_H
#define LOAD_LOAD_RUN_OWN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/rng.h"
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
    uint64_t next;  /* sequence to be sent next */
    uint64_t noted; /* a file's: those below it have their fate */
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

/* Close the ledger, also after a failure: what was reserved for a send and has
 * no fate is indeterminate to those who read it. */
void books_close(struct load_books *b);

/* ---- load_record.c ---- */

/* Bytes that a record takes at most. */
size_t load_record_max(int64_t size, bool json);

/* Write the record `seq` of `stream`; returns its length. */
size_t load_record_write(const struct load_item *item, uint32_t run,
                         uint32_t stream, uint64_t seq, char *out);

/* ---- one load ---- */

struct load_sent; /* a record of a transaction */

struct load_transaction {
    bool open, abort, failed;
    int64_t began_us;
    struct load_sent *at;
    size_t len, cap, reported;
    struct rng draw;
};

struct load_run {
    const struct load_item *item;
    const struct load_spec *spec;
    struct load_books *books;
    const atomic_bool *cut;      /* nobody will answer: wait for no report */
    struct load_stream *streams; /* item->streams of them */
    size_t turn;                 /* whose turn it is */
    uint64_t sent;               /* records attempted */
    uint64_t block;              /* for the ledger's marks */
    char *buf;                   /* a record image; files: a batch of lines */
    size_t buf_size;

    /* pace */
    int64_t began_us, last_us;
    int64_t allowance; /* millionths of a record that may be sent by now */

    /* topics */
    char transactional_id[96];
    struct kafka_producer *producer; /* NULL: lost, to be opened again */
    int64_t reopen_us;
    uint64_t unsettled; /* without a report, transactions apart */
    struct load_transaction transaction;
};

/* The stream whose turn it is has sent (or given up) its next record. */
void load_run_step(struct load_run *r);

/* ---- load_topic.c ---- */

MUST_USE int load_topic_open(struct load_run *r, struct err *err);
/* Send at most n records, fewer when the producer cannot take them now. An
 * error is the ledger's: the load is over. */
MUST_USE int load_topic_send(struct load_run *r, uint64_t n, struct err *err);
/* End the open transaction, wait for reports, settle the rest. */
void load_topic_close(struct load_run *r);
/* The producer cannot go on: settle what it had, open another one later. */
void load_topic_lost(struct load_run *r, const struct err *why);

/* ---- load_transaction.c ---- */

/* See to it that one is open. -EAGAIN: not now. */
MUST_USE int transaction_begin(struct load_run *r);
/* Take a record in; the tag for its report. */
uint64_t transaction_add(struct load_run *r, size_t stream, uint64_t seq);
/* The record just added was not produced after all. */
void transaction_drop(struct load_run *r);
void transaction_report(struct load_run *r, const struct kafka_report *p);
/* Is it full, or open for long enough? */
bool transaction_due(const struct load_run *r);
/* Commit it or abort it, as was drawn, and note the fates. */
void transaction_end(struct load_run *r);
/* Nobody knows what became of it. */
void transaction_unknown(struct load_run *r);

/* ---- load_file.c ---- */

MUST_USE int load_file_send(struct load_run *r, uint64_t n, struct err *err);

#endif
