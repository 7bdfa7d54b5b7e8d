/* keeper_wire.c - sends and receives messages as datagrams of JSON. */
#include "node/keeper_wire_own.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"

int wire_pair(int ret[2], struct err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
        return err_errno(err, "socketpair");
    return 0;
}

static int lost(struct err *err)
{
    if (errno == EPIPE || errno == ECONNRESET)
        return err_set(err, -EPIPE, "the other side has ended");
    return err_errno(err, "message");
}

int wire_send(int fd, const json_t *message, struct err *err)
{
    AUTO_FREE char *text = json_dumps(message, JSON_COMPACT);
    ssize_t n;

    if (!text)
        return err_set(err, -EINVAL, "message cannot be written as JSON");
    do
        n = send(fd, text, strlen(text), MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EMSGSIZE)
        return err_set(err, -EMSGSIZE,
                       "message: %zu bytes are more than the kernel takes at "
                       "once; shorten arguments and environment",
                       strlen(text));
    return n < 0 ? lost(err) : 0;
}

/* Wait for the next message and return its length without taking the message;
 * 0: the other side has closed. */
static ssize_t next_length(int fd)
{
    ssize_t n;
    char c;

    do
        n = recv(fd, &c, 1, MSG_PEEK | MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    return n;
}

int wire_receive(int fd, json_t **ret, struct err *err)
{
    AUTO_FREE char *text = NULL;
    ssize_t n = next_length(fd);
    json_error_t je;

    if (n < 0)
        return lost(err);
    if (n == 0)
        return err_set(err, -EPIPE, "the other side has ended");
    text = must_malloc((size_t)n);
    n = recv(fd, text, (size_t)n, 0);
    if (n < 0)
        return lost(err);
    *ret = json_loadb(text, (size_t)n, 0, &je);
    if (!*ret)
        return err_set(err, -EBADMSG, "message is not JSON: %s", je.text);
    return 0;
}

json_t *wire_reply(int rc, json_t *ok, const struct err *why)
{
    if (rc >= 0)
        return json_pack("{s:o}", "ok", ok);
    json_decref(ok);
    return json_pack("{s:{s:i,s:s}}", "error", "code", rc, "text", why->text);
}

int wire_unpack(json_t *reply, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *r = reply;
    json_t *ok = json_object_get(r, "ok");
    const char *text;
    int code;

    if (ok) {
        *ret = json_incref(ok);
        return 0;
    }
    if (json_unpack(r, "{s:{s:i,s:s}}", "error", "code", &code, "text", &text) <
            0 ||
        code >= 0)
        return err_set(err, -EBADMSG, "neither ok nor error in the reply");
    return err_set(err, code, "%s", text);
}

void wire_send_failure(int pipe, const struct err *why)
{
    /* At most PIPE_BUF bytes, so the write is all or nothing. A reader that has
     * died needs no error. */
    best_effort(write(pipe, why, sizeof(*why)));
}

bool wire_receive_failure(int pipe, struct err *ret)
{
    ssize_t n;

    do
        n = read(pipe, ret, sizeof(*ret));
    while (n < 0 && errno == EINTR);
    (void)close(pipe);
    return n == sizeof(*ret);
}
