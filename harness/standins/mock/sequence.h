/* sequence.h - the sequence numbers of idempotent producers, in one partition:
 * a batch that comes again is not appended again (KIP-98, KAFKA-5494: the last
 * five batches of each producer are known).
 *
 * librdkafka's mock looks at sequences of transactional producers only.
 * Not thread-safe: under the partition's `order`.
 */
#ifndef STANDINS_MOCK_SEQUENCE_H
#define STANDINS_MOCK_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "standins/mock/codec.h"

enum { SEQUENCES_KEPT = 5 };

/* The head of a record batch (message format v2), as far as it matters. */
struct batch {
    int64_t producer; /* -1: not idempotent */
    int16_t epoch;
    int32_t first, last; /* sequences */
};

struct appended {
    int32_t first, last;
    int64_t offset;
};

struct sequence {
    int64_t producer;
    int16_t epoch;
    struct appended kept[SEQUENCES_KEPT]; /* a ring */
    uint64_t count;                       /* of all appended */
};

struct sequences {
    struct sequence *by_producer;
    size_t len, cap;
};

void sequences_done(struct sequences *s);

/* What a batch says. Not one whole batch of format v2: producer is -1. */
struct batch batch_of(struct bytes records);

/* May it be appended? 0: yes, or (*ret_offset >= 0) it has been, there. Else
 * Kafka's error code. */
int16_t sequences_check(const struct sequences *s, const struct batch *b,
                        int64_t *ret_offset);

/* It was appended at `offset`. */
void sequences_append(struct sequences *s, const struct batch *b,
                      int64_t offset);

#endif
