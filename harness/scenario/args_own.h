/* args_own.h - parts shared by args.c and args_schema.c. */
#ifndef SCENARIO_ARGS_OWN_H
#define SCENARIO_ARGS_OWN_H

#include "base/units.h"
#include "scenario/args.h"

/* Whether `min` and `max` state a range. */
bool arg_bounded(const struct arg *a);
bool arg_optional(const struct arg *a);

/* Read `text` as a value of any type but ARG_STRING and ARG_JSON, in the unit
 * of the type. -EINVAL: `text` is no value of the type. */
MUST_USE int arg_number(const struct arg *a, const char *text, int64_t *ret);

/* The type in words: "a duration such as 10s, 250ms or 2m". */
const char *arg_type_text(const struct arg *a);

/* Write `v` with its unit; arg_number() reads the same value back. */
void arg_write(const struct arg *a, int64_t v, char out[UNITS_TEXT_MAX]);

/* A text with ${var} or ${endpoint.key} somewhere in the text. */
#define HOLDER_PATTERN ".*\\$\\{[A-Za-z0-9._-]+\\}.*"

/* {"type": "string", "pattern": "^(<pattern>|<a holder>)$"}. New. */
json_t *schema_pattern(const char *pattern);

/* {"type": "string", "pattern": "^<a holder>$"}. New. */
json_t *schema_holder(void);

#endif
