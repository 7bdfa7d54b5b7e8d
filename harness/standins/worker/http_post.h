/* http_post.h - sends POST requests to a URL, one at a time, over a kept
 * connection. Not thread-safe; a handle belongs to the thread of its task. */
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
    const char *hosts_path; /* a hosts file, or NULL */
    int64_t timeout_us; /* limit for connecting, and for each pause within the
                           reply */
    bool (*given_up)(void *ctx);
    void *ctx;
};

struct http_reply {
    int status;
    /* in whole seconds of at most 6 digits; -1: absent */
    int64_t retry_after_s;
};

struct http_post;

/* -EINVAL: not an http or https URL. */
MUST_USE int http_url_check(const char *url, struct err *err);

/* Connects only with the first request. Strings of `spec` are borrowed for the
 * life of the handle. */
MUST_USE int http_post_new(const struct http_post_spec *spec,
                           struct http_post **ret, struct err *err);
void http_post_free(struct http_post *p);

/* Send a request and wait for the reply; `headers` are borrowed for the call.
 * -ECANCELED: given up. Any other error: no reply came, so whether the receiver
 * took the request is unknown. */
MUST_USE int http_post(struct http_post *p, const struct curl_slist *headers,
                       const void *body, size_t len, struct http_reply *ret,
                       struct err *err);

#endif
