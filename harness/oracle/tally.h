/* tally.h - the records of one station, counted while read.
 *
 * Pure: no Kafka, no clock, no I/O. Feed records in the order of the station;
 * hop.h judges tallies against each other afterwards. Identities are kept in
 * paged bitmaps with a "complete up to here" mark that frees full pages: a bit
 * a record at most, whatever the order. Further copies and first sights out of
 * order are kept as runs.
 *
 * Use a tally for each reading thread and merge them afterwards (the same
 * partition must not be split over two tallies). Not thread-safe.
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
    STAMPS_ONE,  /* the first counts; a second makes the record corrupt */
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
    const uint32_t *earlier; /* runs before in the same world; borrowed for the
                                life of the tally */
    size_t earlier_len;
    /* All streams leading to the station, over whatever hop: other streams of
     * the run are misrouted or phantoms. Borrowed until tally_new() returns. */
    const struct tally_stream_spec *streams;
    size_t streams_len;
    enum stamps_in_record stamps;
    bool rows;         /* note the last record of each key; merged tallies must
                          then have read one part behind the other */
    bool by_key;       /* order is promised per key, else per stream; in both
                          cases within a partition of the station only */
    size_t places_max; /* how many runs of places to keep per kind; counts are
                          always whole. 0: the default of 32768 */
};

struct tally;

/* Aborts without memory, as all of oracle/ does: a verdict over a part of the
 * records would be no verdict. */
struct tally *tally_new(const struct tally_spec *spec);
void tally_free(struct tally *t); /* NULL is fine */

/* Notes a record by the stamps in its value. Nothing of the record is kept by
 * pointer. A tombstone has no stamp and counts as foreign. */
void tally_record(struct tally *t, const struct record *r);

/* Notes a record whose identity was found otherwise (locator, verify). */
void tally_identity(struct tally *t, uint32_t stream, uint64_t seq,
                    const struct place *at);

/* Sequences are believed up to 2^34 beyond the highest so far (from 0 on): a
 * sequence leaping further costs no memory and is a phantom. Callers with
 * identities from a higher base on subtract the base. Unknown streams are kept
 * too, up to 256. */

/* Adds `from` (of the same spec) to `into`; `from` is freed. Where the order
 * matters (late sights, rows), `from` counts as read after `into`. */
void tally_merge(struct tally *into, struct tally *from);

/* Bytes that the tally holds now, and held at most, by the tally's count. */
size_t tally_bytes(const struct tally *t);
size_t tally_bytes_peak(const struct tally *t);

/* Whole counts: records read; of ours; distinct; further copies; first sights
 * out of order; corrupt; without a stamp or of another run, but for records of
 * the spec's earlier runs, counted as `late`. */
struct tally_counts {
    uint64_t records, ours, distinct, copies, reordered, corrupt, foreign, late;
};
struct tally_counts tally_counts(const struct tally *t);

/* Distinct identities of the streams named. */
uint64_t tally_distinct(const struct tally *t, const uint32_t *streams,
                        size_t len);

#endif
