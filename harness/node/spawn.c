/* spawn.c - fork, then exec, with the error of the child brought back. */
#include "node/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/keeper_wire_own.h"
#include "node/sandbox_own.h"

void die_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(1);
}

void reset_signals(void)
{
    sigset_t none;

    for (int sig = 1; sig < NSIG; sig++)
        (void)signal(sig, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A limit of 0 bytes stops files only. The kernel starts no program of
 * core_pattern for a limit of exactly 1 byte, and a file of 1 byte is too small
 * to be begun (core(5); do_coredump() in fs/coredump.c). */
void leave_no_core(void)
{
    const struct rlimit none = {.rlim_cur = 1, .rlim_max = 1};

    if (setrlimit(RLIMIT_CORE, &none) < 0) /* the hard limit may be 0 already */
        (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
}

static int enter(const struct spawn *s, struct err *err)
{
    if (s->netns >= 0 && setns(s->netns, CLONE_NEWNET) < 0)
        return err_errno(err, "enter the node's network namespace");
    if (!s->hosts_path)
        return 0;
    if (unshare(CLONE_NEWNS) < 0)
        return err_errno(err, "make a mount namespace");
    return sandbox_bind_hosts(s->hosts_path, err);
}

static int redirect(const char *path, int flags, int to, struct err *err)
{
    int fd = open(path, flags, 0644);

    if (fd < 0 || dup2(fd, to) < 0)
        return err_errno(err, "%s", path);
    if (fd != to)
        (void)close(fd);
    return 0;
}

/* In the child: become the program. Returns only on failure. */
static int become(const void *ctx, pid_t parent, struct err *err)
{
    const struct spawn *s = ctx;
    int rc;

    (void)setsid();
    reset_signals();
    leave_no_core();
    die_with(parent);
    rc = enter(s, err);
    if (rc == 0)
        rc = redirect("/dev/null", O_RDONLY, 0, err);
    if (rc == 0)
        rc = redirect(s->log_path, O_WRONLY | O_CREAT | O_APPEND, 1, err);
    if (rc < 0)
        return rc;
    if (dup2(1, 2) < 0)
        return err_errno(err, "%s", s->log_path);
    if (chdir(s->cwd) < 0)
        return err_errno(err, "%s", s->cwd);
    if (syscall(SYS_close_range, 3, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0)
        return err_errno(err, "close_range");
    (void)execvpe(s->argv[0], s->argv, s->env);
    return err_errno(err, "run %s", s->argv[0]);
}

int spawn_forked(int (*turn_into)(const void *ctx, pid_t parent,
                                  struct err *err),
                 const void *ctx, pid_t *ret_pid, struct err *err)
{
    pid_t parent = getpid();
    struct err why = {0};
    int failure[2];
    pid_t pid;

    if (pipe2(failure, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    pid = fork();
    if (pid == 0) {
        (void)turn_into(ctx, parent, &why);
        wire_send_failure(failure[1], &why);
        _exit(126);
    }
    if (pid < 0)
        (void)err_errno(&why, "fork");
    (void)close(failure[1]);
    /* Without an error, the end of the pipe means: closed by the exec. */
    if (!wire_receive_failure(failure[0], &why) && pid > 0) {
        *ret_pid = pid;
        return 0;
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return err_set(err, why.code, "%s", why.text);
}

int spawn_process(const struct spawn *s, pid_t *ret_pid, struct err *err)
{
    return spawn_forked(become, s, ret_pid, err);
}
