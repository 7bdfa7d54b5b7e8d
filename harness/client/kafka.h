/* kafka.h - what the harness asks of a Kafka cluster, over librdkafka.
 *
 * Every call takes a bounded time. librdkafka's log lines go to base/log.h
 * with the actor "kafka". Facts about librdkafka 2.0.2 that shaped this:
 * read by callback from absolute start to absolute end, metadata first (else
 * 500 ms stall), never mix batch calls with seek; a fatal producer error is
 * indeterminate, never refused.
 */
#ifndef CLIENT_KAFKA_H
#define CLIENT_KAFKA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/record.h"

/* How to reach a cluster: extra librdkafka properties as "key=value". */
struct kafka_access {
    const char *bootstrap; /* "host:port,host:port" */
    const char *const *properties;
    size_t properties_len;
};

/* ---- admin ---------------------------------------------------------------*/

/* Thread-safe. Where nobody answers in time: -ETIMEDOUT; what a broker refuses:
 * -EINVAL, -EACCES, -EPERM, -ENOENT, ..., in its own words. */
struct kafka_admin;

MUST_USE int kafka_admin_open(const struct kafka_access *a,
                              struct kafka_admin **ret, struct err *err);
void kafka_admin_close(struct kafka_admin *k);

/* Create; 0 also when it exists with that many partitions, else -EEXIST.
 * `config`: object of strings, or NULL. Waits until every partition has a
 * leader. (The mock knows no CreateTopics, but a topic that is there will do.)
 */
MUST_USE int kafka_create_topic(struct kafka_admin *k, const char *topic,
                                int partitions, int replicas,
                                const json_t *config, int64_t timeout_us,
                                struct err *err);
MUST_USE int kafka_delete_topic(struct kafka_admin *k, const char *topic,
                                int64_t timeout_us, struct err *err);
MUST_USE int kafka_add_partitions(struct kafka_admin *k, const char *topic,
                                  int total, int64_t timeout_us,
                                  struct err *err);
/* A topic's effective configs as an object of strings. New. -ENOENT: unknown,
 * also to brokers that were given time to hear of it. */
MUST_USE int kafka_topic_config(struct kafka_admin *k, const char *topic,
                                json_t **ret, int64_t timeout_us,
                                struct err *err);

/* Partitions of a topic. -ENOENT: unknown (the mock makes it instead). */
MUST_USE int kafka_partitions(struct kafka_admin *k, const char *topic,
                              int *ret, int64_t timeout_us, struct err *err);

/* Broker ids in the metadata right now (at most max), ids ascending. */
MUST_USE int kafka_brokers(struct kafka_admin *k, int32_t *ids, size_t max,
                           size_t *ret_len, int64_t timeout_us,
                           struct err *err);
/* Leader of a partition (-1: none right now) and the size of its ISR. */
MUST_USE int kafka_leader(struct kafka_admin *k, const char *topic,
                          int32_t partition, int32_t *ret_leader,
                          int *ret_in_sync, int64_t timeout_us,
                          struct err *err);
/* In KRaft a client is told a random broker as "controller"; the true one is
 * the platform's business. Coordinator of a group: */
MUST_USE int kafka_coordinator(struct kafka_admin *k, const char *group,
                               int32_t *ret, int64_t timeout_us,
                               struct err *err);

/* First and next offset of a partition. */
MUST_USE int kafka_watermarks(struct kafka_admin *k, const char *topic,
                              int32_t partition, int64_t *ret_low,
                              int64_t *ret_high, int64_t timeout_us,
                              struct err *err);
/* The end offset that a read_committed reader can reach (last stable). */
MUST_USE int kafka_last_stable(struct kafka_admin *k, const char *topic,
                               int32_t partition, int64_t *ret,
                               int64_t timeout_us, struct err *err);

/* ---- reading: from absolute start to absolute end ------------------------*/

struct kafka_read_spec {
    const char *topic;
    bool read_uncommitted;
    int readers;  /* consumer instances, each a thread with every n-th
                     partition; 0: one per core, at most partitions */
    bool headers; /* records come with their headers; else with none */
    /* For each record in the order of offsets of a partition. ctxs[i] is handed
     * to `each` on reader i's thread; `readers` entries. */
    record_fn each;
    void *const *ctxs;
    int64_t timeout_us;
    int64_t hold_us; /* so long an open transaction may hold back what is left,
                        with nothing new; 0: as long as there is time */

    /* Asked now and then, on any reader's thread: is the cluster there? < 0: it
     * is gone for good, and the read ends with that sentence. NULL: nobody
     * would know. Thread-safe. */
    int (*stands)(void *ctx, struct err *err);
    void *stands_ctx;
};

struct kafka_read_result {
    uint64_t records;
    int partitions;
    /* per partition; the caller frees both */
    int64_t *low, *end; /* offsets read: low..end-1, and maybe some below low
                           that retention took away meanwhile */
};

/* How many readers a read with `readers` = 0 would use. */
int kafka_default_readers(int partitions);

/* Read all that was in the topic when this began, up to the high watermark of
 * that moment: under read_committed an open transaction is waited for as long
 * as hold_us says, and is then -EINPROGRESS naming partition and last stable
 * offset; *ret is set then too, with `end` as far as it could be read.
 * -ETIMEDOUT says how far it came. -ESTALE: the log was cut short meanwhile.
 * -EBADMSG: a batch whose checksum is wrong. No offset is handed over twice. */
