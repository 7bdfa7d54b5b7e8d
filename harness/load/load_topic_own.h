/* load_topic_own.h - a load into a topic, for load_topic.c and
 * load_transaction.c. Everything here belongs to the load's thread. */
#ifndef LOAD_LOAD_TOPIC_OWN_H
#define LOAD_LOAD_TOPIC_OWN_H

#include "base/rng.h"
#include "load/load_run_own.h"

struct load_sent; /* a record of a transaction */

struct load_transaction {
    bool open, abort, failed;
    int64_t began_us;
    struct load_sent *at;
    size_t len, cap, reported;
    struct rng draw;
};

struct topic_load {
    char transactional_id[96];
    struct kafka_producer *producer; /* NULL: lost, to be opened again */
    int64_t reopen_us;
    struct load_transaction transaction;
};

/* The state of a load into a topic. */
static inline struct topic_load *topic_load_of(const struct load_run *r)
{
    return r->state;
}

/* ---- load_transaction.c: after an error the producer is lost ---- */

/* Open a transaction unless a transaction is open. */
MUST_USE int transaction_begin(struct load_run *r, struct err *err);
/* Take a record into the transaction; returns the tag for the record's report.
 */
uint64_t transaction_add(struct load_run *r, size_t stream, uint64_t seq);
/* The record just added was not produced after all. */
void transaction_drop(struct load_run *r);
void transaction_report(struct load_run *r, const struct kafka_report *p);
/* Whether the transaction is full, open for long enough, or the load's last. */
bool transaction_due(const struct load_run *r);
/* Commit or abort, as drawn at the beginning, and note the fates. */
MUST_USE int transaction_end(struct load_run *r, struct err *err);
/* The outcome of the transaction cannot be known: its records are
 * indeterminate. */
void transaction_unknown(struct load_run *r);

#endif
