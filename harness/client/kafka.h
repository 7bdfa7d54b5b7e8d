/* kafka.h - the harness's clients of a Kafka cluster, over librdkafka.
 *
 * Four clients: an admin client, a reader of whole topics, a tail that reads
 * live, a producer. Every call takes bounded time. librdkafka's log lines go to
 * base/log.h with the actor "kafka".
 *
 * Facts about librdkafka 2.0.2 behind the design: reading by callback from
 * absolute start to absolute end is the fastest way; metadata must be asked for
 * first (else 500 ms of idling); batch calls must not be mixed with seeking; a
 * record met by a fatal producer error may be written, so its fate is
 * indeterminate and never refused.
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
#include "client/access.h"

/* ---- admin ---------------------------------------------------------------*/

/* Thread-safe. Errors: -ETIMEDOUT when no broker answers in time; -EINVAL,
 * -EACCES, -EPERM, -ENOENT, ... when a broker refuses, with the broker's own
 * words in err. */
struct kafka_admin;

/* Open connects nothing yet, so only a bad configuration fails. Close takes at
 * most a few seconds; NULL is fine. */
MUST_USE int kafka_admin_open(const struct kafka_access *a,
                              struct kafka_admin **ret, struct err *err);
void kafka_admin_close(struct kafka_admin *k);

/* Create a topic and wait until every partition has a leader. `config`: an
 * object of strings, borrowed, or NULL. An existing topic with as many
 * partitions is fine (which the mock, without CreateTopics, relies upon); with
 * another number: -EEXIST. */
MUST_USE int kafka_create_topic(struct kafka_admin *k, const char *topic,
                                int partitions, int replicas,
                                const json_t *config, int64_t timeout_us,
                                struct err *err);
MUST_USE int kafka_delete_topic(struct kafka_admin *k, const char *topic,
                                int64_t timeout_us, struct err *err);
/* Raise the number of partitions to `total` and wait for leaders. */
MUST_USE int kafka_add_partitions(struct kafka_admin *k, const char *topic,
                                  int total, int64_t timeout_us,
                                  struct err *err);
/* The effective configuration of a topic, an object of strings, new. -ENOENT:
 * unknown topic, also after brokers had time to learn of a new topic. */
MUST_USE int kafka_topic_config(struct kafka_admin *k, const char *topic,
                                json_t **ret, int64_t timeout_us,
                                struct err *err);

/* The number of partitions of a topic. -ENOENT: unknown topic (the mock makes
 * the topic instead). */
MUST_USE int kafka_partitions(struct kafka_admin *k, const char *topic,
                              int *ret, int64_t timeout_us, struct err *err);

/* The ids of the brokers in the metadata right now, ascending, at most `max`.
 */
MUST_USE int kafka_brokers(struct kafka_admin *k, int32_t *ids, size_t max,
                           size_t *ret_len, int64_t timeout_us,
                           struct err *err);
/* The leader of a partition (-1: none right now) and the number of in-sync
 * replicas. -ENOENT: no such topic or partition. */
MUST_USE int kafka_leader(struct kafka_admin *k, const char *topic,
                          int32_t partition, int32_t *ret_leader,
                          int *ret_in_sync, int64_t timeout_us,
                          struct err *err);
/* The broker id of the coordinator of a group. (The controller is not asked for
 * here: in KRaft a client's metadata names a random broker, see quorum.h.) */
MUST_USE int kafka_coordinator(struct kafka_admin *k, const char *group,
                               int32_t *ret, int64_t timeout_us,
                               struct err *err);

/* The first offset of a partition, and its high watermark (the next offset of
 * records on all in-sync replicas). */
MUST_USE int kafka_watermarks(struct kafka_admin *k, const char *topic,
                              int32_t partition, int64_t *ret_low,
                              int64_t *ret_high, int64_t timeout_us,
                              struct err *err);
/* The last stable offset of a partition: the end for a reader under
 * read_committed. */
MUST_USE int kafka_last_stable(struct kafka_admin *k, const char *topic,
                               int32_t partition, int64_t *ret,
                               int64_t timeout_us, struct err *err);

/* ---- reading: from absolute start to absolute end ------------------------*/

struct kafka_read_spec {
    const char *topic;
    bool read_uncommitted;
    int readers;   /* number of consumers, each on a thread of its own and with
                      every n-th partition; 0: kafka_default_readers() */
    bool headers;  /* read headers too; else every record has none */
    int queue_mib; /* how much of records fetched ahead each consumer may hold,
                      by the size of keys and values; 0: 512 */
    /* Called for each record in the order of offsets of a partition, on the
     * thread of reader i with ctxs[i]; `readers` entries. */
    record_fn each;
    void *const *ctxs;
    int64_t timeout_us;
    int64_t hold_us; /* read_committed: give up when open transactions alone
                        have hidden the rest for so long, without a new record;
                        0: not before the time-out */

    /* Called about once a second, on any reader's thread: 0: the cluster
     * stands; < 0: gone for good, and the read ends with the error in err.
     * NULL: never asked. Must be thread-safe. */
    int (*stands)(void *ctx, struct err *err);
    void *stands_ctx;
};

struct kafka_read_result {
    uint64_t records;
    int partitions;
    /* Per partition: offsets low..end-1 were read, and maybe offsets below low
     * that retention removed meanwhile. Freed by kafka_read_result_done(). */
    int64_t *low, *end;
};

/* The number of readers for `readers` = 0: one per processor, at most one per
 * partition. */
int kafka_default_readers(int partitions);

