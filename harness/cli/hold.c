/* hold.c - a lock on a run folder. */
#include "cli/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clk.h"

static int is_held(void *ctx, struct err *err)
{
    const int *fd = ctx;

    (void)err;
    return flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

int folder_hold(const char *dir, int64_t patience_us, int *ret_fd,
                struct err *err)
{
    struct clk clk = clk_real();
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct err late = {0};

    if (fd < 0)
        return err_errno(err, "%s", dir);
    if (wait_until(&clk, is_held, &fd, 50 * US_PER_MS, patience_us,
                   "the folder", &late) < 0) {
        (void)close(fd);
        return err_set(err, -EBUSY,
                       "%s: a run or verify in it still goes on; end it, or "
                       "wait for its end",
                       dir);
    }
    *ret_fd = fd;
    return 0;
}
