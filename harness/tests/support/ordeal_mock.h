/* ordeal_mock.h - ordeal-mock and its ordeal-brokers as children of a test, on
 * loopback. They die with the test. */
#ifndef SUPPORT_ORDEAL_MOCK_H
#define SUPPORT_ORDEAL_MOCK_H

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"

enum { MOCK_BROKERS_MAX = 4 };

struct ordeal_mock {
    char folder[32], socket[48];
    char bootstrap[128]; /* of the listener "client" */
    pid_t pid;
    int brokers_len;
    struct mock_broker {
        pid_t pid;
        unsigned client, observer;   /* ports */
    } brokers[MOCK_BROKERS_MAX + 1]; /* by number */
};

/* Start a program; *ret_out is what it prints. */
static inline pid_t program_start(const char *const *argv, FILE **ret_out)
{
    char path[512];
    int fds[2];
    pid_t pid;

    ck_assert_int_eq(pipe(fds), 0);
    (void)snprintf(path, sizeof(path), "%s/bin/%s", BUILD_DIR, argv[0]);
    pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(fds[1], 1);
        (void)close(fds[0]);
        execv(path, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    (void)close(fds[1]);
    *ret_out = fdopen(fds[0], "r");
    ck_assert_ptr_nonnull(*ret_out);
    return pid;
}

static inline unsigned listener_said(FILE *out, const char *name)
{
    char line[96], word[33];
    unsigned port = 0;

    ck_assert_ptr_nonnull(fgets(line, sizeof(line), out));
    ck_assert_int_eq(sscanf(line, "%32s 127.0.0.1:%u", word, &port), 2);
    ck_assert_str_eq(word, name);
    return port;
}

/* At the ports that it had, or at any. */
static inline void broker_start(struct ordeal_mock *m, int number)
{
    struct mock_broker *b = &m->brokers[number];
    char text[16], client[64], observer[64];
    AUTO_FILE FILE *out = NULL;

    (void)snprintf(text, sizeof(text), "%d", number);
    (void)snprintf(client, sizeof(client), "client=127.0.0.1:%u", b->client);
    (void)snprintf(observer, sizeof(observer), "observer=127.0.0.1:%u",
                   b->observer);
    b->pid =
        program_start((const char *const[]){"ordeal-broker", "--number", text,
                                            "--socket", m->socket, "--listen",
                                            client, "--listen", observer, NULL},
                      &out);
    b->client = listener_said(out, "client");
    b->observer = listener_said(out, "observer");
}

static inline int broker_dial(unsigned port)
{
    struct timeval limit = {.tv_sec = 20};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

/* How many brokers the one at this port knows of, by Metadata of version 1 for
 * no topics; -1: no answer. */
static inline int brokers_known(unsigned port)
{
    static const uint8_t ask[] = {0, 0, 0, 14,  0,   3, 0, 1, 0,
                                  0, 0, 7, 255, 255, 0, 0, 0, 0};
    AUTO_FD int fd = broker_dial(port);
    uint8_t told[12];

    if (send(fd, ask, sizeof(ask), MSG_NOSIGNAL) != sizeof(ask) ||
        recv(fd, told, sizeof(told), MSG_WAITALL) != sizeof(told))
        return -1;
    ck_assert_int_eq(told[7], 7); /* correlation */
    return told[11];
}

static inline void await_brokers(unsigned port, int count)
{
    struct clk clk = clk_real();

    while (brokers_known(port) != count) {
        ck_assert_int_lt(clk_now(&clk), 20 * US_PER_S);
        clk_sleep(&clk, 2000);
    }
}

static inline void ordeal_mock_start(struct ordeal_mock *m, int brokers)
{
    AUTO_FILE FILE *out = NULL;
    char number[16], line[96];

    *m = (struct ordeal_mock){.brokers_len = brokers,
                              .folder = "/tmp/ordeal-mock-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(m->folder));
    (void)snprintf(m->socket, sizeof(m->socket), "%s/socket", m->folder);
    (void)snprintf(number, sizeof(number), "%d", brokers);
    m->pid =
        program_start((const char *const[]){"ordeal-mock", "--brokers", number,
                                            "--socket", m->socket, NULL},
                      &out);
    for (int k = 1; k <= brokers; k++) {
        size_t len = strlen(m->bootstrap);

        broker_start(m, k);
        (void)snprintf(m->bootstrap + len, sizeof(m->bootstrap) - len,
                       "%s127.0.0.1:%u", k > 1 ? "," : "",
                       m->brokers[k].client);
    }
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), out));
    await_brokers(m->brokers[1].client, brokers);
}

/* Send a signal to a broker and, where it ends it, wait for the end. */
static inline void broker_signal(struct ordeal_mock *m, int number, int sig)
{
    ck_assert_int_eq(kill(m->brokers[number].pid, sig), 0);
    if (sig == SIGSTOP || sig == SIGCONT)
        return;
    ck_assert_int_eq(waitpid(m->brokers[number].pid, NULL, 0),
                     m->brokers[number].pid);
    m->brokers[number].pid = 0;
}

/* All end well: the mock by SIGTERM, its brokers as it has gone. */
static inline void ordeal_mock_end(struct ordeal_mock *m)
{
    int status;

    (void)kill(m->pid, SIGTERM);
    ck_assert_int_eq(waitpid(m->pid, &status, 0), m->pid);
    ck_assert_int_eq(status, 0);
    for (int k = 1; k <= m->brokers_len; k++) {
        if (m->brokers[k].pid == 0)
            continue;
        (void)kill(m->brokers[k].pid, SIGCONT);
        ck_assert_int_eq(waitpid(m->brokers[k].pid, &status, 0),
                         m->brokers[k].pid);
        ck_assert_int_eq(WEXITSTATUS(status), EXIT_FAILURE);
    }
    ck_assert_int_eq(rmdir(m->folder), 0);
}

#endif
