/* http.h - a single HTTP request in bounded time, by libcurl. Thread-safe.
 *
 * No proxy is used, redirects are not followed, a body is at most 64 MiB.
 */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct http_reply {
    long status;
    char *body; /* NUL-terminated, owned by the reply */
    size_t len;
};

/* Send a request; `body`, unless NULL, as application/json. 0: *ret has the
 * answer, of whatever status; free with http_reply_done(). No answer:
 * -ECONNREFUSED (no connection, unknown host), -ETIMEDOUT, -EINVAL (bad URL),
 * -EIO. The URL in err has no password. */
MUST_USE int http_request(const char *method, const char *url, const char *body,
                          int64_t timeout_us, struct http_reply *ret,
                          struct err *err);
void http_reply_done(struct http_reply *r);

#endif
