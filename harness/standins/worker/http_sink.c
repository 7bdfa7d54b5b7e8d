/* http_sink.c - a sink that posts records to a URL, in order, one request at a
 * time.
 *
 * Properties and behaviour match the plug-in fixtures/plugins/http-sink
 * (fixtures/README.md). In addition, http.authorization.file names a file with
 * a bearer token. After 401 or 403 the file is read again and the request
 * repeated, as after 429, because the credential may be mended meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/connector.h"
#include "standins/worker/http_post.h"

struct settings {
    const char *url, *authorization_file;
    int64_t timeout_ms, retry_ms, batch;
};

struct http_sink {
    struct sink base;
    const struct settings *settings;
    const struct sink_host *host;
    const char *actor;
    struct http_post *post;
    char *authorization; /* the Authorization header, or NULL */
    char *body;
    size_t len, cap;
};

static const struct option options[] = {
    {.name = "http.url",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, url)},
    {.name = "http.timeout.ms",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, timeout_ms),
     .fallback = "30000",
     .min = 1},
    {.name = "http.retry.ms",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, retry_ms),
     .fallback = "1000",
     .min = 0},
    {.name = "http.batch.size",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, batch),
     .fallback = "1",
     .min = 1},
    {.name = "http.authorization.file",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, authorization_file),
     .fallback = ""},
};

static const struct sink_ops ops;

static struct http_sink *http_sink_of(struct sink *s)
{
    return (struct http_sink *)(void *)s;
}

static int check(const void *settings, struct err *err)
{
    const struct settings *s = settings;

    if (http_url_check(s->url, err) < 0)
        return err_context(err, "http.url");
    return 0;
}

/* Requests are sent without the header as long as the file is missing. */
static void read_authorization(struct http_sink *h)
{
    AUTO_FREE char *token = NULL;
    struct err err = {0};
    size_t len;

    free(h->authorization);
    h->authorization = NULL;
    if (!h->settings->authorization_file)
        return;
    if (file_read(h->settings->authorization_file, &token, &len, &err) < 0) {
        log_warn(h->actor, "%s", err.text);
        return;
    }
    while (len > 0 && strchr(" \t\r\n", token[len - 1]))
        token[--len] = 0;
    h->authorization = must_printf("Authorization: Bearer %s", token);
}

static void http_sink_close(struct sink *s)
{
    struct http_sink *h = http_sink_of(s);

    http_post_free(h->post);
    free(h->authorization);
    free(h->body);
    free(h);
}

/* The connection is made by the first request, so a receiver that is down fails
 * no task at its start. */
static int http_sink_open(const struct connector_spec *spec,
                          const struct sink_host *host, struct sink **ret,
                          struct err *err)
{
    const struct settings *settings = spec->settings;
    const struct http_post_spec post = {
        .url = settings->url,
        .hosts_path = spec->hosts_path,
        .timeout_us = settings->timeout_ms * US_PER_MS,
        .given_up = host->given_up,
        .ctx = host->ctx,
    };
    struct http_sink *h = must_calloc(1, sizeof(*h));
    int rc;

    h->base.ops = &ops;
    h->settings = settings;
    h->host = host;
    h->actor = spec->actor;
    read_authorization(h);
    rc = http_post_new(&post, &h->post, err);
    if (rc < 0) {
        http_sink_close(&h->base);
        return rc;
    }
    *ret = &h->base;
    return 0;
}

/* ---- one request ---- */

static void append(struct http_sink *h, const void *data, size_t len)
{
    if (h->len + len > h->cap) {
        h->cap = 2 * (h->len + len);
        h->body = must_realloc(h->body, h->cap, 1);
    }
    if (len > 0)
        memcpy(h->body + h->len, data, len);
    h->len += len;
}

static void make_body(struct http_sink *h, const struct sink_record *r,
                      size_t n)
{
    h->len = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            append(h, "\n", 1);
        append(h, r[i].value, r[i].value_len);
    }
}

static struct curl_slist *header(struct curl_slist *list, const char *line)
{
    return must_have(curl_slist_append(list, line));
}

