/* endpoint.h - where records begin and end: stations that can be read back.
 *
 * One file and one const table a kind (endpoint_kinds.def): file, http, topic.
 * `topic` is a kind like the others, so that every station is read the same
 * way; scenario files declare topics under `topics:`.
 *
 * Three future users this was cut for: a PostgreSQL table written in
 * transactions and read as change events, an HTTP receiver behind a relay, a
 * second cluster.
 */
#ifndef ENDPOINT_ENDPOINT_H
#define ENDPOINT_ENDPOINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"
#include "base/record.h"
#include "client/kafka.h"
#include "node/node.h"
#include "oracle/commits.h"
#include "oracle/hop.h"
#include "oracle/tally.h"
#include "scenario/args.h"

enum endpoint_can {
    ENDPOINT_CAN_DELIVER = 1u << 0,    /* a sink connector may write to it */
    ENDPOINT_HAS_TIMES = 1u << 1,      /* knows when each record arrived */
    ENDPOINT_HAS_SENDERS = 1u << 2,    /* knows which worker delivered */
    ENDPOINT_READS_PARALLEL = 1u << 3, /* read() uses several threads */
};

struct endpoint_env {
    const char *name;
    const void *settings; /* the kind's own struct, filled by args */
    struct nodes *nodes;  /* NULL when only read back (verify) */
    const char *work_dir; /* absolute, its own folder: data survives there */
    const char *logs_dir;
    const char *program_dir;          /* where ordeal-http stands */
    const struct kafka_access *kafka; /* topic */
    int64_t open_transaction_us; /* topic: so long one is waited for when it is
                                    read; 0: as long as the reading may take */
    /* topic: as in struct kafka_read_spec; NULL or thread-safe */
    int (*stands)(void *ctx, struct err *err);
    void *stands_ctx;
    const struct clk *clk;
    const struct event_sink *events;
}; /* strings are copied by open(); the pointers to structs are borrowed while
      the endpoint lives */

struct endpoint {
    const struct endpoint_ops *ops; /* first member of each endpoint's own */
};

/* How a station is read back. */
struct endpoint_read {
    bool uncommitted; /* topics: aborted records and open transactions too */
    bool headers;     /* records come with their headers, if the kind has any */
    int threads; /* as in kafka_read_all(): ctxs[i] is used on thread i only;
                    kinds that read with one thread use ctxs[0] */
    record_fn each;
    void *const *ctxs;
    int64_t timeout_us;
};

struct endpoint_counts {
    uint64_t accepted; /* records it took (topic: offsets given out, which
                          counts transaction markers too) */
    uint64_t refused;  /* requests it turned away (http: 4xx, 5xx, hung up) */
    uint64_t bytes;
};

/* One way in which endpoints of a kind can misbehave: a row of the kind's
 * table. How an endpoint behaves is a JSON object: {} is well, {"NAME": {...}}
 * as the row NAME says, with arguments in the words of scenario files. A fault
 * (fault/sink_fault_own.h) makes the object, the undo journal keeps the object
 * that was in force before, and only the kind knows what an object means.
 *
 * Four future users that the row was cut for:
 *   A bulk request refused in the body (S3's DeleteObjects, a search engine's
 *     bulk): status 200, and some items are not taken. The row's arguments
 *     choose items, `counts` is "items", and read_refused() hands out each item
 *     not taken.
 *   A hang at the handshake (PostgreSQL, TLS): there is no request yet.
 *     `counts` is "connections", which are counted before a byte is answered.
 *   Latency drawn from a distribution whose tail lies beyond the client's own
 *     time-out: a request may be held for long after the row has ended.
 *     misbehave({}) lets go whatever is held, and misbehaving() goes on to name
 *     the row while a statement that cannot be let go is still held.
 *   A delete through Debezium that the database refuses (a lock, a trigger):
 *     the row strikes the load's own statements as well as the connector's, so
 *     a kind says in `refuse` which arguments would strike the load alone.
 */
struct behaviour {
    const char *name;
    const char *help;
    const char *counts; /* what `applied` counts: "requests", "connections" */
    const struct arg *args; /* `seed`, where there is one, is the fault's */
    size_t args_len;
    size_t size; /* of the struct that `args` fill; 0: none */

    /* -EINVAL: arguments, each allowed, that together change nothing or cannot
     * be meant. NULL: there are none such. */
    int (*refuse)(const void *args, struct err *err);
};

/* A slot that a kind cannot serve is NULL and its ENDPOINT_CAN_* bit clear;
 * which slots may be NULL is said at each. */
struct endpoint_ops {
    const char *name;
    const char *help;
    unsigned can;
    const struct arg *args;
    size_t args_len;
    size_t settings_size;
    enum stamps_in_record stamps;

