/* args.h - an object of a scenario file, checked and copied into a C struct.
 *
 * Every kind (fault, check, endpoint, platform) and every section of a
 * scenario describes its arguments as a table; args_read() is the only code
 * that reads them, so bad input is refused in the same words everywhere, and
 * `ordeal explain`, the JSON Schema and the reference pages print from it.
 */
#ifndef SCENARIO_ARGS_H
#define SCENARIO_ARGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct doc;

enum arg_type {
    ARG_INT,      /* int64_t */
    ARG_DURATION, /* int64_t, microseconds; written "10s" */
    ARG_RATE,     /* int64_t, a second; written "2000/s" */
    ARG_SIZE,     /* int64_t, bytes; written "200B" */
    ARG_SHARE,    /* int64_t, parts per million; written "50%" */
    ARG_BOOL,     /* int64_t, 0 or 1 */
    ARG_STRING,   /* const char *, borrowed from the document */
    ARG_WORD,     /* int64_t, the index in `words` */
    ARG_JSON,     /* const json_t *, borrowed: of the `kind` below */
};

/* As `kind` of an ARG_JSON: whatever stands there, even null. */
#define ARG_ANY_JSON JSON_NULL

struct arg {
    const char *name;
    enum arg_type type;
    size_t at;        /* offsetof() in the struct that args_read() fills */
    int64_t min, max; /* numbers: both allowed, in the units above; strings,
                         lists and mappings: lengths; {0, 0}: any number
                         >= 0 / any string of >= 1 byte / any size */
    const char *dflt; /* as it would be written; NULL: required; "": may be
                         left out, then 0 or NULL */
    const char *help; /* one line, for explain, schema and pages */
    const char *const *words; /* ARG_WORD: NULL-terminated */
    json_type kind; /* ARG_JSON: JSON_OBJECT, JSON_ARRAY, ARG_ANY_JSON */
};

/* Fill `out` from `object` at `path` of `d` (defaults first). Unknown, missing
 * and ill-typed keys are complained about in `d`, all of them; returns the
 * number of complaints made. `object` NULL means an empty one. Values given
 * where the table has a default are recorded nowhere: out is the whole truth.
 * Strings in `out` live as long as the document and the table. */
size_t args_read(const struct arg *table, size_t n, const json_t *object,
                 struct doc *d, const char *path, void *out);

/* {"type": "object", "properties": {...}, "required": [...],
 *  "additionalProperties": false} of a table, JSON Schema 2020-12. New. */
json_t *args_schema(const struct arg *table, size_t n);

/* The values of `out` as they would be written in a file, defaults included:
 * for the evidence and for --dry-run. New. */
json_t *args_json(const struct arg *table, size_t n, const void *out);

/* What a value may be, for people: "a duration, 1s to 1h", "slow or stop".
 * New. */
char *arg_values(const struct arg *a);

/* Lines for people, two an argument: "  status  a whole number, 100 to 599
 * (default 429)" and the help. New. */
char *args_explain(const struct arg *table, size_t n);

#endif
