/* ordeal_mock.c - ordeal-mock and its brokers as children of a test. */
#include "support/ordeal_mock.h"

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "support/program.h"

void broker_start(struct ordeal_mock *m, int number)
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

int broker_dial(unsigned port)
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

int brokers_known(unsigned port)
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

void await_brokers(unsigned port, int count)
{
    struct clk clk = clk_real();

    while (brokers_known(port) != count) {
        ck_assert_int_lt(clk_now(&clk), 40 * US_PER_S);
        clk_sleep(&clk, 2000);
    }
}

void ordeal_mock_start_with(struct ordeal_mock *m, int brokers, int session_ms)
{
    AUTO_FILE FILE *out = NULL;
    char number[16], session[16], logs[64], line[96];

    *m = (struct ordeal_mock){.brokers_len = brokers,
                              .folder = "/tmp/ordeal-mock-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(m->folder));
    (void)snprintf(m->socket, sizeof(m->socket), "%s/socket", m->folder);
    (void)snprintf(number, sizeof(number), "%d", brokers);
    (void)snprintf(session, sizeof(session), "%d", session_ms);
    (void)snprintf(logs, sizeof(logs), "%s/logs", m->folder);
    m->pid = program_start((const char *const[]){"bin/ordeal-mock", "--brokers",
                                                 number, "--session-ms",
                                                 session, "--socket", m->socket,
                                                 "--logs", logs, NULL},
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

void ordeal_mock_start(struct ordeal_mock *m, int brokers)
{
    ordeal_mock_start_with(m, brokers, 1500);
}

void broker_signal(struct ordeal_mock *m, int number, int sig)
{
    pid_t pid = m->brokers[number].pid;

    if (sig == SIGSTOP || sig == SIGCONT) {
        ck_assert_int_eq(kill(pid, sig), 0);
        return;
    }
    (void)program_end(pid, sig);
    m->brokers[number].pid = 0;
}

void ordeal_mock_end(struct ordeal_mock *m)
{
    struct err err = {0};

    ck_assert_int_eq(program_end(m->pid, SIGTERM), 0);
    for (int k = 1; k <= m->brokers_len; k++)
        if (m->brokers[k].pid != 0)
            ck_assert_int_eq(
                WEXITSTATUS(program_end(m->brokers[k].pid, SIGCONT)),
                EXIT_FAILURE);
    ck_assert_msg(remove_tree(m->folder, &err) == 0, "%s", err.text);
}
