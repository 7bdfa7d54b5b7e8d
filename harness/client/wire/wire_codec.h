/* wire_codec.h - the primitive types of Kafka's protocol, decoded and encoded
 * with bounds.
 *
 * Types and forms are those of the Kafka protocol guide ("Protocol Primitive
 * Types") and of KIP-482: a message is flexible or not as a whole. In a
 * flexible message texts, bytes and arrays have an unsigned varint of length +
 * 1 in front (0: null) and each struct ends with tagged fields; in other
 * messages lengths are int16 (texts) or int32 (bytes, arrays; -1: null), and
 * the tagged fields are absent. The functions below pick the form by the
 * `flexible` of the message. Numbers are big-endian.
 *
 * Decoding allocates nothing: texts and bytes are slices of the input. A field
 * beyond the end, or a length that the bytes left cannot hold, sets `bad`; from
 * then on every function returns 0 or an empty slice and moves no further, so a
 * parser checks `bad` once, after the last field, and before a loop only needs
 * the count. An array of n elements is refused unless n times the least size of
 * an element fits into the bytes left, so memory for n elements is justified by
 * the input.
 *
 * Encoding grows a buffer of its own. A text or array too long for the form
 * sets `bad`, and wire_call() refuses to send.
 *
 * No shared state; a struct belongs to one thread at a time. Three users to
 * come were thought of: the changes of SCRAM credentials
 * (AlterUserScramCredentials: bytes in flexible form), quotas (float64 values,
 * nullable texts in nested arrays), and the reader of record batches (varints,
 * a slice of records out of a fetch answer without a copy).
 */
#ifndef CLIENT_WIRE_CODEC_H
#define CLIENT_WIRE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { WIRE_UUID_LEN = 16 };

/* Bytes of the input, borrowed; data NULL: null. */
struct wire_slice {
    const uint8_t *data;
    size_t len;
};

/* The start of printf arguments for "%.*s" of a slice of text. */
#define WIRE_TEXT(s) (int)(s).len, (s).data ? (const char *)(s).data : ""

/* ---- decoding ----------------------------------------------------------- */

struct wire_in {
    const uint8_t *data;
    size_t at, size;
    bool flexible;
    const char *bad; /* NULL, or what is wrong: a constant text */
};

struct wire_in wire_in_of(const void *data, size_t size, bool flexible);

/* The number of bytes not yet taken; 0 when bad. */
size_t wire_left(const struct wire_in *in);

/* Refuse the input with a reason of the caller's, unless bad already. */
void wire_refuse(struct wire_in *in, const char *why);

bool wire_take_bool(struct wire_in *in);
int8_t wire_take_i8(struct wire_in *in);
int16_t wire_take_i16(struct wire_in *in);
uint16_t wire_take_u16(struct wire_in *in);
int32_t wire_take_i32(struct wire_in *in);
uint32_t wire_take_u32(struct wire_in *in);
int64_t wire_take_i64(struct wire_in *in);
double wire_take_f64(struct wire_in *in);
void wire_take_uuid(struct wire_in *in, uint8_t ret[WIRE_UUID_LEN]);

/* Base 128, lowest 7 bits first, at most 5 or 10 bytes; varint and varlong are
 * zigzag encoded. A value wider than its type is refused. */
uint32_t wire_take_uvarint(struct wire_in *in);
int32_t wire_take_varint(struct wire_in *in);
int64_t wire_take_varlong(struct wire_in *in);

/* The next `len` bytes as they are. */
struct wire_slice wire_take_raw(struct wire_in *in, size_t len);

/* A text or bytes; null is refused by the first two. A text is not checked for
 * UTF-8, and may hold NULs. Records of a fetch answer have the form of
 * nullable bytes. */
struct wire_slice wire_take_string(struct wire_in *in);
struct wire_slice wire_take_bytes(struct wire_in *in);
struct wire_slice wire_take_nullable_string(struct wire_in *in);
struct wire_slice wire_take_nullable_bytes(struct wire_in *in);

/* The number of elements of an array, each of at least `least` (> 0) bytes; 0
 * when bad. Null counts as 0, unless ret_null is not NULL and tells. */
size_t wire_take_array(struct wire_in *in, size_t least, bool *ret_null);

/* A tagged field. */
struct wire_tag {
    uint32_t tag;
    struct wire_slice value;
};

/* Take the tagged fields at the end of a struct, up to `cap` of them into `ret`
 * (NULL with cap 0: none); returns the number of all. In messages that are not
 * flexible: 0, without taking a byte. */
size_t wire_take_tags(struct wire_in *in, struct wire_tag *ret, size_t cap);

/* wire_take_tags() for a struct whose tagged fields nobody needs. */
void wire_skip_tags(struct wire_in *in);

/* ---- encoding ----------------------------------------------------------- */

/* Zeroed but for `flexible` at first; freed by wire_out_done(). */
struct wire_out {
    uint8_t *data;
    size_t len, cap;
    bool flexible;
    bool bad;
};

void wire_out_done(struct wire_out *out);

void wire_put_raw(struct wire_out *out, const void *data, size_t len);
void wire_put_bool(struct wire_out *out, bool v);
void wire_put_i8(struct wire_out *out, int8_t v);
void wire_put_i16(struct wire_out *out, int16_t v);
void wire_put_u16(struct wire_out *out, uint16_t v);
void wire_put_i32(struct wire_out *out, int32_t v);
void wire_put_u32(struct wire_out *out, uint32_t v);
void wire_put_i64(struct wire_out *out, int64_t v);
void wire_put_f64(struct wire_out *out, double v);
void wire_put_uuid(struct wire_out *out, const uint8_t v[WIRE_UUID_LEN]);
void wire_put_uvarint(struct wire_out *out, uint32_t v);
void wire_put_varint(struct wire_out *out, int32_t v);
void wire_put_varlong(struct wire_out *out, int64_t v);

/* data or text NULL: null. */
void wire_put_string(struct wire_out *out, const char *text);
void wire_put_bytes(struct wire_out *out, const void *data, size_t len);

/* The head of an array of n elements, and of a null array. */
void wire_put_array(struct wire_out *out, size_t n);
void wire_put_null_array(struct wire_out *out);

/* The tagged fields at the end of a struct, in ascending order of tags; nothing
 * in messages that are not flexible. wire_put_no_tags(): none. */
void wire_put_tags(struct wire_out *out, const struct wire_tag *tags, size_t n);
void wire_put_no_tags(struct wire_out *out);

#endif
