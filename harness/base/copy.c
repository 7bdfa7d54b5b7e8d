/* copy.c - copies single files. */
#include "base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

enum { COPY_BLOCK = 1 << 16 };

int copy_from(const char *from, int64_t at, const char *to, mode_t mode,
              struct err *err)
{
    AUTO_FD int in = open(from, O_RDONLY | O_CLOEXEC);
    AUTO_FD int out = -1;
    char block[COPY_BLOCK];
    ssize_t n;

    if (in < 0)
        return err_errno(err, "%s", from);
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (out < 0)
        return err_errno(err, "%s", to);
    while ((n = pread(in, block, sizeof(block), at)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "%s", from);
        if (write_all(out, block, (size_t)n, err) < 0)
            return err_context(err, "%s", to);
        at += n;
    }
    return 0;
}

int link_or_copy(const char *from, const char *to, struct err *err)
{
    if (link(from, to) == 0)
        return 0;
    if (errno != EXDEV && errno != EPERM && errno != EOPNOTSUPP &&
        errno != EMLINK)
        return err_errno(err, "%s", to);
    return copy_from(from, 0, to, 0644, err);
}
