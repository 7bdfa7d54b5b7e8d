/* test_http.c - ordeal-http answers as its control listener demands, and counts
 * the requests treated so. */
#include "support/ordeal_http.h"

#include "base/clk.h"
#include "base/file.h"
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
    {"{\"status\":429,\"share_ppm\":0,\"seed\":1}", 429, 0, 0},
    {"{\"status\":429,\"share_ppm\":1000000,\"seed\":1}", 429, 400, 400},
    {"{\"status\":503,\"share_ppm\":500000,\"seed\":1}", 503, 150, 250},
    {"{\"status\":400,\"share_ppm\":10000,\"seed\":1}", 400, 0, 20},
    {"{\"status\":500}", 500, 400, 400},
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

    control(&h, "{\"status\":429,\"retry_after_s\":7}");
    ck_assert_int_eq(request_with(h.data, "POST", "/a", "", "x", reply), 429);
    ck_assert_ptr_nonnull(strstr(reply, "Retry-After: 7\r\n"));
    control(&h, "{\"status\":429}");
    ck_assert_int_eq(request_with(h.data, "POST", "/a", "", "x", reply), 429);
    ck_assert_ptr_null(strstr(reply, "Retry-After"));
    ck_assert_int_eq(ordeal_http_end(&h, SIGTERM), 0);
}
END_TEST

static const struct {
    const char *path, *body;
    int status;
} orders[] = {
    {"/control", "{\"status\":42}", 400},
    {"/control", "{\"status\":600}", 400},
    {"/control", "{\"share_ppm\":1000001}", 400},
    {"/control", "{\"share_ppm\":-1}", 400},
    {"/control", "{\"reset\":\"never\"}", 400},
    {"/control", "{\"revoked\":1}", 400},
    {"/control", "{\"delay_us\":-1}", 400},
    {"/control", "{\"delai_us\":1}", 400},
    {"/control", "{\"status\":\"429\"}", 400},
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

    control(&h, "{\"status\":429}");
    ck_assert_int_eq(request_with(h.control, "PUT", orders[_i].path, "",
                                  orders[_i].body, reply),
                     orders[_i].status);
    ck_assert_int_eq(said(&h, "/control", "status"), 429);
    ck_assert_int_eq(said(&h, "/control", "share_ppm"), 1000000);
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

    control(&h, "{\"delay_us\":3600000000}");
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

static const struct {
    const char *control, *body;
    int status;    /* -1: no response */
    long accepted; /* according to the log */
} treatments[] = {
    {"{\"reset\":\"before\"}", "x", -1, 0},
    {"{\"reset\":\"after\"}", "x", -1, 1},
    {"{\"reset\":\"after\",\"share_ppm\":0}", "x", 200, 1},
    {"{\"reset\":\"before\",\"containing\":\"new\"}", "old", 200, 1},
    {"{\"reset\":\"before\",\"containing\":\"new\"}", "a new one", -1, 0},
    {"{\"status\":422,\"containing\":\"new\"}", "a new", 422, 0},
    {"{\"status\":422,\"containing\":\"new\"}", "ne w", 200, 1},
    {"{\"status\":422,\"containing\":\"POST\"}", "x", 200, 1},
    {"{\"revoked\":true}", "x", 401, 0},
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
    control(&h, "{\"revoked\":true}");
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

    control(&h, "{\"delay_us\":150000}");
    ck_assert_int_eq(post(h.data, "x"), 200);
    ck_assert_int_ge(clk_monotonic_us() - began_us, 150000);
    control(&h, "{\"delay_us\":3600000000}");
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
    tcase_add_loop_test(tc, requests_are_treated_as_was_said, 0,
                        ARRAY_LEN(treatments));
    tcase_add_test(tc, only_who_bears_the_credential_is_served);
    tcase_add_test(tc, a_delay_is_kept_and_ends_with_the_server);
    tcase_add_test(tc, more_addresses_may_come);
    tcase_add_test(tc, a_body_that_was_cut_off_is_not_taken);
    tcase_add_test(tc, a_log_has_one_writer);
}

SUITE_MAIN("ordeal-http", fill)
