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

struct property {
    const char *key, *value;
};

/* The value of a key in a table; NULL: it is not in it. */
const char *property_of(const struct property *table, size_t len,
                        const char *key);

/* Are the user's (`what` says which) scalars with names that a property can
 * have, and none of `fixed` (NULL-terminated), which the harness sets? */
MUST_USE int properties_check(const char *what, const json_t *given,
                              const char *const *fixed, struct err *err);

/* A .properties file from an object of strings. */
MUST_USE int properties_write(const char *path, const json_t *properties,
                              struct err *err);

/* `from` (any scalars, may be NULL) over `into` as strings. */
void properties_merge(json_t *into, const json_t *from);

/* Kafka's own default of a property the harness may ask for, or NULL. */
const char *broker_default(const char *key);
const char *worker_default(const char *key);

/* Connect's group and internal topics, as runs name them: "group", "config",
 * "offsets", "status". */
const char *worker_topic(const char *which);

#endif
