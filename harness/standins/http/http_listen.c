/* http_listen.c - the addresses it listens at; more may come at any time. */
#include <arpa/inet.h>
#include <errno.h>

#include "standins/http/http_program.h"
#include "standins/shared/address.h"

enum { BACKLOG = 1024, CONNECTIONS_MAX = 4096, THREAD_STACK = 256 << 10 };

static struct MHD_Daemon *serve(int fd, struct sink_listener *l, bool control)
{
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            MHD_USE_POLL | MHD_USE_ERROR_LOG,
        0, NULL, NULL, control ? sink_control : sink_data, l,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
        control ? sink_control_done : sink_data_done, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK, MHD_OPTION_END);
}

/* The listener of that address and port, or NULL. Under the lock. */
static struct sink_listener *find(struct sink *s, const struct sockaddr_in *at)
{
    for (size_t i = 0; i < s->listeners_len; i++) {
        struct sink_listener *l = &s->listeners[i];

        if (l->address.s_addr == at->sin_addr.s_addr &&
            l->port == ntohs(at->sin_port))
            return l;
    }
    return NULL;
}

static int add(struct sink *s, struct sockaddr_in *at, bool control,
               uint16_t *ret_port, struct err *err)
{
    struct sink_listener *l;
    int fd = -1;
    int rc;

    if (s->stopping || s->listeners_len == LISTENERS_MAX)
        return err_set(err, -ENOSPC, "listening at %zu addresses already",
                       s->listeners_len);
    rc = address_listen(at, BACKLOG, &fd, err);
    if (rc < 0)
        return rc;
    l = &s->listeners[s->listeners_len];
    *l = (struct sink_listener){
        .sink = s,
        .address = at->sin_addr,
        .port = ntohs(at->sin_port),
    };
    l->daemon = serve(fd, l, control);
    if (!l->daemon) /* it has taken the socket, whether it failed or not */
        return err_set(err, -EIO, "the HTTP server does not start");
    s->listeners_len++;
    *ret_port = l->port;
    return 0;
}

int sink_listen(struct sink *s, const char *address, uint16_t port,
                bool control, uint16_t *ret_port, struct err *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    const struct sink_listener *there;
    int rc = 0;

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return err_set(err, -EINVAL, "%s: not an IPv4 address", address);
    pthread_mutex_lock(&s->lock);
    there = find(s, &at);
    if (there)
        *ret_port = there->port;
    else
        rc = add(s, &at, control, ret_port, err);
    pthread_mutex_unlock(&s->lock);
    return rc;
}

void sink_listen_end(struct sink *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true; /* from here on the list does not grow */
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < s->listeners_len; i++)
        MHD_stop_daemon(s->listeners[i].daemon);
}
