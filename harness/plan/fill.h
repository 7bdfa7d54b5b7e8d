/* fill.h - "${shop.url}" in a connector's settings: an endpoint's property.
 *
 * Kafka's own providers ("${file:/path:key}") are left alone, and "$${" is a
 * literal "${".
 */
#ifndef PLAN_FILL_H
#define PLAN_FILL_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* The value of the name at `at` (len bytes, no NUL): "shop.url". Borrowed;
 * NULL: no value. */
typedef const char *(*fill_fn)(void *ctx, const char *at, size_t len);

/* `text` with every name replaced; new. A name without a value is left out
 * and said in err (-EINVAL). */
char *fill(const char *text, fill_fn value, void *ctx, struct err *err);

struct plan;

/* A copy of the arguments of step `step`, with all texts in mappings filled
 * once the endpoints are open and have values. *ret: the kind's own struct,
 * freed by free(). Mappings in *ret are borrowed from the array `kept`, so
 * `kept` must live as long as *ret. */
MUST_USE int plan_fill_args(const struct plan *p, size_t step, fill_fn value,
                            void *ctx, json_t *kept, void **ret,
                            struct err *err);

#endif
