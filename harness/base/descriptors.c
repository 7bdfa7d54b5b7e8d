/* descriptors.c - limits on open files: raised before a run, probed during the
 * run.
 */
#include "base/descriptors.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/own.h"

int descriptors_claim(uint64_t need, struct err *err)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return err_errno(err, "RLIMIT_NOFILE");
    if (limit.rlim_cur >= need)
        return 0;
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= need)
        return 0;
    return err_set(err, -EMFILE,
                   "a process may have %" PRIu64
                   " open files here, a run needs %" PRIu64 " (ulimit -n)",
                   (uint64_t)limit.rlim_cur, need);
}

/* Opens `n` descriptors and closes all again. Comparing the number of open
 * files with the limit would be wrong: a limit lowered meanwhile forbids new
 * numbers above the limit, but gaps below the limit can still be filled. */
int descriptors_left(size_t n, struct err *err)
{
    int taken[64];
    size_t have = 0;
    int why = 0;

    assert(n <= ARRAY_LEN(taken));
    while (have < n && why == 0) {
        taken[have] = have == 0 ? open("/", O_PATH | O_CLOEXEC)
                                : fcntl(taken[0], F_DUPFD_CLOEXEC, 0);
        if (taken[have] < 0)
            why = errno;
        else
            have++;
    }
    for (size_t i = 0; i < have; i++)
        (void)close(taken[i]);
    if (why != EMFILE && why != ENFILE)
        return 0;
    return err_set(err, -why,
                   "%s: of %zu file descriptors kept free, only %zu can still "
                   "be opened, so failures may be the harness's own",
                   why == EMFILE ? "too many open files (ulimit -n)"
                                 : "too many open files on this machine",
                   n, have);
}
