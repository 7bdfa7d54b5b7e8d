/* file_lines.c - lines of a file, handed out or counted. */
#include "endpoint/file_lines_own.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"

enum { BLOCK = 256 << 10, LINE_MAX_BYTES = 64 << 20 };

struct lines {
    const char *path;
    record_fn each;
    void *ctx;
    char *buf;
    size_t len, cap;
    int64_t number;
};

static int hand_out(struct lines *l, const char *line, size_t len,
                    struct err *err)
{
    const struct record r = {
        .value = line,
        .value_len = len,
        .at = {.offset = l->number++,
               .time_us = -1,
               .partition = -1,
               .node = -1},
    };
    int rc = l->each(l->ctx, &r);

    if (rc < 0)
        return err_set(err, rc, "%s: line %lld: the reader stopped", l->path,
                       (long long)r.at.offset + 1);
    return 0;
}

/* Hand out the whole lines; no newline lies in the first `from` bytes. */
static int hand_out_lines(struct lines *l, size_t from, struct err *err)
{
    char *line = l->buf;
    char *end = l->buf + l->len;
    char *newline = memchr(l->buf + from, '\n', l->len - from);

    while (newline) {
        int rc = hand_out(l, line, (size_t)(newline - line), err);

        if (rc < 0)
            return rc;
        line = newline + 1;
        newline = memchr(line, '\n', (size_t)(end - line));
    }
    l->len = (size_t)(end - line);
    if (line != l->buf)
        memmove(l->buf, line, l->len);
    return 0;
}

static int make_room(struct lines *l, struct err *err)
{
    size_t cap = l->cap ? 2 * l->cap : 2 * BLOCK;
    char *more;

    if (l->cap - l->len >= BLOCK)
        return 0;
    if (l->len > LINE_MAX_BYTES)
        return err_set(err, -EFBIG, "%s: line %lld is longer than 64 MiB",
                       l->path, (long long)l->number + 1);
    more = realloc(l->buf, cap);
    if (!more)
        return err_set(err, -ENOMEM, "%s: no memory for line %lld", l->path,
                       (long long)l->number + 1);
    l->buf = more;
    l->cap = cap;
    return 0;
}

static ssize_t read_at(int fd, char *to, int64_t want, int64_t at)
{
    ssize_t n;

    do
        n = pread(fd, to, want < BLOCK ? (size_t)want : BLOCK, at);
    while (n < 0 && errno == EINTR);
    return n;
}

static int read_block(struct lines *l, int fd, int64_t size, int64_t *at,
                      struct err *err)
{
    size_t from = l->len;
    int rc = make_room(l, err);
    ssize_t n;

    if (rc < 0)
        return rc;
    n = read_at(fd, l->buf + l->len, size - *at, *at);
    if (n < 0)
        return err_errno(err, "%s", l->path);
    if (n == 0)
        return err_set(err, -EIO,
                       "%s: became shorter than %lld bytes while it was read",
                       l->path, (long long)size);
    *at += n;
    l->len += (size_t)n;
    return hand_out_lines(l, from, err);
}

int file_lines(const char *path, enum last_line last, record_fn each, void *ctx,
               const struct clk *clk, int64_t timeout_us, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct lines l = {.path = path, .each = each, .ctx = ctx};
    int64_t deadline_us = clk_now(clk) + timeout_us;
    struct stat st;
    int64_t at = 0;
    int rc = 0;

    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "%s", path);
    while (rc == 0 && at < st.st_size) {
        if (clk_now(clk) > deadline_us)
            rc = err_set(err, -ETIMEDOUT, "%s: %lld of %lld bytes read in time",
                         path, (long long)at, (long long)st.st_size);
        else
            rc = read_block(&l, fd, st.st_size, &at, err);
    }
    if (rc == 0 && l.len > 0 && last == LAST_LINE_TORN)
        log_info("file", "%s: %zu bytes behind the last newline are left out",
                 path, l.len);
    else if (rc == 0 && l.len > 0)
        rc = hand_out(&l, l.buf, l.len, err);
    free(l.buf);
    return rc;
}

static uint64_t newlines(const char *p, size_t len)
{
    const char *end = p + len;
    uint64_t n = 0;

    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        n++;
        p++;
    }
    return n;
}

int file_count_lines(const char *path, struct line_count *c, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *buf = NULL;
    struct stat st;

    if (fd < 0 && errno == ENOENT) {
        *c = (struct line_count){0};
        return 0;
    }
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "%s", path);
    if (st.st_size < c->position)
        *c = (struct line_count){0};
    if (st.st_size == c->position)
        return 0;
    buf = must_malloc(BLOCK);
    while (c->position < st.st_size) {
        ssize_t n = read_at(fd, buf, st.st_size - c->position, c->position);

        if (n < 0)
            return err_errno(err, "%s", path);
        if (n == 0)
            return 0;
        c->lines += newlines(buf, (size_t)n);
        c->position += n;
    }
    return 0;
}
