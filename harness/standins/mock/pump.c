/* pump.c - the poll loop of ordeal-broker. */
#include "standins/mock/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/mock_wire.h"
#include "standins/shared/address.h"

enum { BEAT_EVERY_US = 200000, RETRY_MS = 20, BACKLOG = 512 };

static const char actor[] = "pump";

int pump_listen(struct pump *p, const char *name, const char *where,
                struct err *err)
{
    struct door *d = &p->doors[p->doors_len];
    struct sockaddr_in at;

    if (p->doors_len == DOORS_MAX)
        return err_set(err, -E2BIG, "more than %d listeners", (int)DOORS_MAX);
    if (address_read(where, &at, err) < 0 ||
        address_listen(&at, BACKLOG, &d->fd, err) < 0)
        return err->code;
    d->name = name;
    address_write(&at, d->address);
    p->doors_len++;
    return 0;
}

/* ---- the control connection ---- */

/* Open the control connection and register the broker. false: ordeal-mock does
 * not accept connections yet. */
static bool enrol(struct pump *p)
{
    AUTO_JSON json_t *line = NULL;
    json_t *listeners = json_object();
    struct err err = {0};

    for (size_t i = 0; i < p->doors_len; i++)
        (void)json_object_set_new(listeners, p->doors[i].name,
                                  json_string(p->doors[i].address));
    line = json_pack("{s:i, s:o}", "number", p->number, "listeners", listeners);
    if (unix_dial(p->socket, &p->control, &err) < 0)
        return false;
    if (json_line_write(p->control, line, &err) == 0)
        return true;
    (void)close(p->control);
    p->control = -1;
    return false;
}

/* A heartbeat that does not fit into the socket now is dropped: ordeal-mock
 * would read the byte late anyway. */
