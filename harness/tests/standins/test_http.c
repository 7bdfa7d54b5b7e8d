/* test_http.c - ordeal-http answers as its control listener demands, and counts
 * the requests treated so. */
#include "support/ordeal_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"

static char dir[64], log_path[96];

static void set_up(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(log_path, sizeof(log_path), "%s/requests.log", dir);
}

static void tear_down(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(dir, &err), 0);
}

/* The number behind "key" in the response to GET `path`. */
static long said(const struct ordeal_http *h, const char *path, const char *key)
{
    char reply[4096], name[64];
    const char *at;

    ck_assert_int_eq(request_with(h->control, "GET", path, "", "", reply), 200);
    (void)snprintf(name, sizeof(name), "\"%s\": ", key);
    at = strstr(reply, name);
    ck_assert_ptr_nonnull(at);
    return strtol(at + strlen(name), NULL, 10);
}

START_TEST(all_is_well_until_told_otherwise)
{
    struct ordeal_http h = ordeal_http_start(log_path);

    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(post(h.data, "hello"), 200);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), 20);
    ck_assert_int_eq(said(&h, "/counts", "refused"), 0);
    ck_assert_int_eq(said(&h, "/counts", "bytes"), 100);
    ck_assert_int_eq(said(&h, "/control", "applied"), 0);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

static const struct {
    const char *control;
    int status;
    int min, max; /* bounds of such responses among 400 requests */
} shares[] = {
    {"{\"answer\":{\"status\":429,\"share\":\"0%\",\"seed\":1}}", 429, 0, 0},
    {"{\"answer\":{\"status\":429,\"share\":\"100%\",\"seed\":1}}", 429, 400,
     400},
    {"{\"answer\":{\"status\":503,\"share\":\"50%\",\"seed\":1}}", 503, 150,
     250},
    {"{\"answer\":{\"status\":400,\"share\":\"1%\",\"seed\":1}}", 400, 0, 20},
    {"{\"answer\":{\"status\":500}}", 500, 400, 400},
};

START_TEST(a_share_of_the_requests_misbehaves)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    char drawn[401] = "";
    int told = 0;

    for (int round = 0; round < 2; round++) {
        control(&h, shares[_i].control);
        told = 0;
        for (int i = 0; i < 400; i++) {
            int status = post(h.data, "x");

            ck_assert(status == 200 || status == shares[_i].status);
            told += status != 200;
            if (round == 0)
                drawn[i] = status == 200 ? '.' : 'x';
            ck_assert_int_eq(drawn[i] == 'x', status != 200);
        }
        ck_assert_int_ge(told, shares[_i].min);
        ck_assert_int_le(told, shares[_i].max);
        ck_assert_int_eq(said(&h, "/control", "applied"), told);
    }
    ck_assert_int_eq(said(&h, "/counts", "refused"), 2 * told);
    control(&h, "{}");
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_eq(said(&h, "/control", "applied"), 0);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(retry_after_is_said_when_asked_for)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    char reply[4096];

    control(&h, "{\"answer\":{\"status\":429,\"retry-after\":\"7s\"}}");
    ck_assert_int_eq(request_with(h.data, "POST", "/a", "", "x", reply), 429);
    ck_assert_ptr_nonnull(strstr(reply, "Retry-After: 7\r\n"));
    control(&h, "{\"answer\":{\"status\":429}}");
    ck_assert_int_eq(request_with(h.data, "POST", "/a", "", "x", reply), 429);
    ck_assert_ptr_null(strstr(reply, "Retry-After"));
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

