/* forks.c - a small server process that forks a process for each job. */
#include "bench/forks.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/node.h"

/* Function pointers may travel: both ends are the same program, forked, with
 * the same addresses. */
struct request {
    job_fn fn;
    struct job job;
};

struct reply {
    struct measured measured;
    struct err err;
};

static bool receive(int fd, void *into, size_t len)
{
    ssize_t n;

    do
        n = recv(fd, into, len, 0);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)len;
}

static bool give(int fd, const void *from, size_t len)
{
    return send(fd, from, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* In the process of the job: run the job, send back the result. */
static void run(int fd, const struct request *r) __attribute__((noreturn));

static void run(int fd, const struct request *r)
{
    struct reply reply = {0};

    if (r->fn(&r->job, &reply.measured, &reply.err) < 0 && !reply.err.code)
        abort();
    _exit(give(fd, &reply, sizeof(reply)) ? 0 : 1);
}

static void serve(int fd) __attribute__((noreturn));

static void serve(int fd)
{
    struct request r;

    while (receive(fd, &r, sizeof(r))) {
        struct reply reply = {0};
        char how[64];
        int status = 0;
        pid_t pid = fork();

        if (pid == 0)
            run(fd, &r);
        if (pid < 0)
            err_errno(&reply.err, "fork");
        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
        wait_status_text(status, how, sizeof(how));
        if (status != 0)
            err_set(&reply.err, -ECHILD, "the process %s", how);
        if (reply.err.code < 0 && !give(fd, &reply, sizeof(reply)))
            break;
    }
    _exit(0);
}

int forks_start(struct forks *ret, struct err *err)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, "socketpair");
    pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        serve(ends[1]);
    }
    (void)close(ends[1]);
    *ret = (struct forks){.fd = ends[0], .pid = pid};
    if (pid > 0)
        return 0;
    err_errno(err, "fork");
    (void)close(ends[0]);
    return err->code;
}

int forks_run(const struct forks *f, job_fn fn, const struct job *job,
              struct measured *ret, struct err *err)
{
    const struct request request = {.fn = fn, .job = *job};
    struct reply reply;

    if (!give(f->fd, &request, sizeof(request)) ||
        !receive(f->fd, &reply, sizeof(reply)))
        return err_set(err, -EPIPE, "the process that forks others is gone");
    if (reply.err.code < 0)
        return err_set(err, reply.err.code, "%s", reply.err.text);
    *ret = reply.measured;
    return 0;
}

void forks_end(struct forks *f)
{
    (void)close(f->fd);
    while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