static void beat(const struct pump *p)
{
    (void)send(p->control, "{}\n", 3, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* ---- links ---- */

static void link_close(struct pump *p, size_t i)
{
    struct link *l = p->links[i];

    (void)close(l->tcp);
    (void)close(l->mock);
    free(l);
    p->links[i] = p->links[--p->links_len];
}

static void link_open(struct pump *p, int tcp, int mock, const char *hello)
{
    struct link *l = must_malloc(sizeof(*l));

    l->tcp = tcp;
    l->mock = mock;
    l->up.from = l->down.to = tcp;
    l->up.to = l->down.from = mock;
    l->up.at = l->down.at = l->down.len = 0;
    l->up.ended = l->down.ended = false;
    l->up.len = strlen(hello);
    memcpy(l->up.data, hello, l->up.len);
    p->links[p->links_len++] = l;
}

/* Accept a client and open a second connection to ordeal-mock for the client.
 * The first line on the new connection says which broker, listener and peer the
 * link belongs to (serve.h). */
static void welcome(struct pump *p, const struct door *d)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof(peer);
    char where[ADDRESS_TEXT], hello[256];
    struct err err = {0};
    int one = 1, mock;
    int tcp = accept4(d->fd, (struct sockaddr *)&peer, &len,
                      SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (tcp < 0)
        return;
    if (p->links_len == LINKS_MAX || unix_dial(p->socket, &mock, &err) < 0) {
        (void)close(tcp);
        return;
    }
    (void)fcntl(mock, F_SETFL, O_NONBLOCK);
    (void)setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    address_write(&peer, where);
    (void)snprintf(hello, sizeof(hello),
                   "{\"number\":%d,\"listener\":\"%s\",\"peer\":\"%s\"}\n",
                   p->number, d->name, where);
    link_open(p, tcp, mock, hello);
}

static bool blocked(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Move bytes from one socket to the other. false: close the link. */
static bool flow_move(struct flow *f)
{
    ssize_t n;

    if (f->len == 0 && !f->ended) {
        n = recv(f->from, f->data, sizeof(f->data), 0);
        if (n > 0)
            f->len = (size_t)n;
        else if (!blocked(n))
            f->ended = true;
    }
    if (f->len > 0) {
        n = send(f->to, f->data + f->at, f->len, MSG_NOSIGNAL);
        if (n < 0 && !blocked(n))
            return false;
        if (n > 0) {
            f->at += (size_t)n;
            f->len -= (size_t)n;
        }
        if (f->len == 0)
            f->at = 0;
    }
    return f->len > 0 || !f->ended;
}

/* ---- the loop ---- */

enum { FIXED = 2 + DOORS_MAX, POLLED_MAX = FIXED + 2 * LINKS_MAX };

static short wanted(const struct flow *reads, const struct flow *writes)
{
    return (short)((reads->len == 0 ? POLLIN : 0) |
                   (writes->len > 0 ? POLLOUT : 0));
}

/* Descriptors in order: signals, control connection, doors, then two per link.
 * Doors are not polled while the control connection is closed: clients wait in
 * the backlog until ordeal-mock is there. */
static nfds_t gather(const struct pump *p, struct pollfd *fds)
{
    nfds_t n = 0;

    fds[n++] = (struct pollfd){.fd = p->signals, .events = POLLIN};
    fds[n++] = (struct pollfd){.fd = p->control, .events = POLLIN};
    for (size_t i = 0; i < p->doors_len; i++)
        fds[n++] = (struct pollfd){.fd = p->control < 0 ? -1 : p->doors[i].fd,
                                   .events = POLLIN};
    for (size_t i = 0; i < p->links_len; i++) {
        const struct link *l = p->links[i];

        fds[n++] =
            (struct pollfd){.fd = l->tcp, .events = wanted(&l->up, &l->down)};
        fds[n++] =
            (struct pollfd){.fd = l->mock, .events = wanted(&l->down, &l->up)};
    }
    return n;
}

/* Backwards, because closing a link moves the last link into its place. */
static void serve_links(struct pump *p, const struct pollfd *fds)
{
    const struct pollfd *first = fds + 2 + p->doors_len;

    for (size_t i = p->links_len; i-- > 0;) {
        struct link *l = p->links[i];

        if (!first[2 * i].revents && !first[2 * i + 1].revents)
            continue;
        if (first[2 * i].revents & (POLLERR | POLLHUP) || !flow_move(&l->up) ||
            !flow_move(&l->down))
            link_close(p, i);
    }
}

static bool mock_is_gone(const struct pump *p)
{
    char byte;
    ssize_t n = recv(p->control, &byte, 1, MSG_DONTWAIT);

    return n == 0 || (n < 0 && !blocked(n));
}

/* Links are served before doors: accepting a client changes the list of links,
 * to which `fds` refers by index. */
int pump_run(struct pump *p, struct err *err)
{
    static struct pollfd fds[POLLED_MAX];
    int64_t beat_at_us = 0;

    for (;;) {
        int64_t now_us = clk_monotonic_us();
        int64_t wait_us;
        size_t doors = p->doors_len;

        if (p->control < 0 && enrol(p))
            log_info(actor, "broker %d is registered", p->number);
        if (p->control >= 0 && now_us >= beat_at_us) {
            beat(p);
            beat_at_us = now_us + BEAT_EVERY_US;
        }
        wait_us = p->control < 0 ? RETRY_MS * US_PER_MS : beat_at_us - now_us;
        if (poll(fds, gather(p, fds), (int)(wait_us / US_PER_MS) + 1) <= 0)
            continue;
        if (fds[0].revents)
            return 0;
        if (fds[1].revents && mock_is_gone(p))
            return err_set(err, -EPIPE, "ordeal-mock has gone");
        serve_links(p, fds);
        for (size_t i = 0; i < doors; i++)
            if (fds[2 + i].revents)
                welcome(p, &p->doors[i]);
    }
}

void pump_done(struct pump *p)
{
    while (p->links_len > 0)
        link_close(p, p->links_len - 1);
    for (size_t i = 0; i < p->doors_len; i++)
        (void)close(p->doors[i].fd);
    if (p->control >= 0)
        (void)close(p->control);
}
