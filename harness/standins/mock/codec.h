/* codec.h - Kafka's primitive types, read within bounds and written.
 *
 * Big-endian integers, strings with a length of 2 bytes, byte runs and arrays
 * with one of 4 (-1: null): the not flexible versions of the protocol
 * (kafka.apache.org/protocol, "Protocol Primitive Types"). Pure, no threads.
 */
#ifndef STANDINS_MOCK_CODEC_H
#define STANDINS_MOCK_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed from what was read. len -1: null, data is NULL then. */
struct bytes {
    const uint8_t *data;
    int32_t len;
};

/* Running over the end, or a length that cannot be, sets `bad`, and from then
 * on all reads give 0 or null: ask once, at the end. */
struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

struct reader reader_of(const void *data, size_t len);

int8_t get_i8(struct reader *r);
int16_t get_i16(struct reader *r);
int32_t get_i32(struct reader *r);
int64_t get_i64(struct reader *r);

/* A string; null where it is not allowed is bad. */
struct bytes get_string(struct reader *r);
struct bytes get_nullable_string(struct reader *r);

/* Bytes; null is allowed. */
struct bytes get_bytes(struct reader *r);

/* An array's length, of elements that take at least `each` bytes (1 or more),
 * so that no count is more than what can follow. -1: null. */
int32_t get_count(struct reader *r, size_t each);

/* Is it these characters? Null is no text. */
bool bytes_are(struct bytes b, const char *text);

/* NUL-terminated copy, "" of null; the caller frees. Aborts without memory. */
char *bytes_copy(struct bytes b);

/* What is written. Grows; aborts without memory. {0} is empty. */
struct writer {
    uint8_t *data;
    size_t len, cap;
};

void writer_done(struct writer *w); /* frees; empty again */

void put_raw(struct writer *w, const void *data, size_t len);
void put_i8(struct writer *w, int v);
void put_i16(struct writer *w, int v);
void put_i32(struct writer *w, int32_t v);
void put_i64(struct writer *w, int64_t v);
void put_string(struct writer *w, const char *text); /* NULL: null */
void put_text(struct writer *w, struct bytes text);  /* as a string */
void put_bytes(struct writer *w, const void *data, int32_t len);

/* An unsigned varint, as flexible versions have them. */
void put_uvarint(struct writer *w, uint32_t v);

/* Replace the 4 bytes at `at`, which were written before. */
void set_i32(struct writer *w, size_t at, int32_t v);

#endif
