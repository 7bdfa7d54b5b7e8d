/* worker_properties.h - parses a file of Java properties, as
 * java.util.Properties does.
 *
 * Accepts "key=value", "key: value" and "key value", comments with # and !, a
 * backslash at the end of a line for continuation, and the escapes \t \n \r \f
 * \\ \uXXXX. The text is UTF-8.
 */
#ifndef STANDINS_WORKER_WORKER_PROPERTIES_H
#define STANDINS_WORKER_WORKER_PROPERTIES_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"

/* An object of strings (new). A key that occurs twice has the last value.
 * -EINVAL: a malformed \u escape or invalid UTF-8; the error names the line. */
MUST_USE int properties_parse(const char *text, json_t **ret, struct err *err);
MUST_USE int properties_read(const char *path, json_t **ret, struct err *err);

#endif
