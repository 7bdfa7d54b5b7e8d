/* load_kinds_own.h - what a kind of load is; the kinds are in load_kinds.def.
 *
 * A kind writes into stations of some kinds of endpoint. It lives in one file,
 * load/load_<id>.c, which defines one const `struct load_ops load_<id>`, and in
 * one line of load_kinds.def. load.c keeps the pace and load_books.c the
 * ledger; a kind turns "n records are due" into records that are sent and fates
 * that are noted.
 *
 * Four future users that the table was cut for:
 *   rows of a table, in transactions: send() writes n rows and commits; the
 *     fates of all are noted when the commit has been answered, or are
 *     indeterminate when the connection was lost. Order is commit order, so a
 *     stream has no partition
 *   updates and deletes (read by Debezium as change events and tombstones): a
 *     sequence is an operation, not a row. The key is a function of stream and
 *     sequence, so send() can compute which row the operation meets, and a
 *     delete, which has no room for a stamp, is found again by key and ordinal
 *   objects of a store, many records each: send() collects records until an
 *     object is full, and notes their fates when the object was put
 *   a second cluster: its bootstrap is a property of the endpoint
 *
 * All slots are called on the load's thread.
 */
#ifndef LOAD_LOAD_KINDS_OWN_H
#define LOAD_LOAD_KINDS_OWN_H

#include "load/load_run_own.h"

struct load_ops {
    const char *name;
    const char *help;

    /* Does it write into stations of that kind of endpoint? At most one kind
     * of load does. */
    bool (*takes)(const struct endpoint_ops *into);

    bool keyed;        /* its records carry keys, where the load has some */
    size_t state_size; /* of load_run.state */

    /* Bytes of load_run.image: the largest record as it is written, with what
     * parts it from the next. */
    size_t (*record_max)(const struct load_item *item);

    /* Where stream `i` of a load is written; -1: stations without partitions.
     */
    int32_t (*partition_of)(int i);

    /* Get ready to send; state is zero. After a failure close() follows. */
    int (*open)(struct load_run *r, struct err *err);

    /* Send at most n records, fewer when the station cannot take them now; see
     * to what came of those sent before (n may be 0). Each record goes through
     * books_reserve() before it is sent, books_attempted() and load_run_step()
     * once it was, and books_note() when its fate is known. An error ends the
     * load: the ledger's, or a station that can be written no more. */
    int (*send)(struct load_run *r, uint64_t n, struct err *err);

    /* Wait for fates, at most the load's time-out, and note those that are
     * left; free what the state holds. */
    void (*close)(struct load_run *r);
};

#define LOAD_KIND(id) extern const struct load_ops load_##id;
#include "load/load_kinds.def"
#undef LOAD_KIND

#endif
