/* stamp.h - the identity that every record of ours carries, and its payload.
 *
 * 30 bytes, letters and digits in lower case only, so that JSON, CSV, SQL, XML
 * and URLs leave it alone and case folding does not hurt:
 *
 *   "iolu"  26 digits of base 32 (0-9 a-z without i l o u, RFC-less Crockford)
 *
 * the 26 digits hold, highest bits first, run (32 bits), stream (24), sequence
 * (48), check (24: the low bits of the CRC-32C of these 13 bytes, highest
 * first) and two zero bits. The magic is made of the letters that base 32 and
 * the payload never use, so it occurs nowhere else in a record of ours. Behind
 * it stands the payload: a slice, at a place computed from (run, stream,
 * sequence), of one fixed pseudo-random text, so that comparing it is one
 * memcmp and storing it needless.
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

enum { STAMP_LEN = 30, STAMP_PAYLOAD_MAX = 1 << 20 };

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

/* A stamp that is awaited: its bytes and payload, ready to be compared. Where
 * one record of a stream follows another, knowing what must come is a third of
 * the work of reading what has come, and proves as much. */
struct stamp_ahead {
    struct stamp is;
    uint32_t check;
    char text[STAMP_LEN];
    const char *payload; /* `len` bytes, already on their way to the cache */
};

/* Await `s`, with a payload of `len` bytes. */
void stamp_await(struct stamp_ahead *a, const struct stamp *s, size_t len);
/* Await the stream's next one. */
void stamp_await_next(struct stamp_ahead *a, size_t len);

enum stamp_found {
    STAMP_NONE, /* no stamp: foreign */
    STAMP_CUT,  /* the magic, and no whole valid stamp behind it */
    STAMP_INTACT,
};

/* Find the first stamp in `len` bytes. *hint is where the last one was found
 * (start with 0): looked at first, then the rest is scanned. On STAMP_INTACT
 * *ret is it and *hint its place; on STAMP_CUT *hint is the magic's place. */
enum stamp_found stamp_find(const void *bytes, size_t len, size_t *hint,
                            struct stamp *ret);

/* What stands at exactly this place: STAMP_NONE when it is not the magic. */
enum stamp_found stamp_read(const char *at, size_t len, struct stamp *ret);

/* Where the magic next occurs in bytes[from..len), or `len`. */
size_t stamp_next(const char *bytes, size_t len, size_t from);

/* Is the cut stamp at `at` one of `run`? The run stands first in a stamp, so
 * what is left of it tells; and a whole one whose check digits are right once
 * the run is put in its place had just its run damaged. Keeps older runs'
 * remains, and foreign text that happens to hold the magic, from being taken
 * for a corrupt record of ours. */
bool stamp_cut_is_of(const char *at, size_t len, uint32_t run);

/* The key of a record: a pure function of (stream, sequence). Writes
 * "s<stream>k<n>" with n in 0..keys-1 and returns its length. keys >= 1. */
size_t stamp_key(uint32_t stream, uint64_t seq, uint32_t keys, char out[32]);

/* n of the above. */
uint32_t stamp_key_number(uint32_t stream, uint64_t seq, uint32_t keys);

#endif
