/* lease.c - takes and drops a loopback range by binding a Unix socket name. */
#include "node/lease_own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/own.h"
#include "base/rng.h"

/* 127.64.0.0 to 127.127.255.0, clear of 127.0.x.y, used by other programs. */
enum { FIRST_X = 64, RANGES = 64 * 256 };

int lease_take_at(uint8_t x, uint8_t y, struct lease *ret, struct err *err)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int n, rc;

    if (fd < 0)
        return err_errno(err, "socket");
    n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
                 "ordeal/127.%u.%u.0", x, y);
    if (bind(fd, (struct sockaddr *)&name,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                         (size_t)n)) < 0) {
        rc = err_errno(err, "127.%u.%u.0/24", x, y);
        (void)close(fd);
        return rc;
    }
    *ret = (struct lease){.fd = fd, .x = x, .y = y};
    return 0;
}

/* Check that the range can be bound: in some containers the loopback interface
 * has 127.0.0.1/32 only. */
static int answers(const struct lease *l, struct err *err)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl((127u << 24) | ((uint32_t)l->x << 16) |
                               ((uint32_t)l->y << 8) | 1u);
    if (fd < 0)
        return err_errno(err, "socket");
    if (bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        return err_errno(err,
                         "127.%u.%u.1: the loopback interface has to answer "
                         "for 127.0.0.0/8",
                         l->x, l->y);
    return 0;
}

int lease_take(struct lease *ret, struct err *err)
{
    unsigned start = (unsigned)(rng_fresh_seed() % RANGES);

    for (unsigned i = 0; i < RANGES; i++) {
        unsigned at = (start + i) % RANGES;
        struct err why = {0};
        int rc = lease_take_at((uint8_t)(FIRST_X + at / 256),
                               (uint8_t)(at % 256), ret, &why);

        if (rc == -EADDRINUSE)
            continue;
        if (rc < 0)
            return err_set(err, rc, "%s", why.text);
        rc = answers(ret, err);
        if (rc < 0)
            lease_drop(ret);
        return rc;
    }
    return err_set(err, -EADDRINUSE,
                   "all %d ranges of 127.64.0.0/10 are held by other runs",
                   RANGES);
}

void lease_drop(struct lease *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}
