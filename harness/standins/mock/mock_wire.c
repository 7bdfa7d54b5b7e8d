/* mock_wire.c - Kafka frames and JSON lines over blocking sockets. */
#include "standins/mock/mock_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"

enum { CHUNK = 64 << 10, BACKLOG = 512 };

static int read_exact(int fd, void *data, size_t len, struct err *err)
{
    uint8_t *at = data;

    while (len > 0) {
        ssize_t n = recv(fd, at, len, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "recv");
        if (n == 0)
            return err_set(err, -ECONNRESET,
                           "the peer has closed the connection");
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

static int send_all(int fd, struct iovec *iov, size_t iov_len, struct err *err)
{
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = iov_len};

    while (m.msg_iovlen > 0) {
        ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "send");
        while (m.msg_iovlen > 0 && (size_t)n >= m.msg_iov->iov_len) {
            n -= (ssize_t)m.msg_iov->iov_len;
            m.msg_iov++;
            m.msg_iovlen--;
        }
        if (m.msg_iovlen > 0) {
            m.msg_iov->iov_base = (uint8_t *)m.msg_iov->iov_base + n;
            m.msg_iov->iov_len -= (size_t)n;
        }
    }
    return 0;
}

void frame_done(struct frame *f)
{
    free(f->data);
    *f = (struct frame){0};
}

int frame_read(int fd, struct frame *f, struct err *err)
{
    uint32_t head;
    int rc = read_exact(fd, &head, sizeof(head), err);
    size_t len = ntohl(head);

    f->len = 0;
    if (rc == 0 && len > FRAME_MAX_LEN)
        rc = err_set(err, -EMSGSIZE, "a frame of %zu bytes, at most %d", len,
                     (int)FRAME_MAX_LEN);
    while (rc == 0 && f->len < len) {
        size_t n = len - f->len < CHUNK ? len - f->len : CHUNK;

        if (f->len + n > f->cap) {
            f->cap = 2 * (f->len + n);
            f->data = must_realloc(f->data, f->cap, 1);
        }
        rc = read_exact(fd, f->data + f->len, n, err);
        f->len += n;
    }
    return rc;
}

int frame_write(int fd, const void *data, size_t len, struct err *err)
{
    uint32_t head = htonl((uint32_t)len);
    struct iovec iov[] = {
        {.iov_base = &head, .iov_len = sizeof(head)},
        {.iov_base = (void *)(uintptr_t)data, .iov_len = len},
    };

    return send_all(fd, iov, ARRAY_LEN(iov), err);
}

/* Reads one byte at a time: bytes behind the line belong to the Kafka protocol
 * and have to stay in the socket. */
int json_line_read(int fd, json_t **ret, struct err *err)
{
    char text[LINE_MAX_LEN];
    size_t len = 0;
    json_error_t e;
    json_t *line;

    for (;;) {
        int rc = read_exact(fd, &text[len], 1, err);

        if (rc < 0)
            return rc;
        if (text[len] == '\n')
            break;
        if (++len == sizeof(text))
            return err_set(err, -EMSGSIZE, "a line of more than %d bytes",
                           (int)LINE_MAX_LEN);
    }
    line = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
    if (!json_is_object(line)) {
        json_decref(line);
        return err_set(err, -EBADMSG, "not a line of JSON: %.*s", (int)len,
                       text);
    }
    *ret = line;
    return 0;
}

int json_line_write(int fd, const json_t *line, struct err *err)
{
    AUTO_FREE char *text =
        must_have(json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS));
    char end[] = "\n";
    struct iovec iov[] = {{.iov_base = text}, {.iov_base = end, .iov_len = 1}};

    iov[0].iov_len = strlen(text);
    return send_all(fd, iov, ARRAY_LEN(iov), err);
}

static int unix_socket(const char *path, struct sockaddr_un *at,
                       struct err *err)
{
    int fd;

    *at = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(at->sun_path))
        return err_set(err, -ENAMETOOLONG, "%s: too long for a socket", path);
    memcpy(at->sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? err_errno(err, "socket") : fd;
}

int unix_listen(const char *path, int *ret_fd, struct err *err)
{
    struct sockaddr_un at;
    AUTO_FD int fd = unix_socket(path, &at, err);

    if (fd < 0)
        return fd;
    (void)unlink(path);
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        listen(fd, BACKLOG) < 0)
        return err_errno(err, "%s: cannot listen", path);
    *ret_fd = fd;
    fd = -1;
    return 0;
}

int unix_dial(const char *path, int *ret_fd, struct err *err)
{
    struct sockaddr_un at;
    AUTO_FD int fd = unix_socket(path, &at, err);

    if (fd < 0)
        return fd;
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
        return err_errno(err, "%s: cannot connect", path);
    *ret_fd = fd;
    fd = -1;
    return 0;
}
