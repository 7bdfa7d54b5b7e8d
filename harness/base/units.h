/* units.h - the units of scenario files, read and written in one place.
 *
 *   duration  250ms 10s 2m 1h      -> microseconds
 *   rate      2000/s 5/s           -> records a second
 *   size      200B 1KiB 512MiB     -> bytes (kB, MB: powers of ten)
 *   share     50% 0.5%             -> parts per million
 *
 * Readers return -EINVAL and leave *ret alone when `text` is anything else,
 * also when it is not a whole number of the base unit (0.5/s, 1.5B): nothing
 * is rounded in silence. The caller, who knows file and line, makes the
 * sentence.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#include "base/attr.h"

enum { PPM = 1000000 };

MUST_USE int duration_read(const char *text, int64_t *ret_us);
MUST_USE int rate_read(const char *text, int64_t *ret_per_s);
MUST_USE int size_read(const char *text, int64_t *ret_bytes);
MUST_USE int share_read(const char *text, int64_t *ret_ppm);

enum { UNITS_TEXT_MAX = 32 };

/* Write a value as a person would, rounded to one digit behind the point:
 * "1.5s", "250ms", "200B". */
void duration_write(int64_t us, char out[UNITS_TEXT_MAX]);
void size_write(int64_t bytes, char out[UNITS_TEXT_MAX]);

/* Write a value that is >= 0 so that the reader gets the same value back:
 * "1250ms", "1500B", "0.05%". */
void duration_write_exact(int64_t us, char out[UNITS_TEXT_MAX]);
void size_write_exact(int64_t bytes, char out[UNITS_TEXT_MAX]);
void share_write(int64_t ppm, char out[UNITS_TEXT_MAX]);

#endif
