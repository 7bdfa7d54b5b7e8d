/* test_connect.c - the Connect REST client against a server that answers as the
 * test wants. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "client/connect.h"
#include "client/http.h"
#include "support/suite.h"

/* ---- a worker ------------------------------------------------------------*/

struct answer {
    int status; /* 0: none comes, the connection is left open */
    const char *body;
};

struct worker {
    const struct answer *answers; /* the last answer is repeated for ever */
    size_t answers_len;
    bool mute; /* takes connections and says nothing */
    int fd;
    char url[64];
    char request[2048]; /* the last request */
    atomic_int requests;
    pthread_t thread;
};

#define WORKER(says, n)                                                        \
    {                                                                          \
        .answers = (says), .answers_len = (n)                                  \
    }

/* Read head and body, as far as Content-Length says. */
static void read_request(int fd, char *to, size_t room)
{
    size_t len = 0, want = 0;

    while (len < room - 1) {
        ssize_t n = read(fd, to + len, room - 1 - len);
        const char *head_end, *length;

        if (n <= 0)
            break;
        len += (size_t)n;
        to[len] = 0;
        head_end = strstr(to, "\r\n\r\n");
        if (!head_end)
            continue;
        length = strstr(to, "Content-Length: ");
        want = (size_t)(head_end + 4 - to) +
               (length ? strtoul(length + 16, NULL, 10) : 0);
        if (len >= want)
            break;
    }
    to[len] = 0;
}

static void *serve(void *arg)
{
    struct worker *w = arg;
    int fd;

    while ((fd = accept(w->fd, NULL, NULL)) >= 0) {
        size_t turn = (size_t)atomic_fetch_add(&w->requests, 1);
        const struct answer *a;

        if (w->mute)
            continue; /* the connection is left open, and to the exit */
        a = &w->answers[turn < w->answers_len ? turn : w->answers_len - 1];
        read_request(fd, w->request, sizeof(w->request));
        if (a->status == 0)
            continue;
        (void)dprintf(fd,
                      "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n"
                      "Connection: close\r\n\r\n%s",
                      a->status, strlen(a->body), a->body);
        (void)close(fd);
    }
    return NULL;
}

static void worker_begin(struct worker *w)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(at);

    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(w->fd, 0);
    ck_assert_int_eq(bind(w->fd, (struct sockaddr *)&at, len), 0);
    ck_assert_int_eq(listen(w->fd, 16), 0);
    ck_assert_int_eq(getsockname(w->fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%d",
                   ntohs(at.sin_port));
    ck_assert_int_eq(pthread_create(&w->thread, NULL, serve, w), 0);
}

static void worker_end(struct worker *w)
{
    (void)shutdown(w->fd, SHUT_RDWR);
    pthread_join(w->thread, NULL);
    (void)close(w->fd);
}

static struct connect *connect_to(const char *const *urls, size_t n)
{
    struct connect *c = connect_new();
    struct connect_access at[8];

    ck_assert_uint_le(n, ARRAY_LEN(at));
    for (size_t i = 0; i < n; i++)
        at[i] = (struct connect_access){.url = urls[i]};
    connect_workers(c, at, n);
    return c;
}

/* ---- requests ------------------------------------------------------------*/

START_TEST(a_rebalance_is_waited_for)
{
    static const struct answer answers[] = {
        {409, "{\"error_code\":409,\"message\":\"rebalance\"}"},
        {409, "{\"error_code\":409,\"message\":\"rebalance\"}"},
        {201, "{\"name\":\"shop\"}"},
    };
    struct worker w = WORKER(answers, ARRAY_LEN(answers));
    const char *urls[] = {w.url};
    AUTO_JSON json_t *config = json_pack("{s:s}", "name", "shop");
    struct err err = {0};
    struct connect *c;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_msg(connect_put(c, "my shop/1", config, 10000000, &err) == 0,
                  "%s", err.text);
    ck_assert_int_eq(atomic_load(&w.requests), 3);
    connect_free(c);
    worker_end(&w);
    ck_assert_ptr_nonnull(
        strstr(w.request, "PUT /connectors/my%20shop%2F1/config HTTP"));
    ck_assert_ptr_nonnull(strstr(w.request, "\r\n\r\n{\"name\": \"shop\"}"));
}
END_TEST

START_TEST(a_rebalance_without_end_is_a_time_out)
{
    static const struct answer answers[] = {
        {409, "{\"error_code\":409,\"message\":\"rebalance\"}"}};
    struct worker w = WORKER(answers, 1);
    const char *urls[] = {w.url};
    struct err err = {0};
    struct connect *c;
    json_t *status;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_int_eq(connect_status(c, "shop", &status, 500000, &err),
                     -ETIMEDOUT);
    ck_assert_ptr_nonnull(strstr(err.text, "not within 0.5s"));
    ck_assert_ptr_nonnull(strstr(err.text, "409: rebalance"));
    connect_free(c);
    worker_end(&w);
}
END_TEST

