/* worker_properties.h - a file of Java properties, as java.util.Properties
 * reads it: "key=value", "key: value" or "key value", # and ! comments, a
 * backslash to go on in the next line, escapes (\t \n \r \f \\ \uXXXX). Text is
 * UTF-8.
 */
#ifndef STANDINS_WORKER_WORKER_PROPERTIES_H
#define STANDINS_WORKER_WORKER_PROPERTIES_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"

/* An object of strings (new); of a key that occurs twice the last value.
 * -EINVAL: a wrong \u escape, or what is no UTF-8; the error says which line.
 */
MUST_USE int properties_parse(const char *text, json_t **ret, struct err *err);
MUST_USE int properties_read(const char *path, json_t **ret, struct err *err);

#endif
