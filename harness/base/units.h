/* units.h - quantities of scenario files: durations, rates, sizes and shares.
 *
 *   duration  250ms 10s 2m 1h      -> microseconds
 *   rate      2000/s 5/s           -> records a second
 *   size      200B 1KiB 512MiB     -> bytes (kB, MB: powers of ten)
 *   share     50% 0.5%             -> parts per million
 *
 * A reader returns -EINVAL and leaves *ret alone when `text` has another form,
 * and also when the value is no whole number of the base unit (0.5/s, 1.5B):
 * nothing is rounded in silence. The caller knows file and line and makes the
 * sentence. All functions are pure.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#include "base/attr.h"

enum { PPM = 1000000 }; /* parts per million: the whole */

MUST_USE int duration_read(const char *text, int64_t *ret_us);
MUST_USE int rate_read(const char *text, int64_t *ret_per_s);
MUST_USE int size_read(const char *text, int64_t *ret_bytes);
MUST_USE int share_read(const char *text, int64_t *ret_ppm);

enum { UNITS_TEXT_MAX = 32 };

/* Write a value for people to read, rounded to one digit behind the point:
 * "1.5s", "250ms", "200B". */
void duration_write(int64_t us, char out[UNITS_TEXT_MAX]);
void size_write(int64_t bytes, char out[UNITS_TEXT_MAX]);

/* Write a value >= 0 exactly, for the readers above to give the same value
 * back: "1250ms", "1500B", "0.05%". */
void duration_write_exact(int64_t us, char out[UNITS_TEXT_MAX]);
void size_write_exact(int64_t bytes, char out[UNITS_TEXT_MAX]);
void share_write(int64_t ppm, char out[UNITS_TEXT_MAX]);

#endif
