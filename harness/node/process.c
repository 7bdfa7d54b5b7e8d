/* process.c - reads /proc/PID/stat, and calls pidfd system calls. */
#include "node/process_own.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"

int process_stat_parse(const char *text, struct process_stat *ret)
{
    /* proc(5): the command, field 2, stands in brackets, and may itself hold
     * blanks and brackets, so the last bracket counts. */
    const char *rest = strrchr(text, ')');
    struct process_stat p = {0};

    if (!rest || sscanf(text, "%d (", &p.pid) != 1)
        return -EINVAL;
    if (sscanf(rest,
               ") %c %d %*d %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
               " %*s %*s %*s %*s %*s %" SCNu64,
               &p.state, &p.parent, &p.session, &p.start_time) != 4)
        return -EINVAL;
    *ret = p;
    return 0;
}

int process_stat_of(pid_t pid, struct process_stat *ret)
{
    char path[64], text[1024];
    ssize_t n;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -ESRCH;
    n = read(fd, text, sizeof(text) - 1);
    if (n <= 0)
        return -ESRCH;
    text[n] = 0;
    return process_stat_parse(text, ret);
}

int process_each(bool (*each)(const struct process_stat *p, void *ctx),
                 void *ctx)
{
    DIR *dir = opendir("/proc");
    struct dirent *e;
    int yes = 0;

    if (!dir)
        return -errno;
    while ((e = readdir(dir))) {
        struct process_stat p;

        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        if (process_stat_of((pid_t)strtol(e->d_name, NULL, 10), &p) == 0)
            yes += each(&p, ctx);
    }
    (void)closedir(dir);
    return yes;
}

/* By system call number, since glibc has functions for both only from 2.36 on.
 */
int process_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int process_signal(int pidfd, int sig)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}
