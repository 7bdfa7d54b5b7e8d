/* args_own.h - what args.c and args_schema.c share. */
#ifndef SCENARIO_ARGS_OWN_H
#define SCENARIO_ARGS_OWN_H

#include "base/units.h"
#include "scenario/args.h"

/* Whether `min` and `max` say anything. */
bool arg_bounded(const struct arg *a);
bool arg_optional(const struct arg *a);

/* The value of `text` for any type but ARG_STRING and ARG_JSON. -EINVAL. */
MUST_USE int arg_number(const struct arg *a, const char *text, int64_t *ret);

/* "a duration such as 10s, 250ms or 2m" */
const char *arg_type_text(const struct arg *a);

/* `v` with its unit, so that arg_number() reads the same value back. */
void arg_write(const struct arg *a, int64_t v, char out[UNITS_TEXT_MAX]);

/* A text that holds ${var} or ${endpoint.key} somewhere. */
#define HOLDER_PATTERN ".*\\$\\{[A-Za-z0-9._-]+\\}.*"

/* {"type": "string", "pattern": "^(<pattern>|<a holder>)$"}. New. */
json_t *schema_pattern(const char *pattern);

/* {"type": "string", "pattern": "^<a holder>$"}. New. */
json_t *schema_holder(void);

#endif
