/* address.c - see address.h. */
#include "standins/shared/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/own.h"

int address_read(const char *text, struct sockaddr_in *ret, struct err *err)
{
    const char *colon = strrchr(text, ':');
    AUTO_FREE char *host = NULL;
    unsigned long port = 0;
    char *end = NULL;

    *ret = (struct sockaddr_in){.sin_family = AF_INET};
    if (colon) {
        host = strndup(text, (size_t)(colon - text));
        if (!host)
            abort();
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

int address_listen(struct sockaddr_in *at, int backlog, int *ret_fd,
                   struct err *err)
{
    AUTO_FD int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(*at);
    char text[ADDRESS_TEXT];
    int on = 1;

    if (fd < 0)
        return err_errno(err, "socket");
    address_write(at, text);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
        listen(fd, backlog) < 0 ||
        getsockname(fd, (struct sockaddr *)at, &len) < 0)
        return err_errno(err, "%s: cannot listen", text);
    *ret_fd = fd;
    fd = -1;
    return 0;
}