    /* Does it, set up like this, keep one row a key (of the load's), in the
     * order in which it is read back? NULL: never. */
    bool (*keeps_rows)(const void *settings);

    /* Make it ready: start its server, make its file. `existing`: for verify,
     * open what an earlier run left, start nothing. */
    int (*open)(const struct endpoint_env *env, bool existing,
                struct endpoint **ret, struct err *err);
    void (*close)(struct endpoint *e);

    /* "${shop.url}": a property for connector configs; NULL: no such. The
     * names it knows are in `properties` (NULL-terminated), for lint. */
    const char *const *properties;
    const char *(*property)(struct endpoint *e, const char *key);

    /* So far; cheap, for rates and the drain. Any thread. */
    int (*counts)(struct endpoint *e, struct endpoint_counts *ret,
                  struct err *err);

    /* Everything it holds, in its own order. */
    int (*read)(struct endpoint *e, const struct endpoint_read *how,
                struct err *err);

    /* Arrivals with their upstream offsets, when the sender said them (http:
     * X-Ordeal-Source: TOPIC-PARTITION-OFFSET, several parted by commas).
     * Only those of `topic`; NULL: of any. Sorted by time, which is the wall
     * clock's, as that of commits; new array, caller frees. len 0 when nobody
     * said. NULL: it has no such. */
    int (*deliveries)(struct endpoint *e, const char *topic,
                      struct delivery_note **ret, size_t *ret_len,
                      struct err *err);

    /* Records it refused, for scenario proofs, as read() hands them over. NULL:
     * it refuses nothing. */
    int (*read_refused)(struct endpoint *e, record_fn each, void *ctx,
                        struct err *err);

    /* Append whole records (each ends up as one record of the station). The
     * load's thread. Bytes are durable against SIGKILL when it returns. After
     * a failure nothing more may be appended: the last record may be cut.
     * NULL: topic (loaded by a producer), http. */
    int (*append)(struct endpoint *e, const void *bytes, size_t len,
                  struct err *err);

    /* How it can misbehave, sorted by name; a row without a name ends the
     * table. NULL: not at all; then the two slots below are NULL too. */
    const struct behaviour *behaviours;

    /* From its return on the endpoint behaves as `how` says, and nothing is
     * held back any more by what was said before: {} mends. restart() says it
     * again to a new server. After a failure the last behaviour may still be in
     * force, which misbehaving() tells. */
    int (*misbehave)(struct endpoint *e, const json_t *how, struct err *err);

    /* How it behaves now, by its own word (new; equal to what misbehave() was
     * given), and how often the row struck since it was told, or since the
     * server was last started: the proof, in units of the row's `counts`. */
    int (*misbehaving)(struct endpoint *e, json_t **ret_how,
                       uint64_t *ret_applied, struct err *err);

    /* Start its server again after it ended; 0 when it runs. Its node is
     * called as the endpoint, so that node_signal() ends it. NULL: it has no
     * server. */
    int (*restart)(struct endpoint *e, struct err *err);

    /* Tell it of worker number `worker`, at the address its node has, so that
     * places can say who delivered. ret_dial: the address at which that worker
     * (and no other) must be made to find this endpoint's name. Told twice it
     * answers the same. NULL without ENDPOINT_HAS_SENDERS. */
    int (*sender)(struct endpoint *e, int worker, const char *worker_address,
                  char ret_dial[NODE_ADDRESS_MAX], struct err *err);

    json_t *(*describe)(struct endpoint *e); /* for the evidence. New. */
};

const struct endpoint_ops *endpoint_find(const char *name);
const struct endpoint_ops *const *endpoint_all(size_t *ret_len);

/* The row of a kind's behaviours that is called `name`, or NULL. */
const struct behaviour *endpoint_behaviour(const struct endpoint_ops *ops,
                                           const char *name);

/* Per partition of a topic, up to the last that held a record, the offsets
 * walked. Empty for stations without partitions. The owner frees `at`. */
struct offset_walks {
    struct offset_walk *at;
    size_t len;
};

/* Reads a whole station into a tally (threads are merged). Convenience over
 * read(), used for every station of every run. What a record may hold is the
 * kind's word: spec->stamps is not looked at. ret_walks may be NULL.
 * -EINPROGRESS: an open transaction hides the rest; *ret and *ret_walks are
 * what stands before it. */
MUST_USE int endpoint_tally(struct endpoint *e, bool uncommitted,
                            const struct tally_spec *spec, int64_t timeout_us,
                            struct tally **ret, struct offset_walks *ret_walks,
                            struct err *err);

#endif