MUST_USE int kafka_read_all(const struct kafka_access *a,
                            const struct kafka_read_spec *spec,
                            struct kafka_read_result *ret, struct err *err);
void kafka_read_result_done(struct kafka_read_result *r);

/* ---- tailing: live, until told to stop ----------------------------------*/

struct kafka_tail;

struct kafka_tail_spec {
    const char *name; /* thread name and log actor */
    const char *const *topics;
    size_t topics_len;
    bool from_start; /* else from the end as of now */
    bool read_uncommitted;
    bool headers; /* records come with their headers; else with none */
    /* On the tail's own thread. `topic` is borrowed. */
    void (*each)(void *ctx, const char *topic, const struct record *r);
    void *ctx;
};

/* Starts a thread that reads every partition of the topics over broker
 * failures, until stopped. What appears later, partition or whole topic, is
 * looked for every 2 s and read from its beginning. "As of now" is settled
 * before this returns. A log that was trimmed past the reader or cut short is
 * read again from its beginning: offsets may come twice. Copies the spec.
 * -ETIMEDOUT: no broker could tell where to begin, within 10 s. */
MUST_USE int kafka_tail_start(const struct kafka_access *a,
                              const struct kafka_tail_spec *spec,
                              struct kafka_tail **ret, struct err *err);
/* Joins and frees; no callback is under way or comes after it. NULL is fine. */
void kafka_tail_stop(struct kafka_tail *t);

/* ---- producing ------------------------------------------------------------*/

/* One thread at a time may use it. */
struct kafka_producer;

enum kafka_sent {
    KAFKA_ACKNOWLEDGED,
    KAFKA_REFUSED,       /* surely not written: never left the client's queue,
                            or the broker said no before it wrote anything */
    KAFKA_INDETERMINATE, /* all else: timed out in flight, a fatal error, an
                            answer such as "not leader" that a broker also
                            gives for records that are in its log */
};

struct kafka_report {
    enum kafka_sent sent;
    int32_t partition;
    int64_t offset;     /* -1: not known (acks=0, not acknowledged) */
    uint64_t tag;       /* as given to kafka_produce() */
    const char *reason; /* borrowed; NULL when acknowledged */
};

struct kafka_producer_spec {
    const char *topic;
    int acks; /* -1, 0, 1 */
    bool idempotence;
    const char *compression;
    const char *transactional_id; /* NULL: none */
    int64_t delivery_timeout_us;
    /* Called once a record, on the caller's thread, by kafka_producer_poll(),
     * _flush() and _close(), kafka_commit() and kafka_abort(). */
    void (*report)(void *ctx, const struct kafka_report *r);
    void *ctx;
};

/* With a transactional id: also asks for its producer id, which ends an earlier
 * producer of that name, for at most delivery_timeout_us. */
MUST_USE int kafka_producer_open(const struct kafka_access *a,
                                 const struct kafka_producer_spec *spec,
                                 struct kafka_producer **ret, struct err *err);

/* A record to be sent. */
struct kafka_outgoing {
    int32_t partition; /* -1: by the key */
    const void *key;   /* NULL: none */
    size_t key_len;
    const void *value; /* NULL: a tombstone */
    size_t value_len;
    uint64_t tag; /* comes back in the report */
};

/* Queue one record; the bytes are copied. -EAGAIN: the queue is full, poll.
 * -ESHUTDOWN: a fatal error was raised: open a new producer; everything not
 * reported is indeterminate and will be reported so by the close. After any
 * error this record was not queued: no report will come, it was not sent. */
MUST_USE int kafka_send(struct kafka_producer *p,
                        const struct kafka_outgoing *r, struct err *err);

/* The same from its parts. */
#define kafka_produce(p, partition_, key_, key_len_, value_, value_len_, tag_, \
                      err)                                                     \
    kafka_send((p),                                                            \
               &(const struct kafka_outgoing){                                 \
                   .partition = (partition_),                                  \
                   .key = (key_),                                              \
                   .key_len = (key_len_),                                      \
                   .value = (value_),                                          \
                   .value_len = (value_len_),                                  \
                   .tag = (tag_),                                              \
               },                                                              \
               (err))

/* Serve reports for at most `wait_us`; returns how many. */
int kafka_producer_poll(struct kafka_producer *p, int64_t wait_us);

/* Transactions: begin .. commit or abort. A commit that fails with -ECANCELED
 * was not done: abort. Any other failure of a commit is of unknown effect,
 * -EINPROGRESS: the whole transaction is indeterminate. */
MUST_USE int kafka_begin(struct kafka_producer *p, struct err *err);
MUST_USE int kafka_commit(struct kafka_producer *p, int64_t timeout_us,
                          struct err *err);
MUST_USE int kafka_abort(struct kafka_producer *p, int64_t timeout_us,
                         struct err *err);

/* Wait for reports for at most `wait_us`; with acks=0 also until each leader
 * has read what was sent to it. Is all that so? */
bool kafka_producer_flush(struct kafka_producer *p, int64_t wait_us);

/* Flush for at most `timeout_us`, report what is still in flight as
 * indeterminate, close, free. NULL is fine. */
void kafka_producer_close(struct kafka_producer *p, int64_t timeout_us);

#endif
