/* locator.h - the place of the identity in a record that the harness did not
 * write.
 *
 *   offset         nowhere: records have no identity
 *   key            the record's key
 *   header:NAME    the last header of that name
 *   json:/POINTER  a string or a whole number in a JSON value (RFC 6901,
 *                  without its escapes of "/" and "~")
 */
#ifndef ENGINE_LOCATOR_H
#define ENGINE_LOCATOR_H

#include "base/attr.h"
#include "base/record.h"

enum locate { BY_OFFSET, BY_KEY, BY_HEADER, BY_JSON };

struct locator {
    enum locate by;
    const char *words; /* as given; borrowed */
    const char *what;  /* in `words`: header name or JSON pointer */
};

/* -EINVAL: no locator. */
MUST_USE int locator_read(const char *words, struct locator *ret);

enum { IDENTITY_MAX = 4096 };

/* The identity in `out`, and the length of the identity; -ENOENT: the record
 * has none, or an identity of IDENTITY_MAX bytes or more. */
int locator_find(const struct locator *l, const struct record *r,
                 char out[IDENTITY_MAX]);

#endif
