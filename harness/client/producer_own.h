/* producer_own.h - the inside of a struct kafka_producer, for producer.c and
 * transaction.c. */
#ifndef CLIENT_PRODUCER_OWN_H
#define CLIENT_PRODUCER_OWN_H

#include <stdatomic.h>

#include "client/handle_own.h"

/* A record between kafka_send() and its report. */
struct slot {
    uint64_t tag;
    uint64_t sends; /* produce requests sent before it was queued */
    int32_t partition;
    struct slot *next, *before; /* those under way, or the free ones */
};

struct slot_block;

struct kafka_producer {
    unsigned magic;
    struct kafka_producer_spec spec; /* its strings are not ours: not used */
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    atomic_uint_fast64_t sends; /* produce requests that left, by any broker's
                                   thread */
    struct slot under_way;      /* head of a ring */
    struct slot *free_slots;
    struct slot_block *blocks;
    int reported;       /* by the poll that is going on */
    int32_t partitions; /* those below may have been sent to */
    bool unconfirmed;   /* acks=0: something was sent since the last flush */
};

/* For transactional producers, once, before anything else. */
MUST_USE int transactions_begin(struct kafka_producer *p, int64_t timeout_us,
                                struct err *err);

#endif