/* "X-Ordeal-Source: topic-partition-offset,..." */
static struct curl_slist *make_headers(const struct http_sink *h,
                                       const struct sink_record *r, size_t n)
{
    AUTO_FREE char *line = NULL;
    struct curl_slist *list;
    size_t len = 0;
    FILE *out = must_memstream(&line, &len);

    for (size_t i = 0; i < n; i++)
        (void)fprintf(out, "%s%s-%d-%lld",
                      i > 0 ? "," : "X-Ordeal-Source: ", r[i].topic,
                      (int)r[i].partition, (long long)r[i].offset);
    must_fclose(out, &line);
    list = header(NULL, line);
    list = header(list, "Content-Type: application/octet-stream");
    list = header(list, "Expect:");
    if (h->authorization)
        list = header(list, h->authorization);
    return list;
}

enum fate { ACCEPTED, REPEAT, REFUSED };

static enum fate fate_of(struct http_sink *h, int status)
{
    if (status >= 200 && status < 300)
        return ACCEPTED;
    if (status == 429 || status >= 500)
        return REPEAT;
    if ((status == 401 || status == 403) && h->settings->authorization_file) {
        read_authorization(h);
        return REPEAT;
    }
    return REFUSED;
}

static int report(struct http_sink *h, const struct sink_record *r, size_t n,
                  int status, struct err *err)
{
    char why[512];
    int rc = 0;

    (void)snprintf(why, sizeof(why), "%s: expected status 2xx, got %d",
                   h->settings->url, status);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = h->host->report(h->host->ctx, &r[i], why, err);
    return rc;
}

/* Send the request once. *ret_pause_us: how long to wait before repeating, for
 * the fate REPEAT. */
static enum fate ask(struct http_sink *h, const struct curl_slist *headers,
                     struct http_reply *reply, int64_t *ret_pause_us,
                     struct err *why)
{
    int64_t retry_us = h->settings->retry_ms * US_PER_MS;
    enum fate fate;

    *ret_pause_us = retry_us;
    if (http_post(h->post, headers, h->body, h->len, reply, why) < 0)
        return REPEAT;
    fate = fate_of(h, reply->status);
    if (reply->retry_after_s >= 0)
        *ret_pause_us = reply->retry_after_s * US_PER_S;
    (void)err_set(why, -EAGAIN, "%s: status %d", h->settings->url,
                  reply->status);
    return fate;
}

/* Repeat until the records are accepted or reported as refused. Headers are
 * made anew for each try, since the token may have changed. */
static int deliver(struct http_sink *h, const struct sink_record *r, size_t n,
                   struct err *err)
{
    int rc = 0;

    make_body(h, r, n);
    for (;;) {
        struct curl_slist *headers = make_headers(h, r, n);
        struct http_reply reply;
        struct err why = {0};
        int64_t pause_us;
        enum fate fate = ask(h, headers, &reply, &pause_us, &why);

        curl_slist_free_all(headers);
        if (fate == ACCEPTED)
            return 0;
        if (fate == REFUSED)
            return report(h, r, n, reply.status, err);
        rc = h->host->wait(h->host->ctx, pause_us, why.text, err);
        if (rc < 0)
            return rc;
    }
}

static int http_sink_put(struct sink *s, const struct sink_record *records,
                         size_t n, size_t *done, struct err *err)
{
    struct http_sink *h = http_sink_of(s);
    size_t most = (size_t)h->settings->batch;
    int rc = 0;

    while (*done < n) {
        size_t len = n - *done < most ? n - *done : most;

        rc = deliver(h, records + *done, len, err);
        if (rc < 0)
            return rc;
        *done += len;
    }
    return 0;
}

static const struct sink_ops ops = {
    .open = http_sink_open,
    .put = http_sink_put,
    .close = http_sink_close,
};

const struct connector_kind connector_http_sink = {
    .class_name = "ordeal.HttpSink",
    .sink = &ops,
    .options = options,
    .options_len = ARRAY_LEN(options),
    .settings_size = sizeof(struct settings),
    .check = check,
};
