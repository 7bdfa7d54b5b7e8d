/* offsets_log.h - writes commits and generations to __consumer_offsets, as
 * Kafka 2.1 and later do (OffsetCommitKey 1, OffsetCommitValue 3,
 * GroupMetadataKey 2, GroupMetadataValue 3 of the group coordinator's schemas).
 *
 * Records land in the order of offsets_log_put(). Thread-safe. A thread of its
 * own, "offsets-log", serves delivery reports.
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
    pthread_mutex_t lock; /* of all logged.done */
    pthread_cond_t landed_one;
    rd_kafka_t *rk; /* owned */
    pthread_t thread;
    bool started, stopping;
    int (*leader)(void *ctx);  /* a broker's number; -1: none */
    void (*landed)(void *ctx); /* after each record */
    void *ctx;
};

/* A record on its way; on the stack of who waits for it. */
struct logged {
    bool done, failed;
};

/* Makes the handle, with a mock cluster of one broker in it. */
MUST_USE int offsets_log_open(struct offsets_log *l, struct err *err);

/* From now on it may be put into. Both are called from its thread. */
void offsets_log_start(struct offsets_log *l, int (*leader)(void *ctx),
                       void (*landed)(void *ctx), void *ctx);

/* Nobody puts any more; ends the mock cluster. Whoever waits is let go. */
void offsets_log_stop(struct offsets_log *l);
void offsets_log_close(struct offsets_log *l);

/* Bytes are copied. `record` lives until it was waited for; NULL: nobody
 * waits. */
void offsets_log_put(struct offsets_log *l, const struct writer *key,
                     const struct writer *value, struct logged *record);

/* Is it in the log? */
bool offsets_log_wait(struct offsets_log *l, struct logged *record);

#endif
