/* bench_endpoint.c - measures the CPU time that ordeal-http takes for requests
 * with bodies of 1 MiB, against a bare loop that receives, checksums and
 * appends.
 *
 * Both are processes of their own, and the same sender sends to each by turns
 * over a single connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "base/request_log.h"
#include "bench/bench.h"
#include "bench/replay.h"

enum { BODY = 1 << 20, HEAD_MAX = 4096 };

static const double share_least = 0.8;

static const char head[] = "POST /orders HTTP/1.1\r\nHost: sink\r\n"
                           "Content-Type: application/octet-stream\r\n"
                           "Content-Length: 1048576\r\n\r\n";

/* ---- the bare loop -------------------------------------------------------*/

/* Receives one request into `row`: an empty row, then the body. false: the
 * sender has gone. */
static bool receive(int fd, struct request_row *row)
{
    char *body = (char *)(row + 1), *end = NULL, text[HEAD_MAX + 1] = "";
    size_t len = 0, more;

    while (!end && len < HEAD_MAX) {
        ssize_t n = recv(fd, text + len, HEAD_MAX - len, 0);

        if (n <= 0)
            return false;
        len += (size_t)n;
        text[len] = 0;
        end = memmem(text, len, "\r\n\r\n", 4);
    }
    if (!end)
        return false;
    more = len - (size_t)(end + 4 - text);
    memcpy(body, end + 4, more);
    return recv(fd, body + more, BODY - more, MSG_WAITALL) ==
           (ssize_t)(BODY - more);
}

/* In the child: serve one connection, then exit. */
static void serve_bare(int listening, const char *log)
    __attribute__((noreturn));

static void serve_bare(int listening, const char *log)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    struct request_row *row = must_calloc(1, sizeof(*row) + BODY);
    struct err err = {0};
    int out, rc = data_open(log, true, &out, &err);

    while (rc == 0 && fd >= 0 && receive(fd, row)) {
        *row = (struct request_row){.magic = REQUEST_ROW_MAGIC,
                                    .body_len = BODY,
                                    .number = row->number + 1,
                                    .wall_us = clk_wall_us(),
                                    .tail_crc = crc32c(0, row + 1, BODY)};
        row->head_crc = request_head_crc(row);
        if (write_all(out, row, sizeof(*row) + BODY, &err) < 0 ||
            write_all(fd, answer, sizeof(answer) - 1, &err) < 0)
            break;
    }
    _exit(0);
}

static int start_bare(const char *log, struct sockaddr_in *ret, pid_t *ret_pid,
                      struct err *err)
{
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(*ret);

    *ret = (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)ret, len) < 0 ||
        listen(fd, 1) < 0 || getsockname(fd, (struct sockaddr *)ret, &len) < 0)
        return err_errno(err, "bare: cannot listen");
    *ret_pid = fork();
    if (*ret_pid == 0)
        serve_bare(fd, log);
    return *ret_pid < 0 ? err_errno(err, "fork") : 0;
}

/* ---- ordeal-http ---------------------------------------------------------*/

static int start_ours(const char *program, const char *log,
                      struct sockaddr_in *ret, pid_t *ret_pid, struct err *err)
{
    int ends[2];
    char said[64] = "";
    unsigned port = 0;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    *ret_pid = fork();
    if (*ret_pid == 0) {
        if (dup2(ends[1], STDOUT_FILENO) >= 0)
            execl(program, "ordeal-http", "--listen", "127.0.0.1:0",
                  "--control", "127.0.0.1:0", "--log", log, (char *)NULL);
        _exit(OUTCOME_INCONCLUSIVE);
    }
    (void)close(ends[1]);
    best_effort(read(ends[0], said, sizeof(said) - 1)); /* no port: an error */
    (void)close(ends[0]);
    if (*ret_pid < 0 || sscanf(said, "data 127.0.0.1:%u", &port) != 1)
        return err_set(err, -ECHILD, "%s: does not listen", program);
    *ret = (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return 0;
}

/* ---- measuring -----------------------------------------------------------*/

static int send_all(const struct sockaddr_in *to, uint64_t requests,
                    struct err *err)
{
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    AUTO_FREE char *body = must_calloc(1, BODY);
    char answer[1024];

    if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
        return err_errno(err, "connect");
    for (uint64_t i = 0; i < requests; i++) {
        ssize_t n;

        memcpy(body, &i, sizeof(i));
        if (write_all(fd, head, sizeof(head) - 1, err) < 0 ||
            write_all(fd, body, BODY, err) < 0)
            return err->code;
        n = recv(fd, answer, sizeof(answer), 0);
        if (n < 12 || memcmp(answer, "HTTP/1.1 200", 12) != 0)
            return err_set(err, -EPROTO, "request %llu: not accepted",
                           (unsigned long long)i);
    }
    return 0;
}

/* Microseconds of CPU time a request; negative errno. */
static int64_t measure(const struct replay_spec *spec, bool ours,
                       struct err *err)
{
    AUTO_FREE char *log = path_of("%s/requests", spec->dir);
    AUTO_FREE char *program = path_of("%s/ordeal-http", spec->programs);
    struct sockaddr_in at;
    struct rusage u;
    pid_t pid = -1;
    int status, rc = ours ? start_ours(program, log, &at, &pid, err)
                          : start_bare(log, &at, &pid, err);

    if (rc == 0)
        rc = send_all(&at, spec->records, err);
    if (pid > 0) {
        if (ours || rc < 0)
            (void)kill(pid, SIGTERM);
        while (wait4(pid, &status, 0, &u) < 0 && errno == EINTR)
            ;
    }
    (void)unlink(log);
    return rc < 0 ? rc : cpu_us_of(&u) / (int64_t)spec->records;
}

/* Of each the round with the least CPU time counts: other work on the machine
 * only adds. */
static int measure_all(const struct replay_spec *spec, int64_t least[2],
                       struct err *err)
{
    for (int i = 0; i < spec->rounds; i++) {
        int64_t us[2];

        for (int k = 0; k < 2; k++) {
            int ours = k ^ (i % 2);

            us[ours] = measure(spec, ours == 1, err);
            if (us[ours] < 0)
                return err_context(err, ours ? "ours" : "bare");
            if (i == 0 || us[ours] < least[ours])
                least[ours] = us[ours];
        }
        printf("endpoint, round %d of %d: ours %lld us CPU a request, bare "
               "%lld us\n",
               i + 1, spec->rounds, (long long)us[1], (long long)us[0]);
    }
    return 0;
}

int endpoint_run(struct nodes *nodes, void *ctx)
{
    const struct replay_spec *spec = ctx;
    struct err err = {0};
    int64_t least[2];
    double share;

    (void)nodes;
    if (measure_all(spec, least, &err) < 0) {
        fprintf(stderr, "ordeal-bench: %s\n", err.text);
        return OUTCOME_INCONCLUSIVE;
    }
    share = (double)least[0] / (double)(least[1] ? least[1] : 1);
    printf("endpoint: %.2f of a bare loop in CPU time, bound %.1f; ours %lld "
           "us, bare %lld us a body of 1 MiB\n",
           share, share_least, (long long)least[1], (long long)least[0]);
    return share < share_least ? OUTCOME_FAIL : 0;
}
