/* http_sink.h - fixtures for cases of HttpSink: a topic, an ordeal-http to post
 * to, and the log of requests. */
#ifndef SUPPORT_HTTP_SINK_H
#define SUPPORT_HTTP_SINK_H

#include "support/ordeal_http.h"
#include "support/requests.h"
#include "support/tasks.h"

static struct ordeal_mock mock;
static struct core core;
static struct ordeal_http http;
static char log_path[96], url[64];

static inline void start_cluster(void)
{
    ordeal_mock_start(&mock, 1);
}

static inline void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static inline void set_up(void)
{
    core_open(&core, &mock);
    (void)snprintf(log_path, sizeof(log_path), "%s/requests", core.dir);
    http = ordeal_http_start(log_path);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/in", http.data);
    topic_create(core.producer, core.topic, 1, 1, 0);
}

static inline void tear_down(void)
{
    ck_assert_int_eq(ordeal_http_end(&http, SIGTERM), 0);
    core_close(&core);
}

#define SINK                                                                   \
    "connector.class", "ordeal.HttpSink", "topics", core.topic, "http.url",    \
        url, "http.retry.ms", "20"

/* The requests answered with `status` (0: all but 2xx), a line each: "source
 * body", or only the source. The caller frees. */
static inline char *rows(int status, bool with_body)
{
    AUTO_FREE char *log = NULL;
    struct err err = {0};
    size_t len, at = 0, text_len = 0;
    struct request r;
    char *text = NULL;
    FILE *out = open_memstream(&text, &text_len);

    ck_assert_int_eq(file_read(log_path, &log, &len, &err), 0);
    while (request_next(log, len, &at, &r)) {
        bool accepted = request_accepted(&r.row);

        if (status == 0 ? accepted : r.row.status != status)
            continue;
        (void)fprintf(out, "%.*s%s%.*s\n", (int)r.row.source_len, r.source,
                      with_body ? " " : "", with_body ? (int)r.row.body_len : 0,
                      r.body);
    }
    (void)fclose(out);
    return text;
}

static inline char *expected_rows(int from, int to)
{
    size_t len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);

    for (int i = from; i < to; i++)
        (void)fprintf(out, "%s-0-%d value-%d\n", core.topic, i, i);
    (void)fclose(out);
    return text;
}

static inline int lines_in(const char *text)
{
    int n = 0;

    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

/* Wait until at least `n` requests were answered with `status`. */
static inline void await_rows(int status, int n)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    int seen = 0;

    while (seen < n && clk_monotonic_us() < until_us) {
        AUTO_FREE char *text = rows(status, false);

        seen = lines_in(text);
        pause_briefly(&core);
    }
    ck_assert_int_ge(seen, n);
}

static inline void accepted_are(int from, int to)
{
    AUTO_FREE char *want = expected_rows(from, to);
    AUTO_FREE char *got = rows(200, true);

    ck_assert_str_eq(got, want);
}

/* Call from fill(): a cluster for all cases, and a sink for each. */
static inline void http_sink_fixtures(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
}

#endif
