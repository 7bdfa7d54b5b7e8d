/* address.c - reads, writes and listens at addresses. */
#include "standins/shared/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/own.h"

int address_read(const char *text, struct sockaddr_in *ret, struct err *err)
{
    const char *colon = strrchr(text, ':');
    AUTO_FREE char *host = NULL;
    unsigned long port = 0;
    char *end = NULL;

    *ret = (struct sockaddr_in){.sin_family = AF_INET};
    if (colon) {
        host = must_memdup(text, (size_t)(colon - text));
        port = strtoul(colon + 1, &end, 10);
    }
    if (!colon || end == colon + 1 || *end || port > UINT16_MAX ||
        inet_pton(AF_INET, host, &ret->sin_addr) != 1)
        return err_set(err, -EINVAL, "%s: not ADDRESS:PORT", text);
    ret->sin_port = htons((uint16_t)port);
    return 0;
}

void address_write(const struct sockaddr_in *at, char out[ADDRESS_TEXT])
{
    char host[INET_ADDRSTRLEN];

    (void)inet_ntop(AF_INET, &at->sin_addr, host, sizeof(host));
    (void)snprintf(out, ADDRESS_TEXT, "%s:%u", host,
                   (unsigned)ntohs(at->sin_port));
}

/* A socket bound to `at`; -1 with errno. */
static int bound_socket(const struct sockaddr_in *at)
{
    AUTO_FD int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, ret = fd;

    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0)
        return -1;
    fd = -1;
    return ret;
}

int address_bind(struct sockaddr_in *at, int *ret_fd, struct err *err)
{
    socklen_t len = sizeof(*at);
    AUTO_FD int chosen = -1;
    char text[ADDRESS_TEXT];
    int fd;

    address_write(at, text);
    if (at->sin_port == 0) {
        chosen = bound_socket(at);
        if (chosen < 0 || getsockname(chosen, (struct sockaddr *)at, &len) < 0)
            return err_errno(err, "%s: cannot bind", text);
    }
    fd = bound_socket(at);
    if (fd < 0)
        return err_errno(err, "%s: cannot bind", text);
    *ret_fd = fd;
    return 0;
}

int address_listen(struct sockaddr_in *at, int backlog, int *ret_fd,
                   struct err *err)
{
    AUTO_FD int fd = -1;
    char text[ADDRESS_TEXT];
    int rc = address_bind(at, &fd, err);

    if (rc < 0)
        return rc;
    address_write(at, text);
    if (listen(fd, backlog) < 0)
        return err_errno(err, "%s: cannot listen", text);
    *ret_fd = fd;
    fd = -1;
    return 0;
}
