/* endpoint.h - where records begin and end: stations whose records can be read
 * back.
 *
 * A kind is one file and one const table (endpoint_kinds.def): file, http,
 * topic. A topic is a kind like others, so that every station is read the same
 * way; scenario files declare topics under `topics:`.
 *
 * Three future users that the interface was cut for: a PostgreSQL table written
 * in transactions and read as change events, an HTTP receiver behind a relay, a
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
    ENDPOINT_CAN_DELIVER = 1u
                           << 0,  /* sink connectors may write to the station */
    ENDPOINT_HAS_TIMES = 1u << 1, /* knows when each record arrived */
    ENDPOINT_HAS_SENDERS = 1u
                           << 2, /* knows the worker that delivered a record */
    ENDPOINT_READS_PARALLEL = 1u << 3, /* read() uses several threads */
};

struct endpoint_env {
    const char *name;
    const void *settings; /* the kind's own struct, filled by args */
    struct nodes *nodes;  /* NULL when only read back (verify) */
    const char *work_dir; /* absolute; a folder for this endpoint alone, where
                             data survives */
    const char *logs_dir;
    const char *program_dir;          /* where ordeal-http stands */
    const struct kafka_access *kafka; /* topic */
    int64_t open_transaction_us; /* topic: how long a read waits for an open
                                    transaction to end; 0: as long as the read
                                    may take */
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
    bool headers;     /* records come with headers, if the kind has headers */
    int threads; /* as in kafka_read_all(): ctxs[i] is used on thread i only; a
                    kind with a single reading thread uses ctxs[0] */
    record_fn each;
    void *const *ctxs;
    int64_t timeout_us;
};

struct endpoint_counts {
    uint64_t accepted; /* records taken (topic: offsets given out, transaction
                          markers included) */
    uint64_t refused;  /* requests turned away (http: 4xx, 5xx, reset) */
    uint64_t bytes;
};

/* A way in which endpoints of a kind can misbehave: a row of the kind's table.
 * The behaviour of an endpoint is a JSON object: {} is well; {"NAME": {...}} is
 * the row NAME with arguments in the words of scenario files. A fault
 * (fault/sink_fault_own.h) makes the object, the undo journal keeps the object
 * in force before, and only the kind knows the meaning.
 *
 * Four future users that the row was cut for:
 *   A bulk request refused in the body (S3's DeleteObjects, the bulk request of
 *     a search engine): status 200, and some items are not taken. Arguments
 *     choose the items, `counts` is "items", and read_refused() hands out each
 *     refused item.
 *   A hang at the handshake (PostgreSQL, TLS): no request has come yet.
 *     `counts` is "connections", counted before any byte is answered.
 *   Latency from a distribution with a tail beyond the client's time-out: a
 *     request may be held for long after the row has ended. misbehave({}) lets
 *     held requests go, and misbehaving() goes on to name the row as long as a
 *     statement cannot be let go.
 *   A delete through Debezium whose change event the database writes late or
 *     twice: the row strikes the log of changes instead of requests. `counts`
 * is "changes"; arguments choose table and operation.
 */
struct behaviour {
    const char *name;
    const char *help;
    const char *counts; /* unit of `applied`: "requests", "connections" */
    const struct arg
        *args; /* a `seed` among the arguments is set by the fault */
    size_t args_len;
    size_t size; /* of the struct filled from `args`; 0: none */

    /* -EINVAL: the arguments, each allowed, together change nothing or
     * contradict each other. NULL: all combinations are good. */
    int (*refuse)(const void *args, struct err *err);
};

/* A kind leaves slots NULL that it cannot serve, and the ENDPOINT_CAN_* or
 * ENDPOINT_HAS_* bit clear. Each slot that may be NULL says so. */
struct endpoint_ops {
    const char *name;
    const char *help;
    unsigned can;
    const struct arg *args;
    size_t args_len;
    size_t settings_size;
    enum stamps_in_record stamps;

    /* Whether an endpoint with these settings keeps one row for each key of the
     * load, and is read back in the order of taking. NULL: never. */
    bool (*keeps_rows)(const void *settings);

    /* Make the endpoint ready: start the server, make the file. `existing`: for
     * verify, open the data of an earlier run without starting anything. */
    int (*open)(const struct endpoint_env *env, bool existing,
                struct endpoint **ret, struct err *err);
    void (*close)(struct endpoint *e);

