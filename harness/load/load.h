/* load.h - the load: stamped records into topics and files, ledger first.
 *
 * One thread ("load") drives all loads of a run, so that the ledger has one
 * writer. Pace is kept by the clock: a stall is followed by no burst above
 * twice the rate. Record n of a stream is a pure function of (run, stream, n):
 *   text  <stamp><payload>
 *   json  {"ordeal":"<stamp><payload>","n":<sequence>}
 *
 * Fates are what the client was told. With acks=0 no broker says anything: a
 * record that was handed to the connection is acknowledged, without an offset,
 * so that what acks=0 loses is seen as lost. In a transaction the fate is the
 * transaction's; while one is being committed or aborted the other loads wait.
 * A file's records are acknowledged when they are in the file. A producer that
 * does not wait for all (acks 0, 1) is not idempotent, whatever `idempotence`
 * says, and one with transactions is, and waits for all.
 *
 * After a fatal error of a producer what was in flight is indeterminate, and a
 * new producer goes on at the next sequence, under the same transactional id,
 * so that what the old one left open is ended by the broker and hides nothing.
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

/* The kind of load that writes into stations of that kind of endpoint; NULL:
 * none does. Kinds are an open set (load_kinds.def); static storage. */
const struct load_ops *load_into(const struct endpoint_ops *into);

/* One load, bound. */
struct load_item {
    const char *into;
    const struct load_ops *ops;
    struct endpoint *endpoint; /* the station; set before load_start() */
    int64_t from_us;           /* begins so long after load_start() */
    int64_t records;           /* so many in all, then it has ended; 0: until it
                                  is stopped */
    int64_t rate;              /* records a second over all its streams */
    int64_t size;              /* bytes of a value */
    int64_t keys;              /* per stream; 0: no key */
    int streams;               /* one per partition */
    uint32_t first_stream; /* its streams are first_stream .. + streams - 1 */
    bool json;
    uint64_t schema_change; /* json: records from this sequence on have a field
                               more, "currency"; 0: none */
    int acks;
    bool idempotence;
    const char *compression;
    int64_t transaction; /* records a transaction, fewer when 10 s have
                            passed; 0: none */
    int64_t abort_share; /* ppm of transactions that are aborted, by seed */
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
 * stream. A json record may be up to 9 bytes shorter than `size` (its number
 * has 1 to 10 digits); a file's line has a newline besides. */
uint32_t load_payload_len(int64_t size, bool json);

struct load_counts {
    uint64_t attempted, acknowledged, refused, aborted, indeterminate;
    uint64_t in_flight;
    bool failed; /* it stopped by itself; load_stop() says why */
};

/* How far one load is, by the run's clock. */
struct load_progress {
    int64_t began_us; /* its first record was due; -1: not yet */
    int64_t ended_us; /* its last record was sent, or it was stopped; -1: it
                         goes on, or never began */
    uint64_t acknowledged;
};

struct load_thread;

/* Make the ledger, declare the streams, open the producers, start sending. The
 * spec is copied, what it points to is borrowed until load_stop(). */
MUST_USE int load_start(const struct load_spec *spec, struct load_thread **ret,
                        struct err *err);

/* Any thread, at any time; at most one tick (5 ms) old, or as old as the
 * commit that goes on. */
struct load_counts load_counts(const struct load_thread *l);

/* How far spec.items[item] is, as old as load_counts(). Any thread. */
struct load_progress load_progress_of(const struct load_thread *l, size_t item);

/* Is there a load that has not begun, or one of a fixed number that has not
 * written it? False once the thread has ended, for then none will. Any
 * thread. */
bool load_has_more(const struct load_thread *l);

/* Send no more and begin to settle; does not wait. */
void load_ask_stop(struct load_thread *l);

/* Is every fate settled and the ledger closed? */
bool load_has_ended(const struct load_thread *l);

/* Nobody is left who could answer: what is still without a fate has the one
 * that is known of it now, soon. Any thread. */
void load_cut(struct load_thread *l);

/* Stop sending, settle every fate (at most the items' time-outs), close the
 * ledger, join, free. The first error that the thread met. NULL is fine. */
MUST_USE int load_stop(struct load_thread *l, struct err *err);

#endif