static const struct {
    const char *path, *body;
    int status;
} orders[] = {
    {"/control", "{\"answer\":{\"status\":42}}", 400},
    {"/control", "{\"answer\":{\"status\":600}}", 400},
    {"/control", "{\"answer\":{\"share\":\"100.1%\"}}", 400},
    {"/control", "{\"answer\":{\"share\":0.5}}", 400},
    {"/control", "{\"reset\":{\"when\":\"never\"}}", 400},
    {"/control", "{\"reset\":{\"status\":500}}", 400},
    {"/control", "{\"revoke\":{\"all\":1}}", 400},
    {"/control", "{\"revoke\":1}", 400},
    {"/control", "{\"answer\":{\"delay\":\"-1ms\"}}", 400},
    {"/control", "{\"answer\":{\"delai\":\"1ms\"}}", 400},
    {"/control", "{\"answer\":{\"status\":\"429\"}}", 400},
    {"/control", "{\"answer\":{\"containing\":1}}", 400},
    {"/control",
     "{\"answer\":{\"containing\":"
     "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}}",
     400},
    {"/control", "{\"hang\":{},\"reset\":{}}", 400},
    {"/control", "{\"sleep\":{}}", 400},
    {"/control", "{\"down\":{\"connections\":\"reset\"}}", 400},
    {"/control", "[]", 400},
    {"/control", "", 400},
    {"/controls", "{}", 404},
    {"/listen", "{\"address\":\"127.0.0.1\",\"port\":70000}", 400},
    {"/listen", "{\"address\":\"localhost\",\"port\":0}", 409},
    {"/listen", "{\"address\":\"192.0.2.1\",\"port\":0}", 409},
};

START_TEST(a_wrong_order_changes_nothing)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    char reply[4096];

    control(&h, "{\"answer\":{\"status\":429}}");
    ck_assert_int_eq(request_with(h.control, "PUT", orders[_i].path, "",
                                  orders[_i].body, reply),
                     orders[_i].status);
    ck_assert_int_eq(said(&h, "/control", "status"), 429);
    ck_assert_int_eq(post(h.data, "x"), 429);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

enum { WAITING = 40 };

START_TEST(answers_that_wait_hold_up_nobody)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    int fds[WAITING];
    char reply[4096];
    int64_t began_us;

    control(&h, "{\"answer\":{\"delay\":\"1h\",\"share\":\"0%\"}}");
    for (int i = 0; i < WAITING; i++) {
        fds[i] = dial_port(h.data);
        ck_assert_int_ge(fds[i], 0);
        ck_assert(say(fds[i], "POST", "/", "", "x"));
    }
    while (said(&h, "/control", "applied") < WAITING)
        continue;
    ck_assert_int_eq(said(&h, "/counts", "accepted"), WAITING);
    began_us = clk_monotonic_us();
    control(&h, "{}"); /* ends the waits */
    ck_assert_int_eq(post(h.data, "x"), 200);
    for (int i = 0; i < WAITING; i++) {
        ck_assert_int_eq(hear(fds[i], reply, sizeof(reply)), 200);
        (void)close(fds[i]);
    }
    ck_assert_int_lt(clk_monotonic_us() - began_us, 30 * US_PER_S);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

/* Send a request that hangs, on a new connection, and wait until `held`
 * requests hang. */
static int hang(const struct ordeal_http *h, long held)
{
    int fd = dial_port(h->data);

    ck_assert_int_ge(fd, 0);
    ck_assert(say(fd, "POST", "/", "", "x"));
    while (said(h, "/control", "held") < held)
        continue;
    return fd;
}

static const struct {
    const char *control;
    int status;    /* after the order has ended; -1: no response */
    long accepted; /* accepted rows while the order is in force */
} hangs[] = {
    {"{\"hang\":{}}", 200, 1},
    {"{\"hang\":{\"when\":\"after\"}}", 200, 1},
    {"{\"hang\":{\"when\":\"before\"}}", -1, 0},
};

