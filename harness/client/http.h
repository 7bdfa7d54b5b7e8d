/* http.h - one bounded HTTP request, over libcurl. Thread-safe. */
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

/* `body` NULL: none; else sent as application/json. 0: there was an answer,
 * whatever its status. -ECONNREFUSED, -ETIMEDOUT, -EIO: there was none. */
MUST_USE int http_request(const char *method, const char *url, const char *body,
                          int64_t timeout_us, struct http_reply *ret,
                          struct err *err);
void http_reply_done(struct http_reply *r);

#endif
