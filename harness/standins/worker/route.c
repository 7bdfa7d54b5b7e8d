/* route.c - matches paths against patterns. */
#include "standins/worker/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_hex(const char *at)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    return at[0] && strchr(digits, at[0]) && at[1] && strchr(digits, at[1]);
}

/* Replace %XX in place; malformed escapes stay. %00 ends the text: no name
 * holds a NUL. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++) {
        char pair[3] = "";

        if (*at == '%' && is_hex(at + 1)) {
            memcpy(pair, at + 1, 2);
            *to++ = (char)strtoul(pair, NULL, 16);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = 0;
}

bool route_meets(const char *pattern, const char *path,
                 char args[ROUTE_ARGS][ROUTE_ARG_MAX])
{
    size_t n = 0;

    while (*pattern && *path) {
        size_t want, have;

        pattern += *pattern == '/';
        path += *path == '/';
        want = strcspn(pattern, "/");
        have = strcspn(path, "/");
        if (want == 2 && memcmp(pattern, "{}", 2) == 0) {
            if (n == ROUTE_ARGS || have == 0 || have >= ROUTE_ARG_MAX)
                return false;
            (void)snprintf(args[n], ROUTE_ARG_MAX, "%.*s", (int)have, path);
            unescape(args[n++]);
        } else if (want != have || memcmp(pattern, path, want) != 0) {
            return false;
        }
        pattern += want;
        path += have;
    }
    path += *path == '/';
    return !*pattern && !*path;
}