START_TEST(a_request_that_hangs_is_let_go_by_the_next_order)
{
    static const char *const next[] = {"{}", "{\"answer\":{}}",
                                       "{\"hang\":{}}"};
    struct ordeal_http h = ordeal_http_start(log_path);
    char reply[4096];

    for (size_t i = 0; i < ARRAY_LEN(next); i++) {
        AUTO_FD int fd = -1;
        long before = said(&h, "/counts", "accepted");

        control(&h, hangs[_i].control);
        fd = hang(&h, 1);
        ck_assert_int_eq(said(&h, "/control", "applied"), 1);
        ck_assert_int_eq(said(&h, "/counts", "accepted") - before,
                         hangs[_i].accepted);
        control(&h, next[i]);
        ck_assert_int_eq(hear(fd, reply, sizeof(reply)), hangs[_i].status);
        ck_assert_int_eq(said(&h, "/control", "held"), 0);
        ck_assert_int_eq(said(&h, "/control", "applied"), 0);
    }
    control(&h, "{}");
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(a_client_that_hangs_up_is_held_no_longer)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    int fds[2];

    control(&h, "{\"hang\":{}}");
    fds[0] = hang(&h, 1);
    fds[1] = hang(&h, 2);
    (void)close(fds[0]);
    while (said(&h, "/control", "held") > 1)
        continue;
    ck_assert_int_eq(said(&h, "/control", "applied"), 2);
    /* a hanging request does not delay the end */
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
    (void)close(fds[1]);
    h = ordeal_http_start(log_path);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), 2);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(a_share_hangs_and_the_rest_is_answered)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    int answered = 0, fds[40];
    char reply[4096];

    control(&h, "{\"hang\":{\"share\":\"50%\",\"seed\":1}}");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        long all = (long)i + 1;

        fds[i] = dial_port(h.data);
        ck_assert(say(fds[i], "POST", "/", "", "x"));
        while (said(&h, "/counts", "accepted") < all)
            continue;
    }
    answered = (int)ARRAY_LEN(fds) - (int)said(&h, "/control", "held");
    ck_assert_int_gt(answered, 5);
    ck_assert_int_lt(answered, 35);
    control(&h, "{}");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        ck_assert_int_eq(hear(fds[i], reply, sizeof(reply)), 200);
        (void)close(fds[i]);
    }
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

/* Bind and listen at the sink's port; returns the errno of the failure, or 0.
 */
static int take_port(const struct ordeal_http *h, int share, int *ret)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)h->data),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &share, sizeof(share));
    *ret = fd;
    return bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0
               ? errno
               : 0;
}

