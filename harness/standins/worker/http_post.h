/* http_post.h - one POST at a time to one URL, on a connection that is kept.
 */
#ifndef STANDINS_WORKER_HTTP_POST_H
#define STANDINS_WORKER_HTTP_POST_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/hosts.h"

struct http_post_spec {
    const char *url;
    const char *hosts_path; /* or NULL */
    int64_t timeout_us;     /* longest wait for a connection, or for more of the
                               reply */
    bool (*given_up)(void *ctx);
    void *ctx;
};

struct http_reply {
    int status;
    int64_t retry_after_s; /* -1: none in whole seconds of up to 6 digits */
};

struct http_post;

/* -EINVAL: not an http URL. */
MUST_USE int http_url_check(const char *url, struct err *err);

MUST_USE int http_post_new(const struct http_post_spec *spec,
                           struct http_post **ret, struct err *err);
void http_post_free(struct http_post *p);

/* `headers` are borrowed for the call. -ECANCELED: given up. Others: no reply
 * came (whether it was taken is not known); err says why. */
MUST_USE int http_post(struct http_post *p, const struct curl_slist *headers,
                       const void *body, size_t len, struct http_reply *ret,
                       struct err *err);

#endif
