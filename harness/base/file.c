/* file.c - reading, replacing and removing files and folders. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"

char *path_of(const char *fmt, ...)
{
    char *p;
    va_list ap;

    va_start(ap, fmt);
    p = must_vprintf(fmt, ap);
    va_end(ap);
    return p;
}

int mkdir_all(const char *path, struct err *err)
{
    AUTO_FREE char *p = path_of("%s", path);
    struct stat st;

    for (char *s = p; *s; s++) {
        if (*s != '/' || s == p)
            continue;
        *s = 0;
        if (mkdir(p, 0755) < 0 && errno != EEXIST)
            return err_errno(err, "%s", p);
        *s = '/';
    }
    if (mkdir(p, 0755) < 0 && errno != EEXIST)
        return err_errno(err, "%s", p);
    if (stat(p, &st) < 0)
        return err_errno(err, "%s", p);
    if (!S_ISDIR(st.st_mode))
        return err_set(err, -ENOTDIR, "%s: is a file, not a folder", p);
    return 0;
}

int write_all(int fd, const void *data, size_t len, struct err *err)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "write");
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* `exactly`: set `mode` in spite of the umask. */
static int write_new(const char *path, mode_t mode, bool exactly,
                     const void *data, size_t len, struct err *err)
{
    AUTO_FREE char *tmp = path_of("%s.%d.tmp", path, (int)getpid());
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    int rc = 0;

    if (fd < 0)
        return err_errno(err, "%s", tmp);
    if (exactly && fchmod(fd, mode) < 0)
        rc = err_errno(err, "mode");
    if (rc == 0)
        rc = write_all(fd, data, len, err);
    if (close(fd) < 0 && rc == 0)
        rc = err_errno(err, "%s", tmp);
    else if (rc < 0)
        err_context(err, "%s", tmp);
    if (rc == 0 && rename(tmp, path) < 0)
        rc = err_errno(err, "%s", path);
    if (rc < 0)
        (void)unlink(tmp);
    return rc;
}

int file_write(const char *path, const void *data, size_t len, struct err *err)
{
    return write_new(path, 0644, false, data, len, err);
}

int file_write_as(const char *path, mode_t mode, const void *data, size_t len,
                  struct err *err)
{
    return write_new(path, mode, true, data, len, err);
}

int file_print(const char *path, struct err *err, const char *fmt, ...)
{
    AUTO_FREE char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = must_vprintf(fmt, ap);
    va_end(ap);
    return file_write(path, text, strlen(text), err);
}

int file_read(const char *path, char **ret, size_t *ret_len, struct err *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_FREE char *buf = NULL;
    size_t len = 0, cap = 0;
    ssize_t n;

    if (fd < 0)
        return err_errno(err, "%s", path);
    do {
        if (cap - len < 4096) {
            char *more = realloc(buf, cap = cap ? 2 * cap : 16384);

            if (!more)
                return err_set(err, -ENOMEM, "%s: no memory", path);
            buf = more;
        }
        n = read(fd, buf + len, cap - len - 1);
        if (n < 0 && errno != EINTR)
            return err_errno(err, "%s", path);
        len += n > 0 ? (size_t)n : 0;
    } while (n != 0);
    buf[len] = 0;
    if (ret_len)
        *ret_len = len;
    *ret = TAKE(buf);
    return 0;
}

int remove_tree(const char *path, struct err *err)
{
    char *const roots[] = {(char *)path, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *e;
    int rc = 0;

    if (!fts)
        return err_errno(err, "%s", path);
    while (errno = 0, (e = fts_read(fts))) {
        if (e->fts_info == FTS_D)
            continue;
        if (remove(e->fts_accpath) == 0 || errno == ENOENT || rc < 0)
            continue;
        if (e->fts_info == FTS_DNR) /* "not empty" would hide the cause */
            errno = e->fts_errno;
        rc = err_errno(err, "%s", e->fts_path);
    }
    if (errno != 0 && rc == 0)
        rc = err_errno(err, "%s", path);
    fts_close(fts);
    return rc;
}

int data_open(const char *path, bool make, int *ret_fd, struct err *err)
{
    int flags = O_WRONLY | O_APPEND | O_CLOEXEC | (make ? O_CREAT : 0);
    int fd = open(path, flags, 0600);

    if (fd < 0)
        return err_errno(err, "%s", path);
    *ret_fd = fd;
    return 0;
}

int json_read(const char *path, json_t **ret, struct err *err)
{
    AUTO_FREE char *text = NULL;
    json_error_t je;
    size_t len;
    int rc = file_read(path, &text, &len, err);

    if (rc < 0)
        return rc;
    *ret = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
    if (!*ret)
        return err_set(err, -EINVAL, "%s:%d:%d: not JSON: %s", path, je.line,
                       je.column, je.text);
    return 0;
}

int json_write(const char *path, const json_t *value, struct err *err)
{
    AUTO_FREE char *text =
        json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    if (!text)
        return err_set(err, -EINVAL, "%s: cannot be written as JSON", path);
    return file_write(path, text, strlen(text), err);
}
