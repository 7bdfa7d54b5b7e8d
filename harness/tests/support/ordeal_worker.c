/* ordeal_worker.c - workers of fake tasks as children of a test. */
#include "support/ordeal_worker.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "support/ordeal_http.h"
#include "support/program.h"
#include "support/rdkafka_client.h"

void cluster_start(struct cluster *c)
{
    rd_kafka_t *rk;

    (void)snprintf(c->dir, sizeof(c->dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(c->dir));
    ordeal_mock_start(&c->mock, 1);
    rk = client_new(RD_KAFKA_PRODUCER, c->mock.bootstrap, NULL);
    topic_create(rk, "in", 2, 1, 0);
    rd_kafka_destroy(rk);
}

void cluster_stop(struct cluster *c)
{
    struct err err = {0};

    ordeal_mock_end(&c->mock);
    ck_assert_int_eq(remove_tree(c->dir, &err), 0);
}

struct worker_process worker_start(const struct cluster *c, int number,
                                   int session_ms)
{
    AUTO_FREE char *config = path_of("%s/worker-%d.properties", c->dir, number);
    AUTO_FREE char *log = path_of("%s/worker-%d.log", c->dir, number);
    struct worker_process w = {0};
    struct err err = {0};
    AUTO_FILE FILE *out = NULL;

    ck_assert_int_eq(
        file_print(config, &err,
                   "bootstrap.servers=%s\ngroup.id=w\n"
                   "listeners=http://127.0.0.1:0\nsession.timeout.ms=%d\n"
                   "heartbeat.interval.ms=50\nplugin.path=/nowhere\n"
                   "config.storage.topic=w-config\n"
                   "offset.storage.topic=w-offsets\n"
                   "status.storage.topic=w-status\n",
                   c->mock.bootstrap, session_ms),
        0);
    w.pid =
        program_start_logged((const char *const[]){"tests/worker_of_fakes",
                                                   "--config", config, NULL},
                             log, &out);
    w.port = port_said(out, "rest");
    (void)snprintf(w.id, sizeof(w.id), "127.0.0.1:%u", w.port);
    return w;
}

int worker_end(const struct worker_process *w, int sig)
{
    return program_end(w->pid, sig);
}

int worker_ask(const struct worker_process *w, const char *method,
               const char *path, const char *body, json_t **ret_body)
{
    static char reply[65536];
    AUTO_FD int fd = dial_port(w->port);
    const char *at;
    int status;

    if (ret_body)
        *ret_body = NULL;
    if (fd < 0 || !say(fd, method, path, "", body))
        return -1;
    status = hear(fd, reply, sizeof(reply));
    at = strstr(reply, "\r\n\r\n");
    if (at && ret_body)
        *ret_body = json_loads(at + 4, JSON_DECODE_ANY, NULL);
    return status;
}

void expect(const struct worker_process *w, const char *method,
            const char *path, const char *body, int status, const char *text)
{
    AUTO_JSON json_t *answer = NULL;
    int got = worker_ask(w, method, path, body, &answer);
    AUTO_FREE char *is =
        json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    ck_assert_msg(got == status, "%s %s: %d, expected %d: %s", method, path,
                  got, status, is ? is : "");
    ck_assert_msg(!text || (is && strstr(is, text)), "%s %s: %s, expected %s",
                  method, path, is ? is : "nothing", text);
}

void await(const struct worker_process *w, const char *method, const char *path,
           const char *body, int status, const char *text)
{
    struct clk clk = clk_real();

    while (clk_now(&clk) < 50 * US_PER_S) {
        AUTO_JSON json_t *answer = NULL;
        int got = worker_ask(w, method, path, body, &answer);
        AUTO_FREE char *is =
            json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

        if (got == status && (!text || (is && strstr(is, text))))
            return;
        clk_sleep(&clk, 10 * US_PER_MS);
    }
    expect(w, method, path, body, status, text);
}
