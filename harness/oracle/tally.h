/* tally.h - what one station held, counted while it is read.
 *
 * Pure: no Kafka, no clock, no I/O. Feed it records in the order in which the
 * station holds them; hop.h judges two tallies against each other afterwards.
 * Identities are kept in paged bitmaps with a "complete up to here" mark that
 * frees full pages: a bit a record at most, whatever the order. Further copies
 * and first sights out of order are kept as runs.
 *
 * One tally per reading thread, merged afterwards (the same partition must
 * not be split over two). Not thread-safe.
 */
#ifndef ORACLE_TALLY_H
#define ORACLE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/record.h"
#include "oracle/stamp.h"

enum stamps_in_record {
    STAMPS_ONE,  /* the first counts; more than one is `corrupt` */
    STAMPS_LAST, /* several, the last is the record (change events) */
    STAMPS_MANY, /* each is a record of its own (batched bodies, files) */
};

struct tally_stream_spec {
    uint32_t stream;
    uint32_t payload_len;
    uint32_t keys; /* 0: no keys */
};

struct tally_spec {
    uint32_t run;
    /* All streams that lead to this station, over whatever hop: others of the
     * run are misrouted or phantoms. Borrowed until tally_new() returns. */
    const struct tally_stream_spec *streams;
    size_t streams_len;
    enum stamps_in_record stamps;
    bool rows;         /* note which record of each key came last; of several
                          tallies merged that read one behind the other */
    bool by_key;       /* order is promised per key, else per stream; within a
                          partition of the station, as others have no order */
    size_t places_max; /* how many runs of places to keep per kind; counts are
                          always whole. 0: the default of 32768 */
};

struct tally;

/* Aborts when memory is out, as all of oracle does: a verdict without memory
 * is none. */
struct tally *tally_new(const struct tally_spec *spec);
void tally_free(struct tally *t); /* NULL is fine */

/* Note a record by the stamps in its value; it need not live on. A tombstone
 * holds none and counts as foreign. */
void tally_record(struct tally *t, const struct record *r);

/* Note a record whose identity was found otherwise (locator, verify). */
void tally_identity(struct tally *t, uint32_t stream, uint64_t seq,
                    const struct place *at);

/* Sequences are believed up to 2^34 beyond the highest so far (from 0 on):
 * what leaps further costs no memory and is a phantom. Take off the base of
 * identities that begin higher. Unknown streams are kept too, up to 256. */

/* Add `from` (of the same spec) to `into`; `from` is freed. */
void tally_merge(struct tally *into, struct tally *from);

/* Bytes that this tally holds now, and held at most, by its own count. */
size_t tally_bytes(const struct tally *t);
size_t tally_bytes_peak(const struct tally *t);

/* Whole counts: records read; of ours; distinct; further copies; first sights
 * out of order; corrupt; without a stamp or of another run. */
struct tally_counts {
    uint64_t records, ours, distinct, copies, reordered, corrupt, foreign;
};
struct tally_counts tally_counts(const struct tally *t);

/* Distinct identities of these streams. */
uint64_t tally_distinct(const struct tally *t, const uint32_t *streams,
                        size_t len);

#endif
