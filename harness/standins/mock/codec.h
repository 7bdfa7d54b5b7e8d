/* codec.h - Kafka's primitive types, read within bounds and written.
 *
 * Covers the non-flexible versions of the protocol (kafka.apache.org/protocol,
 * "Protocol Primitive Types"): big-endian integers, strings with a length of 2
 * bytes, byte arrays and arrays with a length of 4 bytes, length -1 for null.
 * Pure functions, no threads.
 */
#ifndef STANDINS_MOCK_CODEC_H
#define STANDINS_MOCK_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes borrowed from the reader's buffer. len -1 and data NULL: null. */
struct bytes {
    const uint8_t *data;
    int32_t len;
};

/* Reading beyond the end, or a length below -1, sets `bad`. From then on every
 * read yields 0 or null, so callers test `bad` once, after the last read. */
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

/* A string. get_string() takes null for malformed. */
struct bytes get_string(struct reader *r);
struct bytes get_nullable_string(struct reader *r);

/* Bytes; null is allowed. */
struct bytes get_bytes(struct reader *r);

/* The length of an array whose elements take at least `each` bytes (1 or more).
 * A length for which the remaining bytes cannot suffice is malformed, so
 * callers may allocate by the length. -1: null. */
int32_t get_count(struct reader *r, size_t each);

/* Whether `b` holds exactly the characters of `text`. Null equals no text. */
bool bytes_are(struct bytes b, const char *text);

/* NUL-terminated copy, "" for null; the caller frees. Aborts without memory. */
char *bytes_copy(struct bytes b);

/* A growing buffer to write to. {0} is empty. Aborts without memory. */
struct writer {
    uint8_t *data;
    size_t len, cap;
};

void writer_done(struct writer *w); /* frees the buffer; empty again */

/* `len` more bytes, for the caller to fill. */
uint8_t *writer_room(struct writer *w, size_t len);

void put_raw(struct writer *w, const void *data, size_t len);
void put_i8(struct writer *w, int v);
void put_i16(struct writer *w, int v);
void put_i32(struct writer *w, int32_t v);
void put_i64(struct writer *w, int64_t v);
void put_string(struct writer *w, const char *text); /* NULL: null */
void put_text(struct writer *w, struct bytes text);  /* written as a string */
void put_bytes(struct writer *w, const void *data, int32_t len);

/* An unsigned varint, as flexible versions use (KIP-482). */
void put_uvarint(struct writer *w, uint32_t v);

/* Overwrite the 4 bytes at offset `at`, for a count known only after its
 * elements. */
void set_i32(struct writer *w, size_t at, int32_t v);

#endif
