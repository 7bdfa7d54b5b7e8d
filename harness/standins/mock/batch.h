/* batch.h - headers of record batches, read within bounds.
 *
 * The format is Kafka's message format v2 (kafka.apache.org, "Record Batch";
 * KIP-98): a header of 61 bytes in big-endian order, then the records. The
 * CRC-32C in the header covers the bytes from `attributes` on, so a broker sets
 * base offset and leader epoch, which stand before the CRC, without a new CRC.
 * Pure functions, no threads.
 */
#ifndef STANDINS_MOCK_BATCH_H
#define STANDINS_MOCK_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "standins/mock/codec.h"
#include "standins/mock/sequence.h"

enum {
    BATCH_HEAD = 61,       /* bytes of the header */
    BATCH_PATCHED = 8 + 8, /* bytes before `magic`: base offset, length, leader
                              epoch */
};

struct batch_head {
    int64_t base;    /* offset of the first record */
    int32_t size;    /* bytes of the batch, header included */
    int32_t count;   /* of records, at least 1 */
    int64_t base_ms; /* timestamp to which the records' own are relative */
    int64_t max_ms;  /* the highest timestamp of all records */
    bool compressed; /* the records are compressed, by whatever codec */
    struct batch sequence;
};

/* Parse the header of the batch at `data`, of which `len` bytes are there.
 * false: fewer bytes than a header, another format than v2, or fields that
 * contradict one another. The records behind the header are not looked at, and
 * may lie beyond `len`. */
bool batch_head_read(const uint8_t *data, size_t len, struct batch_head *ret);

/* Check what a producer has sent for one partition, as a broker does: exactly
 * one batch of format v2 with a right CRC, no control batch and no batch of a
 * transaction. Returns NO_ERROR and the header, or Kafka's error code. */
int16_t batch_check(struct bytes records, struct batch_head *ret);

/* The offset of the last record. */
int64_t batch_last(const struct batch_head *h);

/* The first record of the batch at `data` (h->size bytes) with an offset of at
 * least `start` and a timestamp of at least `ms`; the records of a compressed
 * batch are not looked into, the batch then counts as one record of timestamp
 * max_ms. false: no such record, or malformed records. */
bool batch_find_time(const uint8_t *data, const struct batch_head *h,
                     int64_t start, int64_t ms, int64_t *ret_offset,
                     int64_t *ret_ms);

/* Write a batch of the one record into `w`, with base offset 0, timestamp `ms`,
 * and the CRC. `value` NULL: a tombstone. */
void batch_put(struct writer *w, const struct writer *key,
               const struct writer *value, int64_t ms);

#endif
