/* http_post.c - POST requests by libcurl. */
#include "standins/worker/http_post.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"

/* how often a waiting request asks given_up() */
enum { LOOK_MS = 50 };

struct http_post {
    struct http_post_spec spec;
    char *host, *port;
    struct hosts hosts;
    CURL *easy;
    CURLM *multi; /* holds the kept connection */
    struct curl_slist *resolve;
    struct http_reply reply;
    int64_t heard_us; /* when the last byte came, or the request began */
    char why[CURL_ERROR_SIZE];
};

static void curl_begin(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void begin_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, curl_begin);
}

static int url_part(CURLU *u, CURLUPart part, char **ret)
{
    char *text;

    if (curl_url_get(u, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return -EINVAL;
    *ret = must_strdup(text);
    curl_free(text);
    return 0;
}

static int url_split(const char *url, char **ret_host, char **ret_port)
{
    AUTO_FREE char *scheme = NULL, *host = NULL, *port = NULL;
    CURLU *u = curl_url();
    int rc = -EINVAL;

    if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
        url_part(u, CURLUPART_SCHEME, &scheme) == 0 &&
        url_part(u, CURLUPART_HOST, &host) == 0 &&
        url_part(u, CURLUPART_PORT, &port) == 0 &&
        (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0))
        rc = 0;
    curl_url_cleanup(u);
    if (rc < 0)
        return rc;
    *ret_host = TAKE(host);
    *ret_port = TAKE(port);
    return 0;
}

int http_url_check(const char *url, struct err *err)
{
    AUTO_FREE char *host = NULL, *port = NULL;

    begin_once();
    if (url_split(url, &host, &port) == 0)
        return 0;
    return err_set(err, -EINVAL,
                   "expected a URL as http://host:port/path, "
                   "got \"%s\"",
                   url);
}

/* Bodies of answers are dropped; only the time of arrival counts. */
static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
    struct http_post *p = ctx;

    (void)data;
    p->heard_us = clk_monotonic_us();
    return size * n;
}

/* Retry-After in whole seconds, at most 6 digits; -1 for a date or anything
 * else. */
static int64_t seconds_of(const char *value, size_t len)
{
    int64_t n = 0;
    size_t digits = 0;

    while (len > 0 && strchr(" \t\r\n", value[len - 1]))
        len--;
    while (len > 0 && strchr(" \t", *value))
        value++, len--;
    for (; digits < len && value[digits] >= '0' && value[digits] <= '9';
         digits++)
        n = n < 1000000 ? 10 * n + (value[digits] - '0') : n;
    return digits == len && len >= 1 && len <= 6 ? n : -1;
}

static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
    static const char name[] = "Retry-After:";
    struct http_post *p = ctx;
    size_t len = size * n, at = sizeof(name) - 1;

    p->heard_us = clk_monotonic_us();
    if (len > at && strncasecmp(data, name, at) == 0)
        p->reply.retry_after_s = seconds_of(data + at, len - at);
    return len;
}

static void hang_up(struct http_post *p)
{
    if (p->easy)
        curl_easy_cleanup(p->easy);
    if (p->multi)
        (void)curl_multi_cleanup(p->multi);
    curl_slist_free_all(p->resolve);
    p->easy = NULL;
    p->multi = NULL;
    p->resolve = NULL;
}

static int resolve(struct http_post *p, struct err *err)
{
    char address[HOST_ADDRESS_MAX];
    int rc = hosts_find(&p->hosts, p->host, address, err);
    AUTO_FREE char *entry = NULL;
    bool six;

    if (rc <= 0)
        return rc;
    six = strchr(address, ':') != NULL;
    entry = must_printf("%s:%s:%s%s%s", p->host, p->port, six ? "[" : "",
                        address, six ? "]" : "");
    p->resolve = must_have(curl_slist_append(NULL, entry));
    (void)curl_easy_setopt(p->easy, CURLOPT_RESOLVE, p->resolve);
    return 0;
}

/* Prepare the handle. A change of the hosts file drops the kept connection,
 * because the connection leads to the former address of the name. */
