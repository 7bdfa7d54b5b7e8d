/* http_listen.c - the addresses of ordeal-http. Addresses may be added at any
 * time; all data addresses may go down and come up again.
 *
 * A data socket that goes down stays bound: on Linux shutdown(2) ends the
 * listening of a socket, and leaves the port bound if bind(2) was given the
 * port. The kernel then refuses connections as if no program ran, and without
 * SO_REUSEADDR no other program gets the port meanwhile.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/own.h"
#include "standins/http/http_program.h"
#include "standins/shared/address.h"

enum {
    CONNECTIONS_MAX = 4096,
    THREAD_STACK = 256 << 10,
    /* of each connection: what is received at a time of a large body */
    CONNECTION_BUFFER = 128 << 10,
    BACKLOG = 1024,
};

static int failed(const struct sink_listener *l, struct err *err)
{
    return err_errno(err, "%s:%u: cannot listen", inet_ntoa(l->address),
                     (unsigned)l->port);
}

static int may_share(int fd, int on)
{
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

/* The daemon closes the descriptor given to the daemon, so give a duplicate. */
static struct MHD_Daemon *serve(struct sink_listener *l)
{
    const struct sink_handlers *h =
        l->is_control ? &l->sink->control : &l->sink->data;
    int fd = fcntl(l->fd, F_DUPFD_CLOEXEC, 0);

    if (fd < 0)
        return NULL;
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG,
        0, NULL, NULL, h->each, l, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, h->done, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)THREAD_STACK, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BUFFER, MHD_OPTION_END);
}

/* The listener at an address and port, or NULL. Under the lock. */
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

/* Listen, serve. -EIO: the HTTP server does not start. */
static int come_up(struct sink_listener *l, struct err *err)
{
    if (may_share(l->fd, 1) < 0 || listen(l->fd, BACKLOG) < 0)
        return failed(l, err);
    l->daemon = serve(l);
    if (l->daemon)
        return 0;
    (void)shutdown(l->fd, SHUT_RDWR);
    return err_set(err, -EIO, "the HTTP server does not start");
}

/* Under the lock. */
static int add(struct sink *s, struct sockaddr_in *at, bool control,
               uint16_t *ret_port, struct err *err)
{
    struct sink_listener *l;
    int fd = -1;
    int rc;

    if (s->stopping || s->listeners_len == LISTENERS_MAX)
        return err_set(err, -ENOSPC, "listening at %zu addresses already",
                       s->listeners_len);
    rc = address_bind(at, &fd, err);
    if (rc < 0)
        return rc;
    l = &s->listeners[s->listeners_len];
    *l = (struct sink_listener){.sink = s,
                                .is_control = control,
                                .fd = fd,
                                .address = at->sin_addr,
                                .port = ntohs(at->sin_port)};
    if (control || !s->down)
        rc = come_up(l, err);
    else if (may_share(fd, 0) < 0)
        rc = failed(l, err);
    if (rc < 0) {
        (void)close(fd);
        return rc;
    }
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

/* ---- down and up --------------------------------------------------------- */

/* The kernel refuses connections once the function has returned. */
static int refuse(struct sink *s, struct sink_listener *l, bool cut,
                  struct err *err)
{
    struct MHD_Daemon *d = l->daemon;
    int fd;

    if (!d)
        return 0;
    l->daemon = NULL;
    fd = MHD_quiesce_daemon(d); /* l->fd keeps the port */
    if (shutdown(l->fd, SHUT_RDWR) < 0 || may_share(l->fd, 0) < 0)
        (void)failed(l, err);
    if (!cut && s->retired_len < RETIRED_MAX) {
        s->retired[s->retired_len++] = d;
        return err->code;
    }
    MHD_stop_daemon(d);
    (void)close(fd); /* not earlier: the daemon's thread polls fd */
    return err->code;
}

/* Dial an address that is down. 0: refused, as expected. */
static int dial_refused(const struct sink_listener *l, struct err *err)
{
    const struct timeval limit = {.tv_sec = 1};
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_addr = l->address,
                                   .sin_port = htons(l->port)};
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
        return err_set(err, -EADDRINUSE, "%s:%u: another program answers there",
                       inet_ntoa(l->address), (unsigned)l->port);
    return errno == ECONNREFUSED
               ? 0
               : err_errno(err, "dial %s:%u", inet_ntoa(l->address),
                           (unsigned)l->port);
}

int sink_go_down(struct sink *s, bool cut, uint64_t *ret_refused,
                 struct err *err)
{
    struct err why = {0};
    int rc = 0;

    s->down = true;
    for (size_t i = 0; rc == 0 && i < s->listeners_len; i++) {
        struct sink_listener *l = &s->listeners[i];

        if (l->is_control)
            continue;
        rc = refuse(s, l, cut, err);
        if (rc == 0)
            rc = dial_refused(l, err);
        *ret_refused += rc == 0;
    }
    if (rc < 0 && sink_come_up(s, &why) < 0)
        return err_context(err, "%s, after", why.text);
    return rc;
}

int sink_come_up(struct sink *s, struct err *err)
{
    s->down = false;
    for (size_t i = 0; i < s->listeners_len; i++) {
        struct sink_listener *l = &s->listeners[i];
        struct err why = {0};

        if (!l->daemon && come_up(l, &why) < 0)
            *err = why;
    }
    return err->code;
}

void sink_listen_end(struct sink *s)
{
    pthread_mutex_lock(&s->orders); /* an order under way is completed first */
    pthread_mutex_lock(&s->lock);
    s->stopping = true; /* from here on the list does not grow */
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_unlock(&s->orders);
    for (size_t i = 0; i < s->listeners_len; i++)
        if (s->listeners[i].daemon)
            MHD_stop_daemon(s->listeners[i].daemon);
    for (size_t i = 0; i < s->retired_len; i++)
        MHD_stop_daemon(s->retired[i]);
}
