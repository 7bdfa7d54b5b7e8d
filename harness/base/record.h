/* record.h - one record as a station holds it, whatever kind of station.
 *
 * A reader (of a topic, a file, the log of an http sink) fills a record and
 * hands it to a record_fn; the oracle counts it. Everything a record points to
 * is the reader's and lives until the record_fn returns: copy what must stay.
 *
 * Three future users the type was cut for:
 *
 * 1. A change event of a database table, with the row before and after. `key`
 *    is the primary key, `value` the event: the row before stands first, so
 *    STAMPS_LAST judges the row after. Of a delete `value` is NULL: a reader
 *    that decodes the event leaves the row before out, since the stamp in the
 *    old row would count as a further copy of the old version. A changed
 *    primary key is three records: delete, tombstone, create.
 * 2. A tombstone with headers and CreateTime, mirrored between two clusters.
 *    `value` is NULL and `value_len` 0, unlike an empty value (not NULL, 0);
 *    `headers` keeps repeated names, their order and null values; `time_is`
 *    says that the maker set the time, so the mirror has to keep it, while an
 *    append time is the broker's own and must differ. Offsets differ too: `at`
 *    is the place in one station, never part of what is compared.
 * 3. A batched http body with many records. Either one record whose `value` is
 *    the body (STAMPS_MANY counts the stamps in it), or, from a reader that
 *    takes the body apart, one record each, all with the request's `at`: a
 *    place may hold many records. `headers` are the request's.
 */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where and when a record was seen. -1 in a field: the station has no such
 * thing. `node` says who delivered the record (worker number), if seen. */
struct place {
    int64_t offset;  /* Kafka offset, line number, request number */
    int64_t time_us; /* the station's own time stamp, wall clock */
    int32_t partition;
    int32_t node;
};

/* Who set place.time_us. */
enum record_time {
    TIME_NONE,    /* nobody: the station keeps no times */
    TIME_CREATE,  /* the record's maker (CreateTime of Kafka) */
    TIME_ARRIVAL, /* the station, as it took the record (LogAppendTime) */
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
    /* In the station's order, names may repeat. Empty unless the reader was
     * asked for headers, as they cost half as much again as the record. */
    const struct record_header *headers;
    size_t headers_len;
};

/* Called for each record, in the order of the station (of a topic: of each
 * partition). Returns < 0 to stop the reader with that error. */
typedef int (*record_fn)(void *ctx, const struct record *r);

/* The last header of that name; NULL: none. */
static inline const struct record_header *record_header(const struct record *r,
                                                        const char *name)
{
    for (size_t i = r->headers_len; i > 0; i--)
        if (strcmp(r->headers[i - 1].name, name) == 0)
            return &r->headers[i - 1];
    return NULL;
}

#endif
