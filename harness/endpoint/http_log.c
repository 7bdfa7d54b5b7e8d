/* http_log.c - rows of the log of ordeal-http, read in large pieces. */
#include "endpoint/http_log_own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/own.h"

enum { BLOCK = 256 << 10 };

/* A piece of the file: buf[from..len) holds the bytes from `at` on. */
struct window {
    const char *path;
    int fd;
    int64_t at, end; /* end of the file when reading began */
    char *buf;
    size_t from, len, cap;
};

/* Room for `need` bytes behind w->from. */
static int make_room(struct window *w, size_t need, struct err *err)
{
    size_t cap = need > BLOCK ? need : BLOCK;
    char *more;

    if (w->from > 0) {
        w->len -= w->from;
        memmove(w->buf, w->buf + w->from, w->len);
        w->from = 0;
    }
    if (need <= w->cap)
        return 0;
    more = realloc(w->buf, cap);
    if (!more)
        return err_set(err, -ENOMEM, "%s: no memory for a row of %zu bytes",
                       w->path, need);
    w->buf = more;
    w->cap = cap;
    return 0;
}

/* Make at least `need` bytes available, which the file has. */
static int want(struct window *w, size_t need, struct err *err)
{
    int rc = w->cap - w->from < need ? make_room(w, need, err) : 0;

    while (rc == 0 && w->len - w->from < need) {
        ssize_t n = pread(w->fd, w->buf + w->len, w->cap - w->len,
                          w->at + (int64_t)(w->len - w->from));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "%s", w->path);
        if (n == 0)
            return err_set(err, -EIO, "%s: became shorter while it was read",
                           w->path);
        w->len += (size_t)n;
    }
    return rc;
}

static int hand_out(struct window *w, const struct request_row *row,
                    request_fn each, void *ctx, struct err *err)
{
    const char *tail = w->buf + w->from + sizeof(*row);
    struct request r = {.row = row, .method = tail};

    r.path = r.method + row->method_len;
    r.source = r.path + row->path_len;
    r.body = r.source + row->source_len;
    if (crc32c(0, tail, request_row_len(row) - sizeof(*row)) != row->tail_crc)
        return err_set(err, -EBADMSG, "%s: the row at byte %lld is spoilt",
                       w->path, (long long)w->at);
    return each(ctx, &r, err);
}

/* Hand out the next row and go past. 1: done; 0: no whole row is left. */
static int next(struct window *w, request_fn each, void *ctx, struct err *err)
{
    struct request_row row;
    uint64_t left = (uint64_t)(w->end - w->at);
    int rc;

    if (left < sizeof(row))
        return 0;
    rc = want(w, sizeof(row), err);
    if (rc < 0)
        return rc;
    memcpy(&row, w->buf + w->from, sizeof(row));
    if (!request_row_valid(&row))
        return err_set(err, -EBADMSG, "%s: no row of a request at byte %lld",
                       w->path, (long long)w->at);
    if (request_row_len(&row) > left)
        return 0;
    rc = want(w, request_row_len(&row), err);
    if (rc == 0)
        rc = hand_out(w, &row, each, ctx, err);
    if (rc < 0)
        return rc;
    w->from += request_row_len(&row);
    w->at += (int64_t)request_row_len(&row);
    return 1;
}

int http_log_read(const char *path, int64_t *position, request_fn each,
                  void *ctx, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct window w = {.path = path, .fd = fd, .at = *position};
    struct stat st;
    int rc;

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "%s", path);
    w.end = st.st_size;
    while ((rc = next(&w, each, ctx, err)) == 1)
        *position = w.at;
    free(w.buf);
    return rc;
}

static bool method_is(const struct request *r, const char *method)
{
    return r->row->method_len == strlen(method) &&
           memcmp(r->method, method, r->row->method_len) == 0;
}

bool request_brings_record(const struct request *r)
{
    return !method_is(r, "GET") && !method_is(r, "HEAD") &&
           !method_is(r, "OPTIONS");
}