static int ready(struct http_post *p, struct err *err)
{
    if (p->easy && !hosts_changed(&p->hosts))
        return 0;
    hang_up(p);
    p->easy = must_have(curl_easy_init());
    p->multi = must_have(curl_multi_init());
    (void)curl_easy_setopt(p->easy, CURLOPT_URL, p->spec.url);
    (void)curl_easy_setopt(p->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(p->easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(p->easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(p->easy, CURLOPT_ERRORBUFFER, p->why);
    (void)curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p);
    (void)curl_easy_setopt(p->easy, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(p->easy, CURLOPT_HEADERDATA, p);
    (void)curl_easy_setopt(p->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)(p->spec.timeout_us / US_PER_MS));
    return resolve(p, err);
}

int http_post_new(const struct http_post_spec *spec, struct http_post **ret,
                  struct err *err)
{
    struct http_post *p = must_calloc(1, sizeof(*p));

    begin_once();
    p->spec = *spec;
    p->hosts.path = spec->hosts_path;
    if (url_split(spec->url, &p->host, &p->port) < 0) {
        free(p);
        return err_set(err, -EINVAL, "%s: not an http URL", spec->url);
    }
    *ret = p;
    return 0;
}

void http_post_free(struct http_post *p)
{
    if (!p)
        return;
    hang_up(p);
    free(p->host);
    free(p->port);
    free(p);
}

/* The time-out for the reply starts when the connection is established. */
static bool is_connected(const struct http_post *p)
{
    curl_off_t us = 0;

    return curl_easy_getinfo(p->easy, CURLINFO_PRETRANSFER_TIME_T, &us) ==
               CURLE_OK &&
           us > 0;
}

/* libcurl's multi interface is polled in short slices, so that a task told to
 * end can give the request up. Connecting has libcurl's own time-out;
 * afterwards the request fails when no byte has come for timeout_us. */
static int perform(struct http_post *p, CURLcode *ret, struct err *err)
{
    bool connected = false;
    int running = 1, left;
    CURLMsg *m;

    p->heard_us = clk_monotonic_us();
    for (;;) {
        (void)curl_multi_perform(p->multi, &running);
        if (running == 0)
            break;
        if (!connected && is_connected(p)) {
            connected = true;
            p->heard_us = clk_monotonic_us();
        }
        if (p->spec.given_up(p->spec.ctx))
            return err_set(err, -ECANCELED, "%s: given up", p->spec.url);
        if (connected && clk_monotonic_us() - p->heard_us > p->spec.timeout_us)
            return err_set(err, -ETIMEDOUT, "%s: no reply in %.1fs",
                           p->spec.url, (double)p->spec.timeout_us / US_PER_S);
        (void)curl_multi_poll(p->multi, NULL, 0, LOOK_MS, NULL);
    }
    m = curl_multi_info_read(p->multi, &left);
    *ret = m ? m->data.result : CURLE_FAILED_INIT;
    return 0;
}

/* The request runs on libcurl's multi interface even though only one runs at a
 * time: perform() has to be able to give up between two slices. */
int http_post(struct http_post *p, const struct curl_slist *headers,
              const void *body, size_t len, struct http_reply *ret,
              struct err *err)
{
    CURLcode code = CURLE_OK;
    long status = 0;
    int rc = ready(p, err);

    if (rc < 0)
        return rc;
    p->reply = (struct http_reply){.retry_after_s = -1};
    p->why[0] = 0;
    (void)curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(p->easy, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                           (curl_off_t)len);
    (void)curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, len > 0 ? body : "");
    (void)curl_multi_add_handle(p->multi, p->easy);
    rc = perform(p, &code, err);
    (void)curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_multi_remove_handle(p->multi, p->easy);
    if (rc == 0 && code != CURLE_OK)
        rc = err_set(err, -EIO, "%s: %s", p->spec.url,
                     *p->why ? p->why : curl_easy_strerror(code));
    if (rc < 0)
        return rc;
    p->reply.status = (int)status;
    *ret = p->reply;
    return 0;
}
