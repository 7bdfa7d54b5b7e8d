/* wire_tcp.c - a TCP connection, never blocking beyond a deadline. */
#include "client/wire/wire_tcp_own.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clk.h"
#include "base/own.h"

int tcp_wait(int fd, short events, int64_t deadline_us, struct err *err)
{
    for (;;) {
        int64_t left_us = deadline_us - clk_monotonic_us();
        int64_t left_ms = left_us / US_PER_MS + 1;
        struct pollfd p = {.fd = fd, .events = events};
        int n;

        if (left_us <= 0)
            return err_set(err, -ETIMEDOUT, "no answer in time");
        n = poll(&p, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_errno(err, "poll");
    }
}

int tcp_split(const char *address, char host[TCP_HOST_MAX],
              const char **ret_port, struct err *err)
{
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;

    if (!colon || len == 0 || colon[1] == 0 || len >= TCP_HOST_MAX)
        return err_set(err, -EINVAL, "not host:port");
    if (address[0] == '[' && address[len - 1] == ']') {
        address++;
        len -= 2;
    }
    memcpy(host, address, len);
    host[len] = '\0';
    *ret_port = colon + 1;
    return 0;
}

/* A non-blocking connect(2), since a blocking connect(2) could outlast the
 * deadline. */
static int dial(const struct addrinfo *to, int64_t deadline_us, int *ret,
                struct err *err)
{
    AUTO_FD int fd =
        socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failed = 0, on = 1;
    socklen_t len = sizeof(failed);

    if (fd < 0)
        return err_errno(err, "socket");
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0) {
        if (errno != EINPROGRESS)
            return err_errno(err, "connect");
        if (tcp_wait(fd, POLLOUT, deadline_us, err) < 0)
            return err->code;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &len) < 0)
            return err_errno(err, "connect");
        if (failed) {
            errno = failed;
            return err_errno(err, "connect");
        }
    }
    /* A request is a single write; waiting to merge writes gains nothing. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *ret = fd;
    fd = -1;
    return 0;
}

int tcp_dial(const char *address, int64_t deadline_us, int *ret,
             struct err *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    struct err last = {0};
    char host[TCP_HOST_MAX];
    const char *port;
    int rc;

    if (tcp_split(address, host, &port, err) < 0)
        return err->code;
    rc = getaddrinfo(host, port, &hints, &found);
    if (rc != 0)
        return err_set(err, -EHOSTUNREACH, "%s", gai_strerror(rc));
    rc = -EHOSTUNREACH;
    for (const struct addrinfo *at = found; at && rc < 0; at = at->ai_next) {
        last = (struct err){0};
        rc = dial(at, deadline_us, ret, &last);
    }
    freeaddrinfo(found);
    return rc < 0 ? err_set(err, rc, "%s", last.text) : 0;
}

int tcp_send(int fd, const void *data, size_t len, int64_t deadline_us,
             struct err *err)
{
    const uint8_t *at = data;

    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

        if (n >= 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN) {
            if (tcp_wait(fd, POLLOUT, deadline_us, err) < 0)
                return err->code;
        } else if (errno != EINTR) {
            return err_errno(err, "send");
        }
    }
    return 0;
}

int tcp_receive(int fd, void *data, size_t len, int64_t deadline_us,
                struct err *err)
{
    for (;;) {
        ssize_t n = recv(fd, data, len > INT_MAX ? INT_MAX : len, 0);

        if (n > 0)
            return (int)n;
        if (n == 0)
            return err_set(err, -ECONNRESET, "closed without an answer");
        if (errno == EAGAIN) {
            if (tcp_wait(fd, POLLIN, deadline_us, err) < 0)
                return err->code;
        } else if (errno != EINTR) {
            return err_errno(err, "receive");
        }
    }
}
