/* child.c - runs a program to its end, with a lock, a time-out and a log. */
#include "platform/child_own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "node/spawn.h"
#include "platform/telling_own.h"

/* 20 minutes: enough for a first fetch of everything over a slow line, short
 * enough to end a hang. */
static const int64_t longest_us = INT64_C(1200) * US_PER_S;

int program_find(const char *name, char ret[PATH_MAX])
{
    const char *path = getenv("PATH");
    AUTO_FREE char *list = strdup(path ? path : "/usr/bin:/bin");
    char *rest = list;

    if (strchr(name, '/'))
        return access(name, X_OK) == 0 && realpath(name, ret) ? 0 : -ENOENT;
    for (char *dir; list && (dir = strsep(&rest, ":")) != NULL;) {
        AUTO_FREE char *full = path_of("%s/%s", *dir ? dir : ".", name);
        struct stat st;

        if (stat(full, &st) == 0 && S_ISREG(st.st_mode) &&
            access(full, X_OK) == 0 && realpath(full, ret))
            return 0;
    }
    return -ENOENT;
}

static int redirect(const struct child *c, struct err *err)
{
    /* Duplicate the lock before descriptors 0 to 2 are replaced: the lock may
     * be one of the three. The duplicate stays open in the program; flock(2)
     * locks end with the last open duplicate. */
    if (c->lock_fd >= 0 && fcntl(c->lock_fd, F_DUPFD, 3) < 0)
        return err_errno(err, "%s: the lock", c->argv[0]);
    if (dup2(c->out_fd, 1) < 0 || dup2(1, 2) < 0)
        return err_errno(err, "%s: output", c->argv[0]);
    (void)close(0);
    if (open("/dev/null", O_RDONLY) != 0)
        return err_errno(err, "/dev/null");
    return 0;
}

/* In the child. Returns only if the program could not be started. */
static int become(const void *ctx, pid_t parent, struct err *err)
{
    const struct child *c = ctx;

    reset_signals(); /* our caller may have blocked or ignored some */
    leave_no_core();
    die_with(parent); /* stays set after execve(2), so for the `exec java` of
                         mvn too */
    if (redirect(c, err) < 0)
        return err->code;
    if (c->cwd && chdir(c->cwd) < 0)
        return err_errno(err, "%s", c->cwd);
    (void)execvp(c->argv[0], c->argv);
    return err_errno(err, "%s", c->argv[0]);
}

struct ending {
    pid_t pid;
    int status;
};

static int has_ended(void *ctx, struct err *err)
{
    struct ending *e = ctx;
    pid_t got = waitpid(e->pid, &e->status, WNOHANG);

    if (got < 0 && errno != EINTR)
        return err_errno(err, "waitpid");
    return got == e->pid;
}

/* 0: the program has ended. -ETIMEDOUT: it took too long and was killed. */
static int await(struct ending *e, const char *name, int64_t timeout_us,
                 struct err *err)
{
    struct clk clk = clk_real();
    int rc =
        wait_until(&clk, has_ended, e, 10 * US_PER_MS, timeout_us, name, err);

    if (rc == -ETIMEDOUT) {
        (void)kill(e->pid, SIGKILL);
        while (waitpid(e->pid, &e->status, 0) < 0 && errno == EINTR)
            ;
    }
    return rc;
}

int child_run(const struct child *c, struct err *err)
{
    struct ending e = {0};
    struct err own = {0};
    int rc;

    if (spawn_forked(become, c, &e.pid, err) < 0)
        return err->code;
    rc = await(&e, c->argv[0], c->timeout_us, &own);
    if (rc == -ETIMEDOUT)
        return err_set(err, rc, "%s: killed after %lld s", c->argv[0],
                       (long long)(c->timeout_us / US_PER_S));
    if (rc < 0)
        return err_set(err, rc, "%s", own.text);
    if (WIFSIGNALED(e.status))
        return err_set(err, -ECHILD, "%s: killed by signal %d", c->argv[0],
                       WTERMSIG(e.status));
    if (WEXITSTATUS(e.status) != 0)
        return err_set(err, -ECHILD, "%s: ended with exit code %d", c->argv[0],
                       WEXITSTATUS(e.status));
    return 0;
}

int child_run_logged(char *const *argv, const char *cwd, const char *log_path,
                     int lock_fd, struct err *err)
{
    AUTO_FD int fd =
        open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    AUTO_FREE char *line = NULL;
    struct child c = {.argv = argv,
                      .cwd = cwd,
                      .out_fd = fd,
                      .lock_fd = lock_fd,
                      .timeout_us = longest_us};
    struct err own = {0};
    int64_t from;

    if (fd < 0)
        return err_errno(err, "%s", log_path);
    from = lseek(fd, 0, SEEK_END);
    if (child_run(&c, &own) == 0)
        return 0;
    if (own.code != -ECHILD)
        return err_set(err, own.code, "%s", own.text);
    line = telling_line(log_path, from);
    return err_set(err, own.code, "%s: %s (log: %s)", own.text, line, log_path);
}

int child_output(char *const *argv, char **ret, struct err *err)
{
    AUTO_FD int fd = memfd_create("output", MFD_CLOEXEC);
    struct child c = {
        .argv = argv, .out_fd = fd, .lock_fd = -1, .timeout_us = longest_us};
    AUTO_FREE char *text = NULL;
    struct stat st;

    if (fd < 0)
        return err_errno(err, "memfd_create");
    if (child_run(&c, err) < 0)
        return err->code;
    if (fstat(fd, &st) < 0)
        return err_errno(err, "%s: output", argv[0]);
    text = calloc(1, (size_t)st.st_size + 1);
    if (!text)
        return err_set(err, -ENOMEM, "%s: no memory for the output", argv[0]);
    if (pread(fd, text, (size_t)st.st_size, 0) < 0)
        return err_errno(err, "%s: output", argv[0]);
    *ret = TAKE(text);
    return 0;
}
