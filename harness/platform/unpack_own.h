/* unpack_own.h - archives of strangers, unpacked without trusting them. */
#ifndef PLATFORM_UNPACK_OWN_H
#define PLATFORM_UNPACK_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Is it named like an archive that unpack() reads? .zip .tar.gz .tgz .tar */
bool is_archive_name(const char *path);

/* Unpack folders and regular files of a zip or tar (gzip, xz, zstd or plain)
 * below `into`, which is there and empty. -EINVAL, with the entry named, when
 * one is absolute, climbs with "..", comes twice or is anything else than a
 * file or folder; what was unpacked until then is left for the caller. */
MUST_USE int unpack(const char *archive, const char *into, struct err *err);

/* Does a jar (or zip) hold an entry whose path starts with `prefix`?
 * 1, 0, or negative errno when it cannot be read. */
MUST_USE int archive_has(const char *archive, const char *prefix,
                         struct err *err);

struct jar_entry {
    const char *name;
    const char *text;
};

/* Write a jar (zip) of small text files; the same bytes for the same entries,
 * always, so that a plugin's digest says what is in it. */
MUST_USE int jar_write(const char *path, const struct jar_entry *entries,
                       unsigned n, struct err *err);

#endif
