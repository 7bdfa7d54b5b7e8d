/* worker.h - workers as children of a test, beside a mock cluster in the test,
 * and a client for their REST. */
#ifndef SUPPORT_WORKER_H
#define SUPPORT_WORKER_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "base/clk.h"
#include "base/file.h"
#include "support/ordeal_http.h"

struct cluster {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *mock;
    char dir[64];
};

/* A broker with the topics of group "w", which it could not make itself. */
static inline void cluster_start(struct cluster *c)
{
    static const struct {
        const char *name;
        int partitions;
    } topics[] = {{"w-config", 1},
                  {"w-offsets", 2},
                  {"w-status", 2},
                  {"w-slots", 32},
                  {"in", 2}};
    char why[256];

    (void)snprintf(c->dir, sizeof(c->dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(c->dir));
    c->rk =
        rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
    ck_assert_ptr_nonnull(c->rk);
    c->mock = rd_kafka_mock_cluster_new(c->rk, 1);
    ck_assert_ptr_nonnull(c->mock);
    for (size_t i = 0; i < ARRAY_LEN(topics); i++)
        ck_assert_int_eq(rd_kafka_mock_topic_create(c->mock, topics[i].name,
                                                    topics[i].partitions, 1),
                         0);
}

static inline void cluster_stop(struct cluster *c)
{
    struct err err = {0};

    rd_kafka_mock_cluster_destroy(c->mock);
    rd_kafka_destroy(c->rk);
    ck_assert_int_eq(remove_tree(c->dir, &err), 0);
}

struct worker_process {
    pid_t pid;
    unsigned port;
    char id[32]; /* as statuses name it */
};

static inline struct worker_process worker_start(const struct cluster *c,
                                                 int number)
{
    AUTO_FREE char *config = path_of("%s/worker-%d.properties", c->dir, number);
    AUTO_FREE char *log = path_of("%s/worker-%d.log", c->dir, number);
    struct worker_process w = {0};
    struct err err = {0};
    int fds[2];
    AUTO_FILE FILE *out = NULL;

    ck_assert_int_eq(
        file_print(config, &err,
                   "bootstrap.servers=%s\ngroup.id=w\n"
                   "listeners=http://127.0.0.1:0\nsession.timeout.ms=4000\n"
                   "heartbeat.interval.ms=200\nplugin.path=/nowhere\n"
                   "config.storage.topic=w-config\n"
                   "offset.storage.topic=w-offsets\n"
                   "status.storage.topic=w-status\n",
                   rd_kafka_mock_cluster_bootstraps(c->mock)),
        0);
    ck_assert_int_eq(pipe(fds), 0);
    w.pid = fork();
    if (w.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(fds[1], 1);
        (void)close(fds[0]);
        (void)!freopen(log, "w", stderr);
        execl(BUILD_DIR "/tests/worker_of_fakes", "ordeal-worker", "--config",
              config, NULL);
        _exit(127);
    }
    (void)close(fds[1]);
    out = fdopen(fds[0], "r");
    w.port = port_said(out, "rest");
    (void)snprintf(w.id, sizeof(w.id), "127.0.0.1:%u", w.port);
    return w;
}

static inline int worker_end(const struct worker_process *w, int sig)
{
    int status;

    (void)kill(w->pid, sig);
    ck_assert_int_eq(waitpid(w->pid, &status, 0), w->pid);
    return status;
}

/* One request; the status, and the body in *ret_body (new; NULL: none). */
static inline int ask(const struct worker_process *w, const char *method,
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

/* The status, and that the answer holds `text` as it is (NULL: whatever). */
static inline void expect(const struct worker_process *w, const char *method,
                          const char *path, const char *body, int status,
                          const char *text)
{
    AUTO_JSON json_t *answer = NULL;
    int got = ask(w, method, path, body, &answer);
    AUTO_FREE char *is =
        json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    ck_assert_msg(got == status, "%s %s: %d, expected %d: %s", method, path,
                  got, status, is ? is : "");
    ck_assert_msg(!text || (is && strstr(is, text)), "%s %s: %s, expected %s",
                  method, path, is ? is : "nothing", text);
}

/* Ask until it answers so, 15 s at most. */
static inline void await(const struct worker_process *w, const char *method,
                         const char *path, const char *body, int status,
                         const char *text)
{
    struct clk clk = clk_real();

    while (clk_now(&clk) < 15 * US_PER_S) {
        AUTO_JSON json_t *answer = NULL;
        int got = ask(w, method, path, body, &answer);
        AUTO_FREE char *is =
            json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

        if (got == status && (!text || (is && strstr(is, text))))
            return;
        clk_sleep(&clk, 50 * US_PER_MS);
    }
    expect(w, method, path, body, status, text);
}

#endif