START_TEST(a_sink_that_is_down_refuses_and_keeps_its_port)
{
    struct ordeal_http h = ordeal_http_start(log_path);

    for (int round = 0; round < 3; round++) {
        AUTO_FD int shared = -1;
        AUTO_FD int alone = -1;
        int dialled;

        ck_assert_int_eq(post(h.data, "x"), 200);
        control(&h, "{\"down\":{}}");
        control(&h, "{\"down\":{}}"); /* repeating the order is no error */
        ck_assert_int_ge(said(&h, "/control", "applied"), 1);
        dialled = dial_port(h.data);
        ck_assert_int_eq(dialled, -1);
        ck_assert_int_eq(errno, ECONNREFUSED);
        ck_assert_int_eq(take_port(&h, 0, &alone), EADDRINUSE);
        ck_assert_int_eq(take_port(&h, 1, &shared), EADDRINUSE);
        control(&h, "{}");
        ck_assert_int_eq(said(&h, "/control", "applied"), 0);
    }
    ck_assert_int_eq(post(h.data, "x"), 200);
    control(&h, "{\"down\":{}}");
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

/* Send a request on an open connection; returns the status, or -1. */
static int post_on(int fd)
{
    static const char text[] = "POST / HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: 1\r\n\r\nx";
    char reply[256];
    ssize_t n;
    int status;

    if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        return -1;
    n = recv(fd, reply, sizeof(reply) - 1, 0);
    if (n <= 0)
        return -1;
    reply[n] = 0;
    return sscanf(reply, "HTTP/1.1 %d", &status) == 1 ? status : -1;
}

static const struct {
    const char *control;
    int status; /* on a connection opened before the order */
} downs[] = {
    {"{\"down\":{}}", -1},
    {"{\"down\":{\"connections\":\"cut\"}}", -1},
    {"{\"down\":{\"connections\":\"kept\"}}", 200},
};

START_TEST(open_connections_are_cut_or_kept)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    AUTO_FD int fd = dial_port(h.data);

    ck_assert_int_eq(post_on(fd), 200);
    control(&h, downs[_i].control);
    ck_assert_int_eq(dial_port(h.data), -1);
    ck_assert_int_eq(post_on(fd), downs[_i].status);
    control(&h, "{}");
    ck_assert_int_eq(post_on(fd), downs[_i].status);
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(an_address_that_comes_while_down_is_down_too)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    char reply[4096];
    const char *at;
    unsigned port;

    control(&h, "{\"down\":{}}");
    ck_assert_int_eq(request_with(h.control, "PUT", "/listen", "",
                                  "{\"address\":\"127.0.0.1\",\"port\":0}",
                                  reply),
                     200);
    at = strstr(reply, "\"port\": ");
    ck_assert_ptr_nonnull(at);
    port = (unsigned)strtol(at + 8, NULL, 10);
    ck_assert_int_eq(dial_port(port), -1);
    control(&h, "{}");
    ck_assert_int_eq(post(port, "x"), 200);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(going_down_lets_go_who_hangs)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    AUTO_FD int fd = -1;

    control(&h, "{\"hang\":{}}");
    fd = hang(&h, 1);
    control(&h, "{\"down\":{}}"); /* going down waits for no hanging request */
    ck_assert_int_eq(said(&h, "/control", "held"), 0);
    control(&h, "{}");
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

static const struct {
    const char *control, *body;
    int status;    /* -1: no response */
    long accepted; /* according to the log */
} treatments[] = {
    {"{\"reset\":{\"when\":\"before\"}}", "x", -1, 0},
    {"{\"reset\":{\"when\":\"after\"}}", "x", -1, 1},
    {"{\"reset\":{\"when\":\"after\",\"share\":\"0%\"}}", "x", 200, 1},
    {"{\"reset\":{\"when\":\"before\",\"containing\":\"new\"}}", "old", 200, 1},
    {"{\"reset\":{\"when\":\"before\",\"containing\":\"new\"}}", "a new one",
     -1, 0},
    {"{\"answer\":{\"status\":422,\"containing\":\"new\"}}", "a new", 422, 0},
    {"{\"answer\":{\"status\":422,\"containing\":\"new\"}}", "ne w", 200, 1},
    {"{\"answer\":{\"status\":422,\"containing\":\"POST\"}}", "x", 200, 1},
    {"{\"revoke\":{}}", "x", 401, 0},
};

START_TEST(requests_are_treated_as_was_said)
{
    struct ordeal_http h = ordeal_http_start(log_path);

    control(&h, treatments[_i].control);
    ck_assert_int_eq(post(h.data, treatments[_i].body), treatments[_i].status);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), treatments[_i].accepted);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
    /* a restart reads the same counts from the log */
    h = ordeal_http_start(log_path);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), treatments[_i].accepted);
    ck_assert_int_eq(said(&h, "/counts", "refused"), !treatments[_i].accepted);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(only_who_bears_the_credential_is_served)
{
    static const struct {
        const char *line;
        int status;
    } callers[] = {
        {"", 401},
        {"Authorization: Bearer open\r\n", 401},
        {"Authorization: Bearer open sesame!\r\n", 401},
        {"Authorization: open sesame\r\n", 401},
        {"Authorization: Bearer open sesame\r\n", 200},
    };
    struct err err = {0};
    struct ordeal_http h;
    char path[96], reply[4096];

    (void)snprintf(path, sizeof(path), "%s/credential", dir);
    ck_assert_int_eq(file_write(path, "open sesame\n", 12, &err), 0);
    h = ordeal_http_start_with(log_path, path);
    for (size_t i = 0; i < ARRAY_LEN(callers); i++)
        ck_assert_int_eq(
            request_with(h.data, "POST", "/", callers[i].line, "x", reply),
            callers[i].status);
    control(&h, "{\"revoke\":{}}");
    ck_assert_int_eq(
        request_with(h.data, "POST", "/", callers[4].line, "x", reply), 401);
    control(&h, "{}");
    ck_assert_int_eq(
        request_with(h.data, "POST", "/", callers[4].line, "x", reply), 200);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), 2);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(a_delay_is_kept_and_ends_with_the_server)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    int64_t began_us = clk_monotonic_us();
    AUTO_FD int fd = -1;

    control(&h, "{\"answer\":{\"delay\":\"150ms\",\"share\":\"0%\"}}");
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_ge(clk_monotonic_us() - began_us, 150000);
    control(&h, "{\"answer\":{\"delay\":\"1h\",\"share\":\"0%\"}}");
    fd = dial_port(h.data);
    ck_assert(say(fd, "POST", "/", "", "x"));
    while (said(&h, "/control", "applied") < 1)
        continue;
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(more_addresses_may_come)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    char reply[4096], body[96];
    const char *at;
    long port;

    ck_assert_int_eq(request_with(h.control, "PUT", "/listen", "",
                                  "{\"address\":\"127.0.0.1\",\"port\":0}",
                                  reply),
                     200);
    at = strstr(reply, "\"port\": ");
    ck_assert_ptr_nonnull(at);
    port = strtol(at + 8, NULL, 10);
    ck_assert_int_eq(post((unsigned)port, "x"), 200);
    (void)snprintf(body, sizeof(body),
                   "{\"address\":\"127.0.0.1\",\"port\":%ld}", port);
    ck_assert_int_eq(request_with(h.control, "PUT", "/listen", "", body, reply),
                     200);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), 1);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(a_body_that_was_cut_off_is_not_taken)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    static const char half[] = "POST / HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: 100\r\n\r\nhalf of it";
    int fd = dial_port(h.data);

    ck_assert_int_eq(send(fd, half, strlen(half), 0), (int)strlen(half));
    (void)close(fd);
    ck_assert_int_eq(post(h.data, "whole"), 200);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
    h = ordeal_http_start(log_path);
    ck_assert_int_eq(said(&h, "/counts", "accepted"), 1);
    ck_assert_int_eq(said(&h, "/counts", "bytes"), 5);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

