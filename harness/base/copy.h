/* copy.h - copies of single files, whole or from an offset on, and hard links.
 *
 * Functions return 0 or negative errno, and errors name the path. Thread-safe.
 */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

/* Copy the bytes of `from` from offset `at` up to the end of the file, as far
 * as the file has grown by then, into the new file `to` with `mode` (less the
 * umask). -EEXIST: `to` exists. */
MUST_USE int copy_from(const char *from, int64_t at, const char *to,
                       mode_t mode, struct err *err);

/* Give the file `from` the second name `to`; where the file system has no hard
 * links, or `to` lies on another one, copy the file. -EEXIST: `to` exists. */
MUST_USE int link_or_copy(const char *from, const char *to, struct err *err);

#endif
