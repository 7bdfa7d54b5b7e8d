/* err.h - one error, carried by the caller.
 *
 * A function that can fail returns 0 or a negative errno value and takes a
 * trailing `struct err *err`, which must be {0} at first. The first report
 * wins; a caller with more to say puts words in front with err_context().
 * Nothing below cli/ prints an error.
 *
 * Ownership: a struct err lives on the caller's stack and allocates nothing,
 * but for the time of a cut (err_cut_with()). Threads: a struct err belongs to
 * a single thread at a time.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

#include "base/attr.h"

struct err {
    int code;        /* 0: none; else the negative errno value returned */
    char text[1024]; /* one line of UTF-8 (line ends become blanks), cut at the
                        end if too long */
};

/* Record `code` (< 0) and a text, unless an error is already held. Returns
 * `code`, so that `return err_set(...)` is the whole failure path. */
int err_set(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set() with -errno as the code (-EIO if errno is 0) and
 * ": <strerror>" behind the text. */
int err_errno(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Put "<context>: " in front of the held text, if an error is held. Returns
 * err->code: 0 if none is held. */
int err_context(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Have every text that is too long go through `shown` before the cut, for the
 * secrets in it: half a secret is not found later. `shown` returns a new text.
 * The setting holds for all threads; any thread may set `shown`. */
void err_cut_with(char *(*shown)(const char *text, size_t len));

#endif
