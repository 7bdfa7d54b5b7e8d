/* sequence.h - sequence numbers of idempotent producers in one partition.
 *
 * A batch sent again must not be appended again. As in Kafka, the last five
 * batches of each producer are remembered (KIP-98, KAFKA-5494).
 *
 * Not thread-safe: call under the partition's `order`.
 */
#ifndef STANDINS_MOCK_SEQUENCE_H
#define STANDINS_MOCK_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

enum { SEQUENCES_KEPT = 5 };

/* The fields of a record batch header needed here (batch.h). */
struct batch {
    int64_t producer; /* -1: not idempotent */
    int16_t epoch;
    int32_t first, last; /* sequence numbers */
};

struct appended {
    int32_t first, last;
    int64_t offset;
};

struct sequence {
    int64_t producer;
    int16_t epoch;
    struct appended kept[SEQUENCES_KEPT]; /* ring buffer */
    uint64_t count;                       /* of all batches appended */
};

struct sequences {
    struct sequence *by_producer;
    size_t len, cap;
};

/* Frees; empty again. */
void sequences_done(struct sequences *s);

/* Whether the batch may be appended. NO_ERROR with *ret_offset -1: append the
 * batch. NO_ERROR with *ret_offset >= 0: a repetition, appended at *ret_offset
 * before. Else Kafka's error code. */
int16_t sequences_check(const struct sequences *s, const struct batch *b,
                        int64_t *ret_offset);

/* Remember the batch, which was appended at `offset`. */
void sequences_append(struct sequences *s, const struct batch *b,
                      int64_t offset);

#endif
