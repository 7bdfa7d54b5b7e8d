/* route.h - matches the path of a request against a pattern. Pure.
 *
 * A segment "{}" of a pattern matches any one non-empty segment of a path. A
 * slash at the end of a path makes no difference.
 */
#ifndef STANDINS_WORKER_ROUTE_H
#define STANDINS_WORKER_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUTE_ARGS = 2, ROUTE_ARG_MAX = 256 };

/* Whether `path` (still escaped, without query) matches. If so, args holds the
 * segments matched by {}, unescaped. A segment of ROUTE_ARG_MAX or more bytes
 * matches nothing. */
bool route_meets(const char *pattern, const char *path,
                 char args[ROUTE_ARGS][ROUTE_ARG_MAX]);

#endif
