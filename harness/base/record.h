/* record.h - a record as held by a station, whatever the kind of station.
 *
 * A reader (of a topic, a file, the log of an http sink) fills a record and
 * calls a record_fn; the oracle counts the record. All memory behind the
 * pointers is the reader's and valid until the record_fn returns. Use from any
 * thread; nothing here is shared.
 *
 * Three future users the type was cut for:
 *
 * 1. A change event of a database table, with the row before and after. `key`
 *    is the primary key, `value` the event: the row before comes first, so
 *    STAMPS_LAST judges the row after. For a delete `value` is NULL: a reader
 *    decoding events leaves the row before out, or the stamp in the old row
 *    would count as a further copy of the old version. A change of the primary
 *    key is three records: delete, tombstone, create.
 * 2. A tombstone with headers and CreateTime, mirrored between two clusters.
 *    `value` is NULL and `value_len` 0, while an empty value is not NULL.
 *    `headers` keeps repeated names, the order, and null values. `time_is`
 * tells a time set by the maker, to be kept by a mirror, from an append time,
 * set anew by each cluster. `at` is a place in one station and differs between
 *    clusters: never compare `at` to find an altered record.
 * 3. A batched http body with many records. Either a single record with the
 *    whole body as `value` (STAMPS_MANY counts each stamp as a record), or,
 * from a reader taking bodies apart, a record for each part, all with the `at`
 * and the `headers` of the request: a place may hold many records.
 */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where and when a record was seen; -1 in a field: unknown to the station.
 * `node` is the number of the worker delivering the record, if seen. */
struct place {
    int64_t offset;  /* Kafka offset, line number, request number */
    int64_t time_us; /* the station's own time stamp, wall clock */
    int32_t partition;
    int32_t node;
};

/* The meaning of place.time_us. */
enum record_time {
    TIME_NONE,    /* the station keeps no times */
    TIME_CREATE,  /* set by the record's maker (CreateTime of Kafka) */
    TIME_ARRIVAL, /* set by the station on taking the record (LogAppendTime) */
};

struct record_header {
    const char *name;
    const void *value; /* NULL: a header without a value */
    size_t len;
};

struct record {
    const void *value; /* NULL: a tombstone, or the delete of a row */
    size_t value_len;
    const void *key; /* NULL: none */
    size_t key_len;
    struct place at;
    enum record_time time_is;
    /* In the station's order; names may repeat. Empty unless the reader was
     * asked for headers: asking librdkafka costs 0.25 us a record, and reading
     * two headers 0.5 us, measured beside 0.25 us for everything else. */
    const struct record_header *headers;
    size_t headers_len;
};

/* Called for each record, in the order of the station (in a topic: of each
 * partition). A negative result stops the reader and is the reader's error. */
typedef int (*record_fn)(void *ctx, const struct record *r);

/* The last header called `name`; NULL: no header of the name. Kafka lets names
 * repeat, and its consumers take the last. */
static inline const struct record_header *record_header(const struct record *r,
                                                        const char *name)
{
    for (size_t i = r->headers_len; i > 0; i--)
        if (strcmp(r->headers[i - 1].name, name) == 0)
            return &r->headers[i - 1];
    return NULL;
}

#endif
