/* args.h - an object of a scenario file, checked and copied into a C struct.
 *
 * Every kind (fault, check, endpoint, platform) and every section of a scenario
 * describes its arguments in a table. args_read() is the only reader of the
 * tables, so bad input is refused in the same words everywhere. `ordeal
 * explain`, the JSON Schema and scenarios/README.md print the same tables.
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

/* As `kind` of an ARG_JSON: any value is taken, even null. */
#define ARG_ANY_JSON JSON_NULL

struct arg {
    const char *name;
    enum arg_type type;
    size_t at;        /* offsetof() in the struct that args_read() fills */
    int64_t min, max; /* numbers: both are allowed, in the units above. Texts:
                         bytes; lists and mappings: entries. {0, 0}: any number
                         >= 0, any text of >= 1 byte, any number of entries */
    const char *dflt; /* as a file would write the value; NULL: required; "":
                         may be left out, then 0 or NULL */
    const char *help; /* one line, for explain, schema and pages */
    const char *const *words; /* ARG_WORD: NULL-terminated */
    json_type kind; /* ARG_JSON: JSON_OBJECT, JSON_ARRAY, ARG_ANY_JSON */
    /* ARG_JSON of JSON_OBJECT whose entries are mappings themselves: the table
     * of an entry, and the size of the struct that the table fills. NULL:
     * entries are not looked into. */
    const struct arg *each;
    size_t each_len, each_size;
};

/* Fill `out` from `object`, which stands at `path` of `d`; defaults come first.
 * Every unknown, missing or ill-typed key becomes a complaint in `d`; returns
 * the number of complaints made. `object` NULL means an empty object. `out`
 * does not tell whether a value was written in the file or is the default.
 * Texts and JSON values in `out` are borrowed from the document and the
 * table. */
size_t args_read(const struct arg *table, size_t n, const json_t *object,
                 struct doc *d, const char *path, void *out);

/* Fill `out` from an entry of the mapping `a`, in which args_read() found
 * nothing to complain of. NULL and null mean an empty mapping. */
void args_read_entry(const struct arg *a, const json_t *entry, void *out);

/* {"type": "object", "properties": {...}, "required": [...],
 *  "additionalProperties": false} of a table, JSON Schema 2020-12. New. */
json_t *args_schema(const struct arg *table, size_t n);

/* The values of `out` as a file would write them, defaults included: for the
 * evidence and for --dry-run. New. */
json_t *args_json(const struct arg *table, size_t n, const void *out);

/* The values of an argument, for people: "a duration, 1s to 1h", "slow or
 * stop". New. */
char *arg_values(const struct arg *a);

/* The name of an argument of every entry of `a`: "connect.*.workers". New. */
char *arg_entry_name(const struct arg *a, const struct arg *of_entry);

/* Lines for people, two an argument: "  status  a whole number, 100 to 599
 * (default 429)" and the help. New. */
char *args_explain(const struct arg *table, size_t n);

#endif