/* Read every record of a topic up to the high watermarks at the time of the
 * call. No offset is handed over twice. Errors:
 * -EINPROGRESS: under read_committed an open transaction hides the rest longer
 *   than hold_us or until the time-out; err names partition and last stable
 *   offset, and *ret is set, with `end` as far as could be read.
 * -ETIMEDOUT: err says how far the reading came.
 * -ESTALE: the log was cut short at its end meanwhile (records were lost).
 * -EBADMSG: a batch with a wrong checksum.
 * Otherwise the errors of `each`, of `stands`, or of a broker. */
MUST_USE int kafka_read_all(const struct kafka_access *a,
                            const struct kafka_read_spec *spec,
                            struct kafka_read_result *ret, struct err *err);
void kafka_read_result_done(struct kafka_read_result *r);

/* ---- tailing: live, until told to stop ----------------------------------*/

struct kafka_tail;

struct kafka_tail_spec {
    const char *name; /* of the thread, and log actor */
    const char *const *topics;
    size_t topics_len;
    bool from_start; /* false: from the end as of the call */
    bool read_uncommitted;
    bool headers; /* read headers too; else every record has none */
    /* Called for each record, on the tail's own thread. `topic` is borrowed. */
    void (*each)(void *ctx, const char *topic, const struct record *r);
    void *ctx;
};

/* Start a thread that reads all partitions of the topics, whatever brokers
 * fail, until stopped. The offsets to begin at are settled before the call
 * returns. Partitions and topics made later are looked for every 2 s and read
 * from the beginning. A log trimmed past the reader, or cut short at the end,
 * is read again from the beginning, so offsets may come twice. Copies the spec.
 * -ETIMEDOUT: within 10 s no broker could tell where to begin. */
MUST_USE int kafka_tail_start(const struct kafka_access *a,
                              const struct kafka_tail_spec *spec,
                              struct kafka_tail **ret, struct err *err);
/* Stop and free a tail. Afterwards no callback runs any more. NULL is fine. */
void kafka_tail_stop(struct kafka_tail *t);

/* ---- producing ------------------------------------------------------------*/

/* Used by one thread at a time. */
struct kafka_producer;

/* The fate of a record. */
enum kafka_sent {
    KAFKA_ACKNOWLEDGED,
    KAFKA_REFUSED, /* certainly not written: never left the client's queue,
                      or refused by the broker before any write */
    KAFKA_INDETERMINATE, /* anything else: timed out in flight, a fatal error,
                            an answer ("not leader") that brokers also give for
                            records already in the log */
};

/* The report about a record. */
struct kafka_report {
    enum kafka_sent sent;
    int32_t partition;  /* chosen by the key if -1 was given */
    int64_t offset;     /* -1: unknown (acks=0, or not acknowledged) */
    uint64_t tag;       /* of the record, as given to kafka_send() */
    const char *reason; /* borrowed; NULL when acknowledged */
};

struct kafka_producer_spec {
    const char *topic;
    int acks;                     /* as the property: -1 (all), 0 or 1 */
    bool idempotence;             /* enable.idempotence */
    const char *compression;      /* "none", "gzip", ...; NULL: the default */
    const char *transactional_id; /* NULL: none */
    int64_t delivery_timeout_us;  /* 0: librdkafka's default */
    /* Called once for each record sent, on the caller's thread, from within
     * kafka_producer_poll(), kafka_producer_flush(), kafka_producer_close(),
     * kafka_commit() and kafka_abort(). */
    void (*report)(void *ctx, const struct kafka_report *r);
    void *ctx;
};

/* Open a producer. With a transactional id the call also asks the coordinator
 * for a producer id, which fences earlier producers with the same transactional
 * id, and waits for the answer for at most delivery_timeout_us. */
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

/* Queue a record; the bytes are copied. After any error the record was not
 * queued, will not be sent, and gets no report. -EAGAIN: the queue is full;
 * poll and try again. -ESHUTDOWN: the producer has met a fatal error; close it,
 * which reports all records in flight as indeterminate, and open a new one. */
MUST_USE int kafka_send(struct kafka_producer *p,
                        const struct kafka_outgoing *r, struct err *err);

/* kafka_send() with the fields as arguments. */
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

/* Wait for the first reports, at most `wait_us`, and deliver all at hand.
 * Returns the number of reports delivered. */
int kafka_producer_poll(struct kafka_producer *p, int64_t wait_us);

/* Transactions (KIP-98), for a producer with a transactional id: begin, send,
 * then commit or abort. kafka_commit() flushes first. -ECANCELED: not
 * committed, abort now; -EINPROGRESS: the effect is unknown, so every record of
 * the transaction is indeterminate. Begin and abort: -ESHUTDOWN after a fatal
 * error, -ETIMEDOUT, and others. */
MUST_USE int kafka_begin(struct kafka_producer *p, struct err *err);
MUST_USE int kafka_commit(struct kafka_producer *p, int64_t timeout_us,
                          struct err *err);
MUST_USE int kafka_abort(struct kafka_producer *p, int64_t timeout_us,
                         struct err *err);

/* Wait at most `wait_us` until every record sent has its report and, with
 * acks=0, every leader has read the records sent to that leader. False: not in
 * time. */
bool kafka_producer_flush(struct kafka_producer *p, int64_t wait_us);

/* Flush for at most `timeout_us`, report records still in flight as
 * indeterminate, close, free. NULL is fine. */
void kafka_producer_close(struct kafka_producer *p, int64_t timeout_us);

#endif
