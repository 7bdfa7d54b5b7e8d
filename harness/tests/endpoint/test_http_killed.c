/* test_http_killed.c - ordeal-http killed in the middle: the log has every
 * answer that a client got. */
#include "support/station.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "endpoint/http_endpoint.h"
#include "support/ordeal_http.h"
#include "support/suite.h"

enum { CLIENTS = 4, LIVES = 3, EACH = 300 };

static const struct http_settings plain = {.port = 8080};

struct client {
    int number;
    unsigned port;
    unsigned char told[EACH]; /* 1: 2xx; 2: refused; 0: no answer */
    int sent;
};

static void *send_until_it_dies(void *arg)
{
    struct client *c = arg;

    for (c->sent = 0; c->sent < EACH; c->sent++) {
        char body[16];
        int status;

        (void)snprintf(body, sizeof(body), "%d-%d", c->number, c->sent);
        status = post(c->port, body);
        if (status < 0)
            break;
        c->told[c->sent] = status == 200 ? 1 : 2;
    }
    return NULL;
}

/* The log's requests, by client and number. */
struct found {
    unsigned char at[CLIENTS][EACH];
    unsigned char mark; /* 1: accepted, 2: refused */
};

static int find(void *ctx, const struct record *r)
{
    struct found *f = ctx;
    char text[16];
    int client, n;

    (void)snprintf(text, sizeof(text), "%.*s", (int)r->value_len,
                   (const char *)r->value);
    ck_assert_int_eq(sscanf(text, "%d-%d", &client, &n), 2);
    ck_assert_int_eq(f->at[client][n], 0); /* each once */
    f->at[client][n] = f->mark;
    return 0;
}

static void compare(const struct client *clients)
{
    struct endpoint *e = station_open("http", &plain, true);
    struct found f = {.mark = 1};
    struct err err = {0};
    int unknown = 0;

    OK(station_each(e, find, &f, &err), err);
    f.mark = 2;
    OK(e->ops->read_refused(e, find, &f, &err), err);
    for (int c = 0; c < CLIENTS; c++)
        for (int i = 0; i < EACH; i++) {
            if (clients[c].told[i] != 0)
                ck_assert_int_eq(f.at[c][i], clients[c].told[i]);
            else
                unknown += f.at[c][i] != 0;
        }
    ck_assert_int_le(unknown, CLIENTS); /* at most the request under way */
    e->ops->close(e);
}

static bool all_begun(const char *log, size_t bytes)
{
    struct err err = {0};
    AUTO_FREE char *text = NULL;
    size_t len = 0;

    return file_read(log, &text, &len, &err) == 0 && len > bytes;
}

/* A row torn in the middle, as after a kill within write(2). */
static void tear(const char *log)
{
    struct err err = {0};
    AUTO_FREE char *text = NULL;
    size_t len = 0;
    FILE *f;

    OK(file_read(log, &text, &len, &err), err);
    f = fopen(log, "a");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, 30, f), 30);
    (void)fclose(f);
}

START_TEST(every_answer_seen_is_in_the_log)
{
    AUTO_FREE char *log = path_of("%s/requests.log", dir);
    struct client clients[CLIENTS];
    pthread_t threads[CLIENTS];

    for (int life = 0; life < LIVES; life++) {
        struct ordeal_http h = ordeal_http_start(log);

        control(&h,
                "{\"answer\":{\"status\":503,\"share\":\"30%\",\"seed\":5}}");
        memset(clients, 0, sizeof(clients));
        for (int c = 0; c < CLIENTS; c++) {
            clients[c].number = c;
            clients[c].port = h.data;
            ck_assert_int_eq(pthread_create(&threads[c], NULL,
                                            send_until_it_dies, &clients[c]),
                             0);
        }
        while (!all_begun(log, 2000 * (size_t)(life + 1)))
            continue;
        (void)ordeal_http_end(&h, SIGKILL);
        for (int c = 0; c < CLIENTS; c++)
            ck_assert_int_eq(pthread_join(threads[c], NULL), 0);
        compare(clients);
        ck_assert_int_eq(unlink(log), 0);
    }
}
END_TEST

START_TEST(the_next_life_goes_on_behind_a_torn_row)
{
    AUTO_FREE char *log = path_of("%s/requests.log", dir);
    struct heard heard = {0};
    struct err err = {0};
    struct endpoint *e;

    for (int life = 0; life < LIVES; life++) {
        struct ordeal_http h = ordeal_http_start(log);

        ck_assert_int_eq(post(h.data, "x"), 200);
        (void)ordeal_http_end(&h, SIGKILL);
        tear(log);
    }
    e = station_open("http", &plain, true);
    OK(station_read(e, &heard, &err), err);
    ck_assert_str_eq(heard.text, "0:x|1:x|2:x|");
    ck_assert_uint_eq(station_counts(e).accepted, 3);
    e->ops->close(e);
}
END_TEST

START_TEST(a_spoilt_log_is_not_gone_on_with)
{
    AUTO_FREE char *log = path_of("%s/requests.log", dir);
    struct err err = {0};
    pid_t pid;
    int status;

    OK(file_print(log, &err, "%0200d", 0), err);
    pid = fork();
    if (pid == 0) {
        execl(BUILD_DIR "/bin/ordeal-http", "ordeal-http", "--listen",
              "127.0.0.1:0", "--control", "127.0.0.1:0", "--log", log, NULL);
        _exit(127);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
}
END_TEST

START_TEST(where_it_came_from_is_kept)
{
    AUTO_FREE char *log = path_of("%s/requests.log", dir);
    struct ordeal_http h = ordeal_http_start(log);
    struct delivery_note *at = NULL;
    int64_t before_us = clk_wall_us();
    struct endpoint *e;
    struct err err = {0};
    char reply[4096];
    size_t n = 0;

    ck_assert_int_eq(request_with(h.data, "POST", "/in",
                                  "X-Ordeal-Source: orders-2-41\r\n", "x",
                                  reply),
                     200);
    (void)ordeal_http_end(&h, SIGKILL);
    e = station_open("http", &plain, true);
    OK(e->ops->deliveries(e, NULL, &at, &n, &err), err);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(at[0].partition, 2);
    ck_assert_int_eq(at[0].offset, 41);
    ck_assert_int_ge(at[0].time_us, before_us);
    ck_assert_int_le(at[0].time_us, clk_wall_us());
    free(at);
    e->ops->close(e);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, dir_make, dir_remove);
    tcase_add_test(tc, every_answer_seen_is_in_the_log);
    tcase_add_test(tc, the_next_life_goes_on_behind_a_torn_row);
    tcase_add_test(tc, a_spoilt_log_is_not_gone_on_with);
    tcase_add_test(tc, where_it_came_from_is_kept);
}

SUITE_MAIN("http killed", fill)
