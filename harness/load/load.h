/* load.h - the load: stamped records into topics and files, ledger first.
 *
 * A single thread ("load") drives all loads of a run, so that the ledger has a
 * single writer. The clock sets the pace: after a stall the load catches up at
 * no more than twice the rate. Record n of a stream is a pure function of (run,
 * stream, n):
 *   text  <stamp><payload>
 *   json  {"ordeal":"<stamp><payload>","n":<sequence>}
 *
 * The fate of a record is the answer that the client got. With acks=0 no broker
 * answers: a record handed to the connection counts as acknowledged, without an
 * offset, so that records lost by acks=0 show as lost. In a transaction the
 * fate is the transaction's; other loads wait while a transaction commits or
 * aborts. Records of a file are acknowledged once they are in the file. A
 * producer with acks 0 or 1 is not idempotent, whatever `idempotence` says; a
 * producer with transactions is idempotent and waits for acks from all.
 *
 * After a fatal error of a producer the records in flight are indeterminate. A
 * new producer goes on at the next sequence, under the same transactional id:
 * the broker then ends the transaction that the old producer left open, so that
 * no open transaction hides later records.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"
#include "client/kafka.h"
#include "endpoint/endpoint.h"

struct load_ops;

/* The kind of load for stations of that kind of endpoint; NULL if no kind of
 * load writes into such stations. Kinds are an open set (load_kinds.def);
 * static storage. */
const struct load_ops *load_into(const struct endpoint_ops *into);

/* A line for people: the records written by a kind of load. */
const char *load_help(const struct load_ops *ops);

/* A load, bound. */
struct load_item {
    const char *into;
    const struct load_ops *ops;
    struct endpoint *endpoint; /* the station; set before load_start() */
    int64_t from_us;           /* begins so long after load_start() */
    int64_t records; /* number of records, after which the load ends; 0: the
                        load ends when stopped */
    int64_t rate;    /* records a second over all streams */
    int64_t size;    /* bytes of a value */
    int64_t keys;    /* per stream; 0: no key */
    int streams;     /* a stream for each partition */
    uint32_t first_stream; /* the streams are first_stream .. + streams - 1 */
    bool json;
    uint64_t schema_change; /* json: from this sequence on records have a field
                               more, "currency"; 0: none */
    int acks;
    bool idempotence;
    const char *compression;
    int64_t transaction; /* records a transaction, fewer when 10 s have
                            passed; 0: none */
    int64_t abort_share; /* ppm of transactions to abort, by seed */
    int64_t timeout_us;
};

struct load_spec {
    uint32_t run;
    uint64_t seed;
    const char *ledger_path; /* made here */
    const struct kafka_access *kafka;
    const struct load_item *items;
    size_t items_len;
    const struct clk *clk;
    const struct event_sink *events;
};

/* Bytes of payload in a record of `size` bytes, the same for all records of a
 * stream. A json record may be up to 9 bytes shorter than `size`, as its number
 * has 1 to 10 digits; a line of a file has a newline besides. */
uint32_t load_payload_len(int64_t size, bool json);

struct load_counts {
    uint64_t attempted, acknowledged, refused, aborted, indeterminate;
    uint64_t in_flight;
    bool failed; /* the thread stopped by itself; load_stop() says why */
};

/* How far a load is, by the run's clock. */
struct load_progress {
    int64_t began_us; /* when the first record was due; -1: not yet */
    int64_t ended_us; /* when the last record was sent, or the load was stopped;
                         -1: the load goes on, or never began */
    uint64_t acknowledged;
};

struct load_thread;

/* Make the ledger, declare the streams, open the producers, start sending. The
 * spec is copied; everything the spec points to is borrowed until load_stop().
 */
MUST_USE int load_start(const struct load_spec *spec, struct load_thread **ret,
                        struct err *err);

/* Any thread, at any time. The counts are at most a tick (5 ms) old, or as old
 * as the commit under way. */
struct load_counts load_counts(const struct load_thread *l);

/* How far spec.items[item] is, as old as load_counts(). Any thread. */
struct load_progress load_progress_of(const struct load_thread *l, size_t item);

/* Whether a load has not begun, or has not written its fixed number of records.
 * False once the thread has ended, as no more records will be sent. Any thread.
 */
bool load_has_more(const struct load_thread *l);

/* Send no more and begin to settle; does not wait. */
void load_ask_stop(struct load_thread *l);

/* Is every fate settled and the ledger closed? */
bool load_has_ended(const struct load_thread *l);

/* Say that no broker is left to answer: records without a fate get the fate
 * known so far, at once, instead of after the time-out. Any thread. */
void load_cut(struct load_thread *l);

/* Stop sending, settle every fate (at most the items' time-outs), close the
 * ledger, join, free. Returns the first error that the thread met. NULL is
 * fine. */
MUST_USE int load_stop(struct load_thread *l, struct err *err);

#endif
