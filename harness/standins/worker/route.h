/* route.h - which pattern a method and a path meet. Pure.
 *
 * A pattern's segment "{}" takes any one segment of the path that is not
 * empty. A slash at the path's end makes no difference.
 */
#ifndef STANDINS_WORKER_ROUTE_H
#define STANDINS_WORKER_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUTE_ARGS = 2, ROUTE_ARG_MAX = 256 };

/* Does `path` (still escaped, without query) meet it? Then args holds what the
 * braces stand for, unescaped. A segment that is too long meets none. */
bool route_meets(const char *pattern, const char *path,
                 char args[ROUTE_ARGS][ROUTE_ARG_MAX]);

#endif
