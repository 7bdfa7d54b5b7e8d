/* progress.c - lines for the live view, over a pipe that may be full. */
#include "engine/progress_own.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/own.h"

void progress_init(struct progress *p, int fd)
{
    *p = (struct progress){.fd = fd};
    pthread_mutex_init(&p->lock, NULL);
    /* The flag belongs to this end of the pipe: the reader's end keeps
     * blocking. */
    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
        p->fd = -1; /* no live view is better than a run that hangs */
}

void progress_done(struct progress *p)
{
    free(p->rest);
    p->rest = NULL;
    pthread_mutex_destroy(&p->lock);
}

/* Writes as much as the pipe takes and returns the number of bytes. Up to
 * PIPE_BUF a write is all or nothing. */
static size_t put(struct progress *p, const char *text, size_t len)
{
    ssize_t n;

    if (p->fd < 0)
        return 0;
    do
        n = write(p->fd, text, len);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN) {
        log_debug("engine", "nobody watches: %s", strerror(errno));
        p->fd = -1;
    }
    return n < 0 ? 0 : (size_t)n;
}

/* Sends the rest of a line begun before; true once all is sent. No other line
 * may come in between. */
static bool rest_is_sent(struct progress *p)
{
    if (!p->rest)
        return true;
    p->rest_at += put(p, p->rest + p->rest_at, strlen(p->rest + p->rest_at));
    if (p->rest[p->rest_at])
        return false;
    free(p->rest);
    p->rest = NULL;
    return true;
}

/* False: the line is no UTF-8, or the pipe took no byte. */
static bool send_now(struct progress *p, const json_t *line)
{
    AUTO_FREE char *text = json_dumps(line, JSON_COMPACT);
    AUTO_FREE char *whole = text ? path_of("%s\n", text) : NULL;
    size_t n;

    if (!whole || !rest_is_sent(p))
        return false;
    n = put(p, whole, strlen(whole));
    if (n > 0 && whole[n]) {
        p->rest = TAKE(whole);
        p->rest_at = n;
    }
    return n > 0;
}

/* Called with the lock. False: dropped, or not yet sent. */
static bool send_counted(struct progress *p, json_t *line)
{
    if (p->not_shown > 0)
        json_object_set_new(line, "not_shown",
                            json_integer((json_int_t)p->not_shown));
    if (!send_now(p, line))
        return false;
    p->not_shown = 0;
    return true;
}

void progress_send(struct progress *p, json_t *line)
{
    pthread_mutex_lock(&p->lock);
    if (!send_counted(p, line) && !json_object_get(line, "live"))
        p->not_shown++;
    pthread_mutex_unlock(&p->lock);
    json_decref(line);
}

void progress_last(struct progress *p, json_t *line, int64_t timeout_us)
{
    int64_t until_us = clk_monotonic_us() + timeout_us;
    bool sent = false;

    pthread_mutex_lock(&p->lock);
    while (p->fd >= 0 && clk_monotonic_us() < until_us) {
        struct pollfd room = {.fd = p->fd, .events = POLLOUT};

        sent = sent || send_counted(p, line);
        if (sent && rest_is_sent(p))
            break;
        (void)poll(&room, 1, 100);
    }
    pthread_mutex_unlock(&p->lock);
    json_decref(line);
}
