/* http_sink_fixture.c - fixtures for test cases of HttpSink. */
#include "support/http_sink_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "support/requests.h"

struct ordeal_mock mock;
struct core core;
struct ordeal_http http;
char log_path[96], url[64];

static void start_cluster(void)
{
    ordeal_mock_start(&mock, 1);
}

static void end_cluster(void)
{
    ordeal_mock_end(&mock);
}

static void set_up(void)
{
    core_open(&core, &mock);
    (void)snprintf(log_path, sizeof(log_path), "%s/requests", core.dir);
    http = ordeal_http_start(log_path);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/in", http.data);
    topic_create(core.producer, core.topic, 1, 1, 0);
}

static void tear_down(void)
{
    ck_assert_int_eq(ordeal_http_end(&http, SIGTERM), 0);
    core_close(&core);
}

char *rows(int status, bool with_body)
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

static char *expected_rows(int from, int to)
{
    size_t len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);

    for (int i = from; i < to; i++)
        (void)fprintf(out, "%s-0-%d value-%d\n", core.topic, i, i);
    (void)fclose(out);
    return text;
}

static int lines_in(const char *text)
{
    int n = 0;

    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

void await_rows(int status, int n)
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

void accepted_are(int from, int to)
{
    AUTO_FREE char *want = expected_rows(from, to);
    AUTO_FREE char *got = rows(200, true);

    ck_assert_str_eq(got, want);
}

void http_sink_fixtures(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, start_cluster, end_cluster);
    tcase_add_checked_fixture(tc, set_up, tear_down);
}
