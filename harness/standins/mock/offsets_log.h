/* offsets_log.h - writes commits and generations to __consumer_offsets.
 *
 * Keys and values have the formats of Kafka 2.1 and later (OffsetCommitKey 1,
 * OffsetCommitValue 3, GroupMetadataKey 2, GroupMetadataValue 3 of the group
 * coordinator's schemas), so that a reader of Kafka's topic can read the
 * mock's.
 *
 * Records are written in the order of offsets_log_put(). All functions are
 * thread-safe. The thread "offsets-log" serves delivery reports.
 */
#ifndef STANDINS_MOCK_OFFSETS_LOG_H
#define STANDINS_MOCK_OFFSETS_LOG_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/mock/codec.h"

struct offsets_log {
    pthread_mutex_t lock; /* guards the `done` of every record */
    pthread_cond_t landed_one;
    rd_kafka_t *rk; /* owned */
    pthread_t thread;
    bool started, stopping;
    int (*leader)(void *ctx);  /* number of a broker; -1: none */
    void (*landed)(void *ctx); /* called after each record */
    void *ctx;
};

/* A record being written, usually on the stack of the function that waits for
 * the record. */
struct logged {
    bool done, failed;
};

/* Create the producer, and inside the producer a mock cluster of one broker. */
MUST_USE int offsets_log_open(struct offsets_log *l, struct err *err);

/* Start the thread; offsets_log_put() may be called from now on. Both callbacks
 * are called from the thread: `leader` returns the broker that leads the topic,
 * `landed` is told of each record written. */
void offsets_log_start(struct offsets_log *l, int (*leader)(void *ctx),
                       void (*landed)(void *ctx), void *ctx);

/* Stop the thread, when no call of offsets_log_put() is possible any more.
 * Records not yet written fail, which ends every offsets_log_wait(). */
void offsets_log_stop(struct offsets_log *l);
/* Destroy the producer and the mock cluster. */
void offsets_log_close(struct offsets_log *l);

/* Write a record; key and value are copied. `record` must live until
 * offsets_log_wait() returns; NULL: no one waits. */
void offsets_log_put(struct offsets_log *l, const struct writer *key,
                     const struct writer *value, struct logged *record);

/* Wait for the record. true: written. */
bool offsets_log_wait(struct offsets_log *l, struct logged *record);

#endif