START_TEST(a_log_has_one_writer)
{
    struct ordeal_http h = ordeal_http_start(log_path);
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        execl(BUILD_DIR "/bin/ordeal-http", "ordeal-http", "--listen",
              "127.0.0.1:0", "--control", "127.0.0.1:0", "--log", log_path,
              NULL);
        _exit(127);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, all_is_well_until_told_otherwise);
    tcase_add_loop_test(tc, a_share_of_the_requests_misbehaves, 0,
                        ARRAY_LEN(shares));
    tcase_add_test(tc, retry_after_is_said_when_asked_for);
    tcase_add_loop_test(tc, a_wrong_order_changes_nothing, 0,
                        ARRAY_LEN(orders));
    tcase_add_test(tc, answers_that_wait_hold_up_nobody);
    tcase_add_loop_test(tc, a_request_that_hangs_is_let_go_by_the_next_order, 0,
                        ARRAY_LEN(hangs));
    tcase_add_test(tc, a_client_that_hangs_up_is_held_no_longer);
    tcase_add_test(tc, a_share_hangs_and_the_rest_is_answered);
    tcase_add_test(tc, a_sink_that_is_down_refuses_and_keeps_its_port);
    tcase_add_loop_test(tc, open_connections_are_cut_or_kept, 0,
                        ARRAY_LEN(downs));
    tcase_add_test(tc, an_address_that_comes_while_down_is_down_too);
    tcase_add_test(tc, going_down_lets_go_who_hangs);
    tcase_add_loop_test(tc, requests_are_treated_as_was_said, 0,
                        ARRAY_LEN(treatments));
    tcase_add_test(tc, only_who_bears_the_credential_is_served);
    tcase_add_test(tc, a_delay_is_kept_and_ends_with_the_server);
    tcase_add_test(tc, more_addresses_may_come);
    tcase_add_test(tc, a_body_that_was_cut_off_is_not_taken);
    tcase_add_test(tc, a_log_has_one_writer);
}

SUITE_MAIN("ordeal-http", fill)