START_TEST(a_worker_that_is_gone_is_passed_over)
{
    static const struct answer answers[] = {{200, "{\"name\":\"shop\"}"}};
    struct worker gone = WORKER(answers, 1), w = WORKER(answers, 1);
    const char *urls[] = {gone.url, w.url};
    struct err err = {0};
    struct connect *c;
    json_t *status;

    worker_begin(&gone);
    worker_end(&gone);
    worker_begin(&w);
    c = connect_to(urls, 2);
    for (int i = 1; i <= 3; i++) {
        ck_assert_msg(connect_status(c, "shop", &status, 10000000, &err) == 0,
                      "%s", err.text);
        ck_assert_int_eq(atomic_load(&w.requests), i);
        json_decref(status);
    }
    connect_free(c);
    worker_end(&w);
}
END_TEST

/* The time left mostly cuts the last attempt short. */
START_TEST(a_time_out_keeps_what_was_answered)
{
    static const struct answer answers[] = {
        {409, "{\"error_code\":409,\"message\":\"rebalance\"}"}, {0, NULL}};
    struct worker w = WORKER(answers, 2);
    const char *urls[] = {w.url};
    struct err err = {0};
    struct connect *c;
    json_t *status;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_int_eq(connect_status(c, "shop", &status, US_PER_S, &err),
                     -ETIMEDOUT);
    ck_assert_int_ge(atomic_load(&w.requests), 2);
    ck_assert_ptr_nonnull(strstr(err.text, "409: rebalance"));
    connect_free(c);
    worker_end(&w);
}
END_TEST

START_TEST(a_worker_that_hangs_is_a_time_out)
{
    struct worker w = {.mute = true};
    const char *urls[] = {w.url};
    int64_t began_us = clk_monotonic_us();
    struct err err = {0};
    struct connect *c;
    json_t *status;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_int_eq(connect_status(c, "shop", &status, 700000, &err),
                     -ETIMEDOUT);
    ck_assert_int_lt(clk_monotonic_us() - began_us, 5000000);
    connect_free(c);
    worker_end(&w);
}
END_TEST

static const struct failure {
    struct answer answer;
    int want;
    const char *says;
} failures[] = {
    {{404, "{\"error_code\":404,\"message\":\"No status for shop\"}"},
     -ENOENT,
     "GET /connectors/shop/status: 404: No status for shop"},
    {{400, "{\"error_code\":400,\"message\":\"bad\"}"},
     -EINVAL,
     "GET /connectors/shop/status: 400: bad"},
    {{401, ""},
     -EACCES,
     "GET /connectors/shop/status: 401: no message; check user and password "
     "for the worker"},
    {{403, ""}, -EACCES, "GET /connectors/shop/status: 403: no message"},
    {{409, "{\"error_code\":409,\"message\":\"shop already exists\"}"},
     -EEXIST,
     "GET /connectors/shop/status: 409: shop already exists"},
    {{500, "<html>"}, -EIO, "GET /connectors/shop/status: 500: no message"},
    {{200, "[]"}, -EBADMSG, "GET /connectors/shop/status: expected an object"},
};

START_TEST(a_failure_is_told_in_connects_words)
{
    const struct failure *f = &failures[_i];
    struct worker w = WORKER(&f->answer, 1);
    const char *urls[] = {w.url};
    struct err err = {0};
    struct connect *c;
    json_t *status;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_int_eq(connect_status(c, "shop", &status, 5000000, &err),
                     f->want);
    ck_assert_str_eq(err.text, f->says);
    connect_free(c);
    worker_end(&w);
}
END_TEST

START_TEST(an_answer_that_is_no_json_is_refused)
{
    static const struct answer answers[] = {{200, "<html>"}};
    struct worker w = WORKER(answers, 1);
    struct err err = {0};
    json_t *answer;

    worker_begin(&w);
    ck_assert_int_eq(
        connect_request_to(w.url, "GET", "/", NULL, 5000000, &answer, &err),
        -EBADMSG);
    worker_end(&w);
}
END_TEST

static const struct verb {
    const char *verb, *line;
} verbs[] = {
    {"pause", "PUT /connectors/shop/pause HTTP"},
    {"resume", "PUT /connectors/shop/resume HTTP"},
    {"stop", "PUT /connectors/shop/stop HTTP"},
    {"restart",
     "POST /connectors/shop/restart?includeTasks=true&onlyFailed=false HTTP"},
};

