/* properties_own.h - the configuration of brokers and workers as Java keeps it.
 *
 * Inside platform/ only.
 */
#ifndef PLATFORM_PROPERTIES_OWN_H
#define PLATFORM_PROPERTIES_OWN_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "platform/platform.h"

struct property {
    const char *key, *value;
};

/* The value of a key in a table; NULL: unknown key. */
const char *property_of(const struct property *table, size_t len,
                        const char *key);

/* Check the user's properties, named `what` in errors: scalars only, names with
 * letters allowed in properties, and none of `fixed` (NULL-terminated), the
 * names set by the harness. -EINVAL. */
MUST_USE int properties_check(const char *what, const json_t *given,
                              const char *const *fixed, struct err *err);

/* Write an object of strings as a .properties file. */
MUST_USE int properties_write(const char *path, const json_t *properties,
                              struct err *err);

/* Put the scalars of `from` (may be NULL) into `into` as strings. */
void properties_merge(json_t *into, const json_t *from);

/* Kafka's own default of a property that the harness asks for, of a broker or
 * worker; NULL: unknown, as for every other role. */
const char *role_default(enum platform_role role, const char *key);

#endif
