/* json_seek.h - one value of a JSON document, found without building the
 * document in memory.
 */
#ifndef ENGINE_JSON_SEEK_H
#define ENGINE_JSON_SEEK_H

#include <stddef.h>

#include "base/attr.h"

/* Looks for the value at `pointer` (RFC 6901, without the escapes of "/" and
 * "~"; "" is the whole document). A string is written into `out` decoded, a
 * whole number as its digits, both with a final NUL. Returns the length;
 * -ENOENT: no such value, a value of another type or of `max` bytes or more,
 * or a document that is no JSON as a whole. Judges documents as jansson does:
 * of two equal keys the last counts, whole numbers have 64 bits, real numbers
 * are finite, values nest 2048 deep at most, and texts are UTF-8 without NUL.
 * But for one: a NUL byte behind a number, which jansson 2.14 skips, is no
 * JSON. Pure and thread-safe. */
MUST_USE int json_seek(const char *text, size_t len, const char *pointer,
                       char *out, size_t max);

#endif
