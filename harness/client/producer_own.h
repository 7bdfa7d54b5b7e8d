/* producer_own.h - the inside of struct kafka_producer, for producer.c and
 * transaction.c. One thread at a time uses a producer; only `sends` is changed
 * by librdkafka's broker threads. */
#ifndef CLIENT_PRODUCER_OWN_H
#define CLIENT_PRODUCER_OWN_H

#include <stdatomic.h>

#include "client/handle_own.h"

/* A record between kafka_send() and its report. */
struct slot {
    uint64_t tag;
    uint64_t sends; /* produce requests sent before the record was queued */
    int32_t partition;
    struct slot *next, *before; /* in the ring of slots under way, or in the
                                   list of free slots */
};

struct slot_block;

struct kafka_producer {
    unsigned magic;
    struct kafka_producer_spec spec; /* strings in `spec` are not valid after
                                        the opening */
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    atomic_uint_fast64_t sends; /* produce requests sent so far, counted by the
                                   threads of librdkafka */
    struct slot under_way;      /* head of a ring */
    struct slot *free_slots;
    struct slot_block *blocks;
    int reported;       /* reports delivered by the current poll */
    int32_t partitions; /* highest partition sent to + 1 */
    bool unconfirmed;   /* acks=0: records sent since the last flush */
};

/* For a producer with a transactional id, once, before any record: get the
 * producer id, which fences earlier producers with the same id. */
MUST_USE int transactions_begin(struct kafka_producer *p, int64_t timeout_us,
                                struct err *err);

#endif
