/* room.c - free space by statvfs(3), and a file that reserves some. */
#include "base/room.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/own.h"

int room_left(const char *dir, uint64_t least, const char *why, struct err *err)
{
    struct statvfs v;
    uint64_t free_bytes;

    if (statvfs(dir, &v) < 0)
        return err_errno(err, "%s", dir);
    free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
    if (free_bytes >= least)
        return 0;
    return err_set(err, -ENOSPC,
                   "the disk of %s is full: %" PRIu64 " MiB are free, %s", dir,
                   free_bytes >> 20, why);
}

int room_keep(const char *path, uint64_t bytes, struct err *err)
{
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    int why;

    if (fd < 0)
        return err_errno(err, "%s", path);
    why = posix_fallocate(fd, 0, (off_t)bytes);
    if (why == 0)
        return 0;
    (void)unlink(path);
    errno = why;
    return err_errno(err, "%s: reserving %" PRIu64 " MiB for the evidence",
                     path, bytes >> 20);
}
