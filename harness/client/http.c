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
#include "base/stop.h"
#include "client/tls_words_own.h"

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
    case CURLE_ABORTED_BY_CALLBACK:
        return -EINTR;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
        return -EINVAL;
    }
    return -EIO;
}

/* ---- security ------------------------------------------------------------ */

static void secure(CURL *c, const struct access_security *s)
{
    access_keep_secret(s);
    if (s->ca) {
        curl_easy_setopt(c, CURLOPT_CAINFO, s->ca);
        /* libcurl would trust the system's authorities as well */
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    if (s->cert) {
        curl_easy_setopt(c, CURLOPT_SSLCERT, s->cert);
        curl_easy_setopt(c, CURLOPT_SSLKEY, s->key ? s->key : s->cert);
        curl_easy_setopt(c, CURLOPT_KEYPASSWD,
                         s->key_password ? s->key_password : "");
    }
    if (s->user) {
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, s->password ? s->password : "");
    }
}

/* libcurl has one code for all defects of the server's certificate, and none
 * for some refusals by the server: the verdict of the chain and OpenSSL's words
 * tell more. The host name is compared by libcurl itself, beside the verdict.
 */
static bool is_tls(CURL *curl, CURLcode c, const char *why, enum tls_cause *ret)
{
    long verdict = 0;

    curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
    if (c == CURLE_PEER_FAILED_VERIFICATION)
        *ret = strstr(why, "target host name") ? TLS_HOST
                                               : tls_cause_of_verify(verdict);
    else if (c == CURLE_SSL_CLIENTCERT ||
             (strstr(why, "alert") &&
              (strstr(why, "certificate") || strstr(why, "unknown ca"))))
        *ret = TLS_CLIENT;
    else if (strstr(why, "wrong version number") ||
             strstr(why, "packet length too long"))
        *ret = TLS_ABSENT;
    else
        return false;
    return true;
}

static int failed(CURL *curl, CURLcode c, const struct http_question *q,
                  const char *why, struct err *err)
{
    static const struct access_security none;
    const struct access_security *s = q->security ? q->security : &none;
    enum tls_cause cause;
    CURLU *parts = must_have(curl_url());
    char *host = NULL;

    if (!*why)
        why = curl_easy_strerror(c);
    if (!is_tls(curl, c, why, &cause)) {
        err_set(err, code_of(c), "%s", why);
    } else {
        (void)curl_url_set(parts, CURLUPART_URL, q->url, 0);
        (void)curl_url_get(parts, CURLUPART_HOST, &host, 0);
        told_elsewhere(
            tls_refused(cause, s, host ? host : "the host", why, err));
        curl_free(host);
    }
    curl_url_cleanup(parts);
    return err_context(err, "%s %s", q->method, shown(q->url));
}

/* ---- a request ----------------------------------------------------------- */

/* Called by libcurl several times a second. 1: end the request. */
static int look_up(void *opaque, curl_off_t total, curl_off_t now,
                   curl_off_t up_total, curl_off_t up_now)
{
    (void)opaque, (void)total, (void)now, (void)up_total, (void)up_now;
    return stop_is_due();
}

static void configure(CURL *c, const struct http_question *q,
                      struct curl_slist *headers)
{
    long ms = (long)((q->timeout_us + US_PER_MS - 1) / US_PER_MS);

    curl_easy_setopt(c, CURLOPT_URL, q->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L); /* there are threads */
    /* 0 would mean: no time-out */
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms > 0 ? ms : 1L);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    if (strcasecmp(q->method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
    if (q->body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body);
    if (q->security)
        secure(c, q->security);
}

/* A new curl handle for each request: slower than a kept connection, but a
 * worker killed between two requests leaves no half-open connection behind. */
int http_ask(const struct http_question *q, struct http_reply *ret,
             struct err *err)
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
    if (q->body)
        headers = curl_slist_append(headers, "Content-Type: application/json");
    reply.body = must_calloc(1, 1);
    if (!curl || !headers)
        abort();
    configure(curl, q, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    c = curl_easy_perform(curl);
    if (c == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    else
        rc = failed(curl, c, q, why, err);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (rc < 0) {
        http_reply_done(&reply);
        return rc;
    }
    *ret = reply;
    return 0;
}

int http_request(const char *method, const char *url, const char *body,
                 int64_t timeout_us, struct http_reply *ret, struct err *err)
{
    return http_ask(&(struct http_question){.method = method,
                                            .url = url,
                                            .body = body,
                                            .timeout_us = timeout_us},
                    ret, err);
}

void http_reply_done(struct http_reply *r)
{
    free(r->body);
    *r = (struct http_reply){0};
}
