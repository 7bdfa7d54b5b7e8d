/* ordeal_http.c - ordeal-http as a child of a test, and a short HTTP client. */
#include "support/ordeal_http.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/own.h"
#include "support/program.h"

struct ordeal_http ordeal_http_start_with(const char *log,
                                          const char *credential)
{
    struct ordeal_http h;
    AUTO_FILE FILE *out = NULL;

    h.pid = program_start(
        (const char *const[]){"bin/ordeal-http", "--listen", "127.0.0.1:0",
                              "--control", "127.0.0.1:0", "--log", log,
                              credential ? "--credential" : NULL, credential,
                              NULL},
        &out);
    h.data = port_said(out, "data");
    h.control = port_said(out, "control");
    return h;
}

struct ordeal_http ordeal_http_start(const char *log)
{
    return ordeal_http_start_with(log, NULL);
}

int ordeal_http_end(const struct ordeal_http *h, int sig)
{
    return program_end(h->pid, sig);
}

int dial_at(const char *address, unsigned port)
{
    struct timeval limit = {.tv_sec = 60};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {inet_addr(address)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

int dial_port(unsigned port)
{
    return dial_at("127.0.0.1", port);
}

bool say(int fd, const char *method, const char *path, const char *more,
         const char *body)
{
    char text[4096];
    int n = snprintf(text, sizeof(text),
                     "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n%s\r\n%s",
                     method, path, strlen(body), more, body);

    return n < (int)sizeof(text) &&
           send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

int hear(int fd, char *reply, size_t size)
{
    size_t len = 0;
    ssize_t n;
    int status;

    while (len < size - 1 && (n = recv(fd, reply + len, size - 1 - len, 0)) > 0)
        len += (size_t)n;
    reply[len] = 0;
    return sscanf(reply, "HTTP/1.1 %d", &status) == 1 ? status : -1;
}

int request_with(unsigned port, const char *method, const char *path,
                 const char *more, const char *body, char reply[4096])
{
    AUTO_FD int fd = dial_port(port);

    if (fd < 0 || !say(fd, method, path, more, body))
        return -1;
    return hear(fd, reply, 4096);
}

int post(unsigned port, const char *body)
{
    char reply[4096];

    return request_with(port, "POST", "/", "", body, reply);
}

void control(const struct ordeal_http *h, const char *body)
{
    char reply[4096];

    ck_assert_int_eq(
        request_with(h->control, "PUT", "/control", "", body, reply), 200);
}