START_TEST(a_verb_is_a_request)
{
    static const struct answer answers[] = {{204, ""}};
    struct worker w = WORKER(answers, 1);
    const char *urls[] = {w.url};
    struct err err = {0};
    struct connect *c;

    worker_begin(&w);
    c = connect_to(urls, 1);
    ck_assert_int_eq(connect_do(c, "shop", verbs[_i].verb, 5000000, &err), 0);
    ck_assert_int_eq(connect_do(c, "shop", "explode", 5000000, &err), -EINVAL);
    connect_free(c);
    worker_end(&w);
    ck_assert(strncmp(w.request, verbs[_i].line, strlen(verbs[_i].line)) == 0);
}
END_TEST

START_TEST(without_workers_nothing_is_asked)
{
    struct connect *c = connect_new();
    struct err err = {0};

    ck_assert_int_eq(connect_delete(c, "shop", 5000000, &err), -ENOENT);
    ck_assert_str_eq(err.text, "DELETE /connectors/shop: no worker is known");
    connect_free(c);
}
END_TEST

START_TEST(http_says_who_did_not_answer)
{
    struct http_reply r;
    struct err err = {0};

    ck_assert_int_eq(http_request("GET", "http://me:hunter2@127.0.0.1:1/x",
                                  NULL, 2000000, &r, &err),
                     -ECONNREFUSED);
    ck_assert_ptr_null(strstr(err.text, "hunter2"));
    ck_assert_ptr_nonnull(strstr(err.text, "127.0.0.1:1/x"));
    err = (struct err){0};
    ck_assert_int_eq(
        http_request("GET", "file:///etc/passwd", NULL, 2000000, &r, &err),
        -EINVAL);
}
END_TEST

/* ---- statuses ------------------------------------------------------------*/

static const struct state {
    const char *connector, *task_0, *task_1, *state;
    bool want;
} states[] = {
    {"RUNNING", "RUNNING", "RUNNING", "RUNNING", true},
    {"RUNNING", "RUNNING", "FAILED", "RUNNING", false},
    {"PAUSED", "RUNNING", "RUNNING", "RUNNING", false},
    {"RUNNING", NULL, NULL, "RUNNING", false},
    {"STOPPED", NULL, NULL, "STOPPED", true},
    {"STOPPED", "RUNNING", NULL, "STOPPED", false},
    {"FAILED", "FAILED", NULL, "FAILED", true},
};

static json_t *status_of(const struct state *s)
{
    const char *tasks[] = {s->task_0, s->task_1};
    json_t *status = json_pack("{s:{s:s,s:s},s:[]}", "connector", "state",
                               s->connector, "worker_id", "w:0", "tasks");

    for (int i = 0; i < 2 && tasks[i]; i++) {
        json_t *task = json_pack("{s:i,s:s,s:s}", "id", i, "state", tasks[i],
                                 "worker_id", i ? "w:2" : "w:1");

        if (strcmp(tasks[i], "FAILED") == 0)
            json_object_set_new(task, "trace", json_string("boom"));
        json_array_append_new(json_object_get(status, "tasks"), task);
    }
    return status;
}

START_TEST(a_status_is_read)
{
    const struct state *s = &states[_i];
    AUTO_JSON json_t *status = status_of(s);
    const char *trace;

    ck_assert(connect_all_in_state(status, s->state, &trace) == s->want);
    ck_assert((trace != NULL) == (s->task_1 && !strcmp(s->task_1, "FAILED")) ||
              strcmp(s->connector, "FAILED") == 0);
    ck_assert_str_eq(connect_worker_of(status, -1), "w:0");
    if (s->task_1)
        ck_assert_str_eq(connect_worker_of(status, 1), "w:2");
    ck_assert_ptr_null(connect_worker_of(status, 7));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_rebalance_is_waited_for);
    tcase_add_test(tc, a_rebalance_without_end_is_a_time_out);
    tcase_add_test(tc, a_worker_that_is_gone_is_passed_over);
    tcase_add_test(tc, a_time_out_keeps_what_was_answered);
    tcase_add_test(tc, a_worker_that_hangs_is_a_time_out);
    tcase_add_loop_test(tc, a_failure_is_told_in_connects_words, 0,
                        ARRAY_LEN(failures));
    tcase_add_test(tc, an_answer_that_is_no_json_is_refused);
    tcase_add_loop_test(tc, a_verb_is_a_request, 0, ARRAY_LEN(verbs));
    tcase_add_test(tc, without_workers_nothing_is_asked);
    tcase_add_test(tc, http_says_who_did_not_answer);
    tcase_add_loop_test(tc, a_status_is_read, 0, ARRAY_LEN(states));
}

SUITE_MAIN("connect", fill)
