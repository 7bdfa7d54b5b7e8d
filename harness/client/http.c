/* http.c - a single HTTP request by libcurl. */
#include "client/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clk.h"
#include "base/memory.h"

enum { BODY_MAX = 64 << 20 }; /* no server of ours sends a longer body */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void curl_begin(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
}

static size_t take_body(char *at, size_t size, size_t n, void *opaque)
{
    struct http_reply *r = opaque;
    char *grown;

    n *= size;
    if (r->len + n > BODY_MAX)
        return 0;
    grown = realloc(r->body, r->len + n + 1);
    if (!grown)
        return 0;
    memcpy(grown + r->len, at, n);
    r->len += n;
    grown[r->len] = 0;
    r->body = grown;
    return n;
}

/* A URL for error texts: without user and password. */
static const char *shown(const char *url)
{
    const char *host = strstr(url, "://");
    const char *at = host ? strpbrk(host + 3, "/@") : NULL;

    return at && *at == '@' ? at + 1 : url;
}

static int code_of(CURLcode c)
{
    switch ((int)c) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
        return -ECONNREFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return -ETIMEDOUT;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return -EINVAL;
    }
    return -EIO;
}

static void configure(CURL *c, const char *method, const char *url,
                      const char *body, int64_t timeout_us,
                      struct curl_slist *headers)
{
    long ms = (long)((timeout_us + US_PER_MS - 1) / US_PER_MS);

    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L); /* there are threads */
    /* 0 would mean: no time-out */
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms > 0 ? ms : 1L);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    if (strcasecmp(method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
}

/* A new curl handle for each request: slower than a kept connection, but a
 * worker killed between two requests leaves no half-open connection behind. */
int http_request(const char *method, const char *url, const char *body,
                 int64_t timeout_us, struct http_reply *ret, struct err *err)
{
    struct http_reply reply = {0};
    struct curl_slist *headers = NULL;
    char why[CURL_ERROR_SIZE] = "";
    CURLcode c;
    CURL *curl;
    int rc = 0;

    pthread_once(&once, curl_begin);
    curl = curl_easy_init();
    headers = curl_slist_append(headers, "Accept: application/json");
    headers = curl_slist_append(headers, "Expect:"); /* no 100-continue */
    if (body)
        headers = curl_slist_append(headers, "Content-Type: application/json");
    reply.body = must_calloc(1, 1);
    if (!curl || !headers)
        abort();
    configure(curl, method, url, body, timeout_us, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    c = curl_easy_perform(curl);
    if (c == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (c != CURLE_OK) {
        rc = err_set(err, code_of(c), "%s %s: %s", method, shown(url),
                     *why ? why : curl_easy_strerror(c));
        http_reply_done(&reply);
        return rc;
    }
    *ret = reply;
    return 0;
}

void http_reply_done(struct http_reply *r)
{
    free(r->body);
    *r = (struct http_reply){0};
}
