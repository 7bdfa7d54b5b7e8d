/* store.h - Connect's three topics: written to, and tailed.
 *
 * Two threads of its own: "store" reads, "store-reports" takes the producer's
 * delivery reports. No function calls back into the caller but `record` and
 * `read_once`, from "store", with no lock held.
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
    const char *bootstrap; /* all is borrowed for the store's life */
    const char *topics[TOPICS];
    void (*record)(void *ctx, enum state_topic topic, int64_t offset,
                   const rd_kafka_message_t *m);
    /* The config topic was read to its end for the first time. */
    void (*read_once)(void *ctx);
    void *ctx;
};

struct store;

/* Makes its clients; needs no broker. */
MUST_USE int store_open(const struct store_spec *spec, struct store **ret,
                        struct err *err);

/* Begins to read all there is; the topics are there. One try. */
MUST_USE int store_tail(struct store *s, struct err *err);

/* A record whose key and value are these; value NULL: deletes. Returns when it
 * is durable and was read back, so that `record` has been called with it.
 * -ETIMEDOUT, -EIO: it may be written all the same. */
MUST_USE int store_write(struct store *s, enum state_topic topic,
                         const char *key, const json_t *value, int64_t limit_us,
                         struct err *err);

/* The same without waiting; what cannot be written for two minutes is logged.
 * Records go out in the order of the calls. */
void store_send(struct store *s, enum state_topic topic, const char *key,
                const json_t *value);

/* Wait until what was sent is durable. -ETIMEDOUT */
MUST_USE int store_flush(struct store *s, int64_t limit_us, struct err *err);

/* Wait until all that was in the topic at the call has been read. */
MUST_USE int store_read_to_end(struct store *s, enum state_topic topic,
                               int64_t limit_us, struct err *err);

/* The producer, for questions (metadata, topics); borrowed. */
rd_kafka_t *store_handle(struct store *s);

/* Waits for what was sent, 2 s at most. NULL is fine. */
void store_close(struct store *s);

#endif
