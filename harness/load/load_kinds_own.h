/* load_kinds_own.h - the interface of a kind of load; load_kinds.def lists the
 * kinds.
 *
 * A kind of load writes into stations of certain kinds of endpoint. A kind is
 * one file, load/load_<id>.c, with one const `struct load_ops load_<id>`, and
 * one line of load_kinds.def. load.c keeps the pace and load_books.c the
 * ledger; the kind turns "n records are due" into sent records and noted fates.
 *
 * Four future users that the table was cut for:
 *   rows of a table, in transactions: send() writes n rows and commits. The
 *     answer to the commit is the fate of all n; a lost connection makes all n
 *     indeterminate. Order is commit order, so a stream has no partition.
 *   updates and deletes (read by Debezium as change events and tombstones): a
 *     sequence is an operation instead of a row. The key is a function of
 *     stream and sequence, so send() computes the row that the operation meets.
 *     A delete has no room for a stamp; key and ordinal identify the delete.
 *   objects of a store, many records each: send() collects records until an
 *     object is full, and notes all fates once the object is stored.
 *   a second cluster: the endpoint has the bootstrap address as a property.
 *
 * All slots are called on the load's thread.
 */
#ifndef LOAD_LOAD_KINDS_OWN_H
#define LOAD_LOAD_KINDS_OWN_H

#include "load/load_run_own.h"

struct load_ops {
    const char *name;
    const char *help;

    /* Whether the kind writes into stations of that kind of endpoint. At most
     * one kind of load says yes. */
    bool (*takes)(const struct endpoint_ops *into);

    bool keyed;        /* records carry keys if the load has some */
    size_t state_size; /* of load_run.state */

    /* Bytes of load_run.image: the largest record as written, with the
     * separator from the next record. */
    size_t (*record_max)(const struct load_item *item);

    /* Where stream `i` of a load is written; -1: stations without partitions.
     */
    int32_t (*partition_of)(int i);

    /* Get ready to send; state is zero. After a failure close() follows. */
    int (*open)(struct load_run *r, struct err *err);

    /* Send at most n records, fewer when the station cannot take more now, and
     * look after records sent before (n may be 0). For each record call
     * books_reserve() before sending, books_attempted() and load_run_step()
     * after sending, and books_note() once the fate is known. An error ends the
     * load: the ledger failed, or the station can be written no more. */
    int (*send)(struct load_run *r, uint64_t n, struct err *err);

    /* Wait for fates, at most the load's time-out; note the fates still open;
     * free everything the state holds. */
    void (*close)(struct load_run *r);
};

#define LOAD_KIND(id) extern const struct load_ops load_##id;
#include "load/load_kinds.def"
#undef LOAD_KIND

#endif
