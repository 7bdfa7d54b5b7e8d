/* store.h - writes and reads Connect's three topics.
 *
 * Threads: "store" reads, "store-reports" serves the producer's delivery
 * reports. The callbacks `record` and `read_once` are called from "store",
 * without any lock of the store held. Functions between store_tail() and
 * store_close() are thread-safe.
 */
#ifndef STANDINS_WORKER_STORE_H
#define STANDINS_WORKER_STORE_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker_state.h"

struct store_spec {
    /* everything is borrowed for the life of the store */
    const char *bootstrap;
    const char *topics[TOPICS];
    void (*record)(void *ctx, enum state_topic topic, int64_t offset,
                   const rd_kafka_message_t *m);
    /* The config topic was read to the end for the first time. */
    void (*read_once)(void *ctx);
    void *ctx;
};

struct store;

/* Create the clients. Needs no broker. */
MUST_USE int store_open(const struct store_spec *spec, struct store **ret,
                        struct err *err);

/* Start reading all three topics from the beginning. The topics must exist.
 * Tries once; on failure, call again. */
MUST_USE int store_tail(struct store *s, struct err *err);

/* Write a record (value NULL: a tombstone), and wait until this store has read
 * the record back, so that `record` was called with the record. -ETIMEDOUT,
 * -EIO: the record may have been written all the same. -ECANCELED: the store is
 * closing. */
MUST_USE int store_write(struct store *s, enum state_topic topic,
                         const char *key, const json_t *value, int64_t limit_us,
                         struct err *err);

/* Write a record without waiting. A record not written within two minutes is
 * logged. Records are written in the order of the calls. */
void store_send(struct store *s, enum state_topic topic, const char *key,
                const json_t *value);

/* Wait until all records sent so far are acknowledged. -ETIMEDOUT. */
MUST_USE int store_flush(struct store *s, int64_t limit_us, struct err *err);

/* Wait until every record that was in the topic at the time of the call was
 * read. */
MUST_USE int store_read_to_end(struct store *s, enum state_topic topic,
                               int64_t limit_us, struct err *err);

/* The producer, for metadata and admin requests; borrowed. */
rd_kafka_t *store_handle(struct store *s);

/* Close, waiting at most 2 s for records in flight. NULL is fine. */
void store_close(struct store *s);

#endif
