/* side_by_side.c - several runs at a time. */
#include "cli/side_by_side.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/own.h"

struct job {
    pid_t pid; /* 0: not begun, or ended */
    int json, printed;
};

/* Signals that are blocked and then taken by sigwaitinfo(): none can be
 * missed between looking at the children and waiting. */
struct signals {
    sigset_t awaited, before;
};

static struct signals signals_block(void)
{
    struct signals s;

    (void)sigemptyset(&s.awaited);
    (void)sigaddset(&s.awaited, SIGCHLD);
    (void)sigaddset(&s.awaited, SIGINT);
    (void)sigaddset(&s.awaited, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &s.awaited, &s.before);
    return s;
}

/* A run in a process group of its own: Ctrl-C of a terminal reaches only the
 * parent, which forwards the signal once. */
static void be_child(const struct side_by_side *s, size_t i,
                     const struct job *job, const struct signals *sig,
                     pid_t parent)
{
    json_t *run;

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    (void)sigprocmask(SIG_SETMASK, &sig->before, NULL);
    (void)dup2(job->printed, STDOUT_FILENO);
    run = s->run(s->ctx, i);
    (void)fflush(stdout);
    if (run)
        (void)json_dumpfd(run, job->json, JSON_COMPACT);
    _exit(run ? 0 : 1);
}

static bool begin(const struct side_by_side *s, size_t i, struct job *job,
                  const struct signals *sig)
{
    pid_t parent = getpid();

    (void)fflush(stdout);
    job->json = memfd_create("run", MFD_CLOEXEC);
    job->printed = memfd_create("printed", MFD_CLOEXEC);
    job->pid = job->json < 0 || job->printed < 0 ? -1 : fork();
    if (job->pid == 0)
        be_child(s, i, job, sig, parent);
    if (job->pid < 0) {
        perror("ordeal: a process for a run");
        job->pid = 0;
        return false;
    }
    s->began(s->ctx, i);
    return true;
}

static char *read_back(int fd)
{
    off_t len = lseek(fd, 0, SEEK_END);
    char *text = must_calloc(1, (size_t)len + 1);

    if (pread(fd, text, (size_t)len, 0) != len)
        text[0] = 0;
    return text;
}

static void end(const struct side_by_side *s, size_t i, struct job *job,
                json_t **ret)
{
    AUTO_FREE char *json = read_back(job->json);
    AUTO_FREE char *printed = read_back(job->printed);

    *ret = json_loads(json, 0, NULL);
    (void)close(job->json);
    (void)close(job->printed);
    job->pid = 0;
    s->ended(s->ctx, i, *ret, printed);
}

static void hand_on(const struct job *jobs, size_t n, int sig)
{
    for (size_t i = 0; i < n; i++)
        if (jobs[i].pid > 0)
            (void)kill(jobs[i].pid, sig);
}

static void reap(const struct side_by_side *s, struct job *jobs, size_t n,
                 json_t **runs)
{
    for (size_t i = 0; i < n; i++)
        if (jobs[i].pid > 0 && waitpid(jobs[i].pid, NULL, WNOHANG) != 0)
            end(s, i, &jobs[i], &runs[i]);
}

/* Wait until a run has ended or a signal was forwarded; *told is set for a
 * signal. */
static void wait_for_one(const struct side_by_side *s, struct job *jobs,
                         size_t n, const struct signals *sig, json_t **runs,
                         bool *told)
{
    int got = sigwaitinfo(&sig->awaited, NULL);

    if (got == SIGINT || got == SIGTERM) {
        hand_on(jobs, n, got);
        *told = true;
    }
    reap(s, jobs, n, runs);
}

static size_t running(const struct job *jobs, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += jobs[i].pid > 0;
    return sum;
}

size_t side_by_side(const struct side_by_side *s, size_t n, size_t jobs,
                    json_t **runs)
{
    struct signals signals = signals_block();
    AUTO_FREE struct job *at = must_calloc(n, sizeof(*at));
    size_t begun = 0;
    bool told = false, able = true;

    while (running(at, n) > 0 || (able && begun < n && !told)) {
        if (able && begun < n && !told && running(at, n) < jobs) {
            able = begin(s, begun, &at[begun], &signals);
            begun += able;
        } else {
            wait_for_one(s, at, n, &signals, runs, &told);
        }
    }
    (void)sigprocmask(SIG_SETMASK, &signals.before, NULL);
    return begun;
}
