/* err.h - one error, carried by the caller.
 *
 * A function that can fail returns 0 or a negative errno value and takes a
 * trailing `struct err *err`. The first report wins; a caller that knows more
 * adds it with err_context(). Nothing below cli/ prints an error.
 *
 * Ownership: lives on the caller's stack, allocates nothing.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

struct err {
    int code;        /* 0 = none, else the -E... the function returned */
    char text[1024]; /* one line (line ends become blanks), cut at the end if
                        too long */
};

/* Record `code` (< 0) unless an error is already held. Returns `code`, so
 * that `return err_set(...)` is the whole failure path. */
int err_set(struct err *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set() with -errno, and ": <strerror>" behind the text. */
int err_errno(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Put "<context>: " in front of the held text, if one is held. Returns
 * err->code. */
int err_context(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
