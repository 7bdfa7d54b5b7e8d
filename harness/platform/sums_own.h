/* sums_own.h - the jars of a folder against a SHA256SUMS file. */
#ifndef PLATFORM_SUMS_OWN_H
#define PLATFORM_SUMS_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/err.h"

/* Names of the *.jar files of a folder, without "/", sorted bytewise. */
struct jar_list {
    char **names;
    unsigned n;
};
MUST_USE int jar_list_read(const char *dir, struct jar_list *ret,
                           struct err *err);
void jar_list_done(struct jar_list *l);

/* Digest the jars of `dir`. With `sums_path` (NULL: no list) every jar must be
 * listed with its digest; with `complete` every listed jar must be present as
 * well. -EBADMSG names the jar, the digest expected and the digest found. ret:
 * as sha256_tree() of a folder with the jars alone. */
MUST_USE int sums_check(const char *dir, const char *sums_path, bool complete,
                        char ret[SHA256_HEX], struct err *err);

#endif
