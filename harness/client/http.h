/* http.h - a single HTTP or HTTPS request in bounded time, by libcurl.
 * Thread-safe.
 *
 * No proxy is used, redirects are not followed, a body is at most 64 MiB. Over
 * HTTPS the server's certificate is checked: its authority, its host name (or
 * IP address, in the subject alternative names), its time.
 */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/access.h"

struct http_reply {
    long status;
    char *body; /* NUL-terminated, owned by the reply */
    size_t len;
};

/* A request; all borrowed for the call. */
struct http_question {
    const char *method, *url;
    const char *body; /* sent as application/json; NULL: none */
    int64_t timeout_us;
    const struct access_security *security; /* authorities, client certificate,
                                               basic authentication; NULL: the
                                               system's authorities */
};

/* Send a request. 0: *ret has the answer, of whatever status (401: user or
 * password refused); free with http_reply_done(). No answer: -ECONNREFUSED (no
 * connection, unknown host), -ETIMEDOUT, -EINVAL (bad URL, unfit file of the
 * security), -EACCES (one side refuses the other's certificate; err names cause
 * and remedy), -EPROTO (the server speaks no TLS), -EINTR (base/stop.h), -EIO.
 * The URL in err has no password. */
MUST_USE int http_ask(const struct http_question *q, struct http_reply *ret,
                      struct err *err);

/* http_ask() without security. */
MUST_USE int http_request(const char *method, const char *url, const char *body,
                          int64_t timeout_us, struct http_reply *ret,
                          struct err *err);
void http_reply_done(struct http_reply *r);

#endif
