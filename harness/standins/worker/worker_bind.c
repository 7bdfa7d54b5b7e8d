/* worker_bind.c - binds sockets of Kafka clients to an address. */
#include "standins/worker/worker_bind.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in from; /* sin_family 0: any address */

int bind_clients_to(const char *address, struct err *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET};

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return err_set(err, -EINVAL, "%s: not an IPv4 address", address);
    from = at;
    return 0;
}

static int bound_socket(int domain, int type, int protocol, void *opaque)
{
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);

    (void)opaque;
    if (fd >= 0 && domain == AF_INET &&
        bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

void bind_client(rd_kafka_conf_t *conf)
{
    if (from.sin_family == AF_INET)
        rd_kafka_conf_set_socket_cb(conf, bound_socket);
}
