/* stamp.h - the identity that every record of ours carries, and its payload.
 *
 * 30 bytes, letters and digits in lower case only, so that JSON, CSV, SQL, XML
 * and URLs leave a stamp alone and case folding does not hurt:
 *
 *   "iolu"  26 digits of base 32 (0-9 a-z without i l o u: Crockford's)
 *
 * the 26 digits hold, highest bits first, run (32 bits), stream (24), sequence
 * (48), check (24: the low bits of the CRC-32C of run, stream and sequence, 13
 * bytes, highest first) and two zero bits. The magic is made of letters that
 * base 32 and the payload never use, so the magic occurs nowhere else in a
 * record of ours. Behind the stamp stands the payload: a slice, at a place
 * computed from (run, stream, sequence), of a fixed pseudo-random text, so that
 * comparing a payload is a memcmp and storing payloads is needless.
 *
 * The text: splitmix64 from state 0x6f726465616c; each draw gives 12 digits of
 * base 32, its lowest five bits first. The place, all in 64 bits:
 *
 *   x = (run << 32 | stream) * 0x9e3779b97f4a7c15 ^ sequence *
 *       0xd1342543de82ef95
 *   x = (x ^ x >> 32) * 0xbf58476d1ce4e5b9
 *   place = ((x ^ x >> 29) >> 20) mod 2^20
 */
#ifndef ORACLE_STAMP_H
#define ORACLE_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { STAMP_LEN = 30, STAMP_PAYLOAD_MAX = 1 << 20, STAMP_SOON = 8 };

struct stamp {
    uint32_t run;
    uint32_t stream; /* 24 bits */
    uint64_t seq;    /* 48 bits */
};

/* Write the 30 bytes; no NUL. */
void stamp_write(const struct stamp *s, char out[STAMP_LEN]);

/* The payload of `s`: `len` (at most STAMP_PAYLOAD_MAX) bytes of static
 * storage. Thread-safe. */
const char *stamp_payload(const struct stamp *s, size_t len);

/* The stamp expected next: bytes and payload, ready to be compared. Where
 * records of a stream follow each other, comparing with the bytes expected
 * takes a third of the time of reading and checking a stamp, and proves as
 * much. */
struct stamp_ahead {
    struct stamp is;
    uint32_t check;
    char text[STAMP_LEN];
    const char *payload; /* `len` bytes */
    /* Payloads of the sequences from `is` on, by sequence modulo STAMP_SOON:
     * each is fetched into the cache STAMP_SOON records before a comparison. */
    const char *soon[STAMP_SOON];
};

/* Expects `s` next, with a payload of `len` bytes. */
void stamp_await(struct stamp_ahead *a, const struct stamp *s, size_t len);
/* Expects the stream's next sequence. */
void stamp_await_next(struct stamp_ahead *a, size_t len);

enum stamp_found {
    STAMP_NONE, /* no stamp: foreign */
    STAMP_CUT,  /* the magic without a whole valid stamp */
    STAMP_INTACT,
};

/* Finds the first stamp in `len` bytes. *hint is where the last stamp was found
 * (begin with 0): looked at first, then all bytes are scanned. On STAMP_INTACT
 * *ret is the stamp and *hint its place; on STAMP_CUT *hint is the place of the
 * first magic. */
enum stamp_found stamp_find(const void *bytes, size_t len, size_t *hint,
                            struct stamp *ret);

/* Reads the stamp at exactly `at`; STAMP_NONE: no magic there. */
enum stamp_found stamp_read(const char *at, size_t len, struct stamp *ret);

/* Where the magic occurs next in bytes[from..len), or `len`. */
size_t stamp_next(const char *bytes, size_t len, size_t from);

/* Returns whether the damaged stamp at `at` once was a stamp of `run`; only
 * then the record around the stamp counts as corrupt. Remains of older runs,
 * and foreign text that happens to hold the magic, do not. Two signs say yes:
 *
 *   - The digits of the run, first in a stamp, are the run's as far as they go:
 *     the stamp was cut, or damaged further behind.
 *   - The stamp is whole, and its check digits are right if the digits of the
 *     run are replaced by those of `run`: only these digits were damaged. */
bool stamp_cut_is_of(const char *at, size_t len, uint32_t run);

/* The key of a record: a pure function of (stream, sequence). Writes
 * "s<stream>k<n>" with n in 0..keys-1 and returns the length. keys >= 1. */
size_t stamp_key(uint32_t stream, uint64_t seq, uint32_t keys, char out[32]);

/* The n of a record's key, see stamp_key(). */
uint32_t stamp_key_number(uint32_t stream, uint64_t seq, uint32_t keys);

#endif
