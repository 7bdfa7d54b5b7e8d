/* ordeal_mock.h - ordeal-mock and its ordeal-broker processes as children of a
 * test, on loopback. The kernel kills the children when the test dies. */
#ifndef SUPPORT_ORDEAL_MOCK_H
#define SUPPORT_ORDEAL_MOCK_H

#include <arpa/inet.h>
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/own.h"
#include "support/program.h"

enum { MOCK_BROKERS_MAX = 4 };

struct ordeal_mock {
    char folder[32], socket[48];
    char bootstrap[128]; /* addresses of the listener "client" */
    pid_t pid;
    int brokers_len;
    struct mock_broker {
        pid_t pid;
        unsigned client, observer;   /* ports */
    } brokers[MOCK_BROKERS_MAX + 1]; /* index: number */
};

/* Start a broker at its former ports, or for the first time at free ports. */
static inline void broker_start(struct ordeal_mock *m, int number)
{
    struct mock_broker *b = &m->brokers[number];
    char text[16], client[64], observer[64];
    AUTO_FILE FILE *out = NULL;

    (void)snprintf(text, sizeof(text), "%d", number);
    (void)snprintf(client, sizeof(client), "client=127.0.0.1:%u", b->client);
    (void)snprintf(observer, sizeof(observer), "observer=127.0.0.1:%u",
                   b->observer);
    b->pid = program_start((const char *const[]){"bin/ordeal-broker",
                                                 "--number", text, "--socket",
                                                 m->socket, "--listen", client,
                                                 "--listen", observer, NULL},
                           &out);
    b->client = port_said(out, "client");
    b->observer = port_said(out, "observer");
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

/* Number of brokers known to the broker at `port`, by a Metadata request
 * (version 1) for no topics; -1: no response. */
static inline int brokers_known(unsigned port)
{
    static const uint8_t ask[] = {0, 0, 0, 14,  0,   3, 0, 1, 0,
                                  0, 0, 7, 255, 255, 0, 0, 0, 0};
    AUTO_FD int fd = broker_dial(port);
    uint8_t told[12];

    if (send(fd, ask, sizeof(ask), MSG_NOSIGNAL) != sizeof(ask) ||
        recv(fd, told, sizeof(told), MSG_WAITALL) != sizeof(told))
        return -1;
    ck_assert_int_eq(told[7], 7); /* correlation id */
    return told[11];
}

/* Wait until the broker at `port` knows `count` brokers. */
static inline void await_brokers(unsigned port, int count)
{
    struct clk clk = clk_real();

    while (brokers_known(port) != count) {
        ck_assert_int_lt(clk_now(&clk), 40 * US_PER_S);
        clk_sleep(&clk, 2000);
    }
}

/* Start a mock with `brokers` brokers, and wait until all are registered.
 * session_ms: a broker without heartbeat for this time is dead. */
static inline void ordeal_mock_start_with(struct ordeal_mock *m, int brokers,
                                          int session_ms)
{
    AUTO_FILE FILE *out = NULL;
    char number[16], session[16], line[96];

    *m = (struct ordeal_mock){.brokers_len = brokers,
                              .folder = "/tmp/ordeal-mock-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(m->folder));
    (void)snprintf(m->socket, sizeof(m->socket), "%s/socket", m->folder);
    (void)snprintf(number, sizeof(number), "%d", brokers);
    (void)snprintf(session, sizeof(session), "%d", session_ms);
    m->pid =
        program_start((const char *const[]){"bin/ordeal-mock", "--brokers",
                                            number, "--session-ms", session,
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

static inline void ordeal_mock_start(struct ordeal_mock *m, int brokers)
{
    ordeal_mock_start_with(m, brokers, 1500);
}

/* Send a signal to a broker, and unless SIGSTOP or SIGCONT wait for its end. */
static inline void broker_signal(struct ordeal_mock *m, int number, int sig)
{
    pid_t pid = m->brokers[number].pid;

    if (sig == SIGSTOP || sig == SIGCONT) {
        ck_assert_int_eq(kill(pid, sig), 0);
        return;
    }
    (void)program_end(pid, sig);
    m->brokers[number].pid = 0;
}

/* End the mock by SIGTERM and check its exit status; the brokers then end by
 * themselves, with exit status 1. */
static inline void ordeal_mock_end(struct ordeal_mock *m)
{
    ck_assert_int_eq(program_end(m->pid, SIGTERM), 0);
    for (int k = 1; k <= m->brokers_len; k++)
        if (m->brokers[k].pid != 0)
            ck_assert_int_eq(
                WEXITSTATUS(program_end(m->brokers[k].pid, SIGCONT)),
                EXIT_FAILURE);
    ck_assert_int_eq(rmdir(m->folder), 0);
}

#endif
