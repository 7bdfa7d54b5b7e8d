/* options.h - properties of a connector or a worker, read into a struct by a
 * table.
 */
#ifndef STANDINS_WORKER_OPTIONS_H
#define STANDINS_WORKER_OPTIONS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum option_type {
    OPTION_STRING, /* const char *, borrowed from the properties */
    OPTION_NUMBER, /* int64_t, at most INT32_MAX as Kafka's INT */
    OPTION_BOOL,   /* bool */
};

struct option {
    const char *name;
    enum option_type type;
    size_t at;            /* offset in the settings */
    const char *fallback; /* as text; NULL: required; "": NULL or 0 */
    int64_t min, max;     /* of a number; max 0: INT32_MAX */
    int64_t unit;         /* a number is multiplied by it; 0: by 1 */
    const char *one_of;   /* of a string: "none|all"; NULL: anything */
};

/* Fill `settings` from `config` (an object of strings). -EINVAL: names the
 * key, what would be right and what is there. */
MUST_USE int options_read(const struct option *table, size_t len,
                          const json_t *config, void *settings,
                          struct err *err);

/* A property as text, or `fallback`; borrowed. */
const char *property(const json_t *config, const char *key,
                     const char *fallback);

/* A property as a number of at least `min`, or `fallback` where it is absent
 * or no such number. */
int64_t property_number(const json_t *config, const char *key, int64_t fallback,
                        int64_t min);

#endif
