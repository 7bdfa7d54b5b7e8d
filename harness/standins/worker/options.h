/* options.h - reads properties of a connector or a worker into a struct, by a
 * table. */
#ifndef STANDINS_WORKER_OPTIONS_H
#define STANDINS_WORKER_OPTIONS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum option_type {
    OPTION_STRING, /* const char *, borrowed from the properties */
    OPTION_NUMBER, /* int64_t, at most INT32_MAX like Kafka's type INT */
    OPTION_BOOL,   /* bool */
};

struct option {
    const char *name;
    enum option_type type;
    size_t at; /* offset of the field in the settings */
    /* as text; NULL: the property is required; "": NULL or 0 */
    const char *fallback;
    int64_t min, max;   /* of a number; max 0: INT32_MAX */
    int64_t unit;       /* factor applied to a number; 0: 1 */
    const char *one_of; /* of a string: "none|all"; NULL: anything */
};

/* Fill `settings` from `config`, an object of strings. -EINVAL: the error names
 * the key, the value expected and the value found. */
MUST_USE int options_read(const struct option *table, size_t len,
                          const json_t *config, void *settings,
                          struct err *err);

/* A property as text, or `fallback`; borrowed. */
const char *property(const json_t *config, const char *key,
                     const char *fallback);

/* A property as a number, or `fallback` if the property is absent, no whole
 * number, or below `min`. */
int64_t property_number(const json_t *config, const char *key, int64_t fallback,
                        int64_t min);

#endif
