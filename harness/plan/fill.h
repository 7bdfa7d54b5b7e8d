/* fill.h - "${shop.url}" in a connector's settings: an endpoint's property.
 *
 * Kafka's own providers ("${file:/path:key}") are left alone, and "$${" is a
 * literal "${".
 */
#ifndef PLAN_FILL_H
#define PLAN_FILL_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* The value of the name at `at` (len bytes, no NUL): "shop.url". Borrowed;
 * NULL: there is none. */
typedef const char *(*fill_fn)(void *ctx, const char *at, size_t len);

/* `text` with every name replaced; new. A name without a value is left out
 * and said in err (-EINVAL). */
char *fill(const char *text, fill_fn value, void *ctx, struct err *err);

struct plan;

/* Fill the texts among the steps' arguments, now that endpoints are open and
 * have values: arguments then point at copies that the plan keeps. Once a run.
 */
MUST_USE int plan_fill_steps(const struct plan *p, fill_fn value, void *ctx,
                             struct err *err);

#endif
