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
    ENDPOINT_CAN_LOAD = 1u << 0,       /* load can be appended to it */
    ENDPOINT_CAN_DELIVER = 1u << 1,    /* a sink connector may write to it */
    ENDPOINT_CAN_MISBEHAVE = 1u << 2,  /* misbehave() */
    ENDPOINT_HAS_TIMES = 1u << 3,      /* knows when each record arrived */
    ENDPOINT_HAS_SENDERS = 1u << 4,    /* knows which worker delivered */
    ENDPOINT_READS_PARALLEL = 1u << 5, /* read() uses several threads */
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

enum misbehaviour_reset {
    RESET_NEVER,
    RESET_BEFORE, /* the connection, before the record is taken */
    RESET_AFTER,  /* after it was taken; the sender is not told so */
};

/* How an http sink misbehaves until told otherwise; all zero: well again. */
struct misbehaviour {
    int64_t status;        /* answer this instead of 200; 0: answer well */
    int64_t share;         /* ppm of the requests that get `status`; drawn by
                              `seed` and the request's number since then */
    int64_t retry_after_s; /* Retry-After header beside `status`; -1: none */
    int64_t delay_us;      /* before every answer, whatever it is; the record
                              is taken (or not) before the delay */
    enum misbehaviour_reset reset; /* in place of `status`, and of that share */
    char containing[128];          /* only what contains this gets `status` or
                                      reset; "": whatever it is */
    bool revoked;                  /* no sender's credential is accepted */
    uint64_t seed;
};

bool misbehaviour_same(const struct misbehaviour *a,
                       const struct misbehaviour *b);
/* As ordeal-http's control and the evidence have it. New. */
json_t *misbehaviour_json(const struct misbehaviour *m);
/* Missing keys are 0, "" and false. -EINVAL: not such an object. */
MUST_USE int misbehaviour_read(const json_t *j, struct misbehaviour *ret);

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

    /* From its return on the server does as told; all zero mends it. Also put
     * back by restart(). NULL without ENDPOINT_CAN_MISBEHAVE. */
    int (*misbehave)(struct endpoint *e, const struct misbehaviour *m,
                     struct err *err);
    int (*misbehaviour)(struct endpoint *e, struct misbehaviour *ret,
                        uint64_t *ret_applied, struct err *err);
    /* applied: requests answered that way since it was set (or the server was
     * last started): the proof */

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
