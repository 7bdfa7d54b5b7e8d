/* unpack_own.h - archives from strangers, unpacked without trust. */
#ifndef PLATFORM_UNPACK_OWN_H
#define PLATFORM_UNPACK_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Does the name end like an archive for unpack()? .zip .tar.gz .tgz .tar */
bool is_archive_name(const char *path);

/* Unpack folders and regular files of a zip or tar (gzip, xz, zstd or plain)
 * below `into`, an empty folder. -EINVAL with the name of an entry: absolute,
 * climbing with "..", present twice, or neither file nor folder. Files unpacked
 * before the failure are left for the caller. */
MUST_USE int unpack(const char *archive, const char *into, struct err *err);

/* Does a jar (or zip) hold an entry whose path starts with `prefix`? 1 or 0;
 * negative errno: the file cannot be read. */
MUST_USE int archive_has(const char *archive, const char *prefix,
                         struct err *err);

/* Call `each` with the text of every entry whose path starts with `prefix`; the
 * text may be changed, and ends with the call. Entries above 1 MiB are left
 * out. -EINVAL: the archive cannot be read. */
MUST_USE int archive_texts(const char *archive, const char *prefix,
                           void (*each)(void *ctx, char *text), void *ctx,
                           struct err *err);

struct jar_entry {
    const char *name;
    const char *text;
};

/* Write a jar (zip) of small text files. Equal entries make equal bytes, so
 * that a plugin's digest depends on nothing but its content. */
MUST_USE int jar_write(const char *path, const struct jar_entry *entries,
                       unsigned n, struct err *err);

#endif
