/* sums_own.h - the jars of a folder against a SHA256SUMS file. */
#ifndef PLATFORM_SUMS_OWN_H
#define PLATFORM_SUMS_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/err.h"

/* Names of the *.jar files of a folder, sorted bytewise, "/"-less. */
struct jar_list {
    char **names;
    unsigned n;
};
MUST_USE int jar_list_read(const char *dir, struct jar_list *ret,
                           struct err *err);
void jar_list_done(struct jar_list *l);

/* Digest the jars of `dir`. With `sums_path` (NULL: none) each must be listed
 * there with the digest it has, and with `complete` every listed one must be
 * there. -EBADMSG names the jar, the digest expected and the one it has.
 * ret: as sha256_tree() of a folder with just these jars. */
MUST_USE int sums_check(const char *dir, const char *sums_path, bool complete,
                        char ret[SHA256_HEX], struct err *err);

#endif