    /* "${shop.url}": a property for connector configurations; NULL: unknown.
     * `properties` (NULL-terminated) lists the names, for lint. */
    const char *const *properties;
    const char *(*property)(struct endpoint *e, const char *key);

    /* So far; cheap, for rates and the drain. Any thread. */
    int (*counts)(struct endpoint *e, struct endpoint_counts *ret,
                  struct err *err);

    /* Every record held, in the station's order. */
    int (*read)(struct endpoint *e, const struct endpoint_read *how,
                struct err *err);

    /* Arrivals with upstream offsets, if the sender says them (http:
     * X-Ordeal-Source: TOPIC-PARTITION-OFFSET, several parted by commas).
     * Arrivals of `topic` only; NULL: of any topic. Sorted by the wall clock's
     * time, the clock of commits; new array, caller frees. len 0: no sender
     * says offsets. NULL: the kind never knows. */
    int (*deliveries)(struct endpoint *e, const char *topic,
                      struct delivery_note **ret, size_t *ret_len,
                      struct err *err);

    /* The refused records, for proofs of scenarios, handed over as by read().
     * NULL: the kind refuses nothing. */
    int (*read_refused)(struct endpoint *e, record_fn each, void *ctx,
                        struct err *err);

    /* Append whole records (each becomes a record of the station). The load's
     * thread. On return the bytes survive a SIGKILL. After a failure nothing
     * more may be appended, as the last record may be cut. NULL: topic (loaded
     * by a producer), http. */
    int (*append)(struct endpoint *e, const void *bytes, size_t len,
                  struct err *err);

    /* The ways to misbehave, sorted by name; a row without a name ends the
     * table. NULL: none, and the next two slots are NULL too. */
    const struct behaviour *behaviours;

    /* From the return on the endpoint behaves as `how` says, and holds nothing
     * back that an earlier behaviour held: {} mends. restart() tells a new
     * server the same again. After a failure the earlier behaviour may still be
     * in force; misbehaving() tells. */
    int (*misbehave)(struct endpoint *e, const json_t *how, struct err *err);

    /* The behaviour in force, by the endpoint's own word (new; equal to the
     * object given to misbehave()), and how often the row has struck since
     * misbehave(), or since the last start of the server: the proof, in units
     * of the row's `counts`. */
    int (*misbehaving)(struct endpoint *e, json_t **ret_how,
                       uint64_t *ret_applied, struct err *err);

    /* Start the server again after an end; 0 once the server runs. The node of
     * the server has the name of the endpoint, so that node_signal() ends the
     * server. NULL: the kind has no server. */
    int (*restart)(struct endpoint *e, struct err *err);

    /* Introduce worker number `worker` with the address of the worker's node,
     * so that places can name the worker that delivered. ret_dial: the address
     * under which that worker, and no other worker, must find the endpoint's
     * name. A second introduction gives the same answer. NULL without
     * ENDPOINT_HAS_SENDERS. */
    int (*sender)(struct endpoint *e, int worker, const char *worker_address,
                  char ret_dial[NODE_ADDRESS_MAX], struct err *err);

    json_t *(*describe)(struct endpoint *e); /* for the evidence. New. */
};

const struct endpoint_ops *endpoint_find(const char *name);
const struct endpoint_ops *const *endpoint_all(size_t *ret_len);

/* The row called `name` among a kind's behaviours; NULL: the kind cannot. */
const struct behaviour *endpoint_behaviour(const struct endpoint_ops *ops,
                                           const char *name);

/* The offsets walked, per partition of a topic, up to the last partition with a
 * record. Empty for stations without partitions. The owner frees `at`. */
struct offset_walks {
    struct offset_walk *at;
    size_t len;
};

/* Reads a whole station into a tally (merging threads). Built on read(), and
 * used for every station of every run. The kind says what a record may hold:
 * spec->stamps is not looked at. ret_walks may be NULL. -EINPROGRESS: an open
 * transaction hides the rest; *ret and *ret_walks hold everything before the
 * transaction. */
MUST_USE int endpoint_tally(struct endpoint *e, bool uncommitted,
                            const struct tally_spec *spec, int64_t timeout_us,
                            struct tally **ret, struct offset_walks *ret_walks,
                            struct err *err);

#endif
