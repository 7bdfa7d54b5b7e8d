/* keep.c - the keeper: start, loop around poll(2), end. */
#include "node/keep_own.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "node/keeper_wire_own.h"
#include "node/process_own.h"
#include "node/sandbox_own.h"
#include "node/spawn.h"

static const char actor[] = "keeper";

static void tell(const struct keep *k, const struct notice *n)
{
    /* An outer program that has ended needs no notice. */
    (void)send(k->control, n, sizeof(*n), MSG_NOSIGNAL);
}

static bool kill_if_child(const struct process_stat *p, void *ctx)
{
    const pid_t *parent = ctx;

    return p->parent == *parent && kill(p->pid, SIGKILL) == 0;
}

/* In the sandbox one call reaches every process of the run (PID namespace). In
 * the fallback the call reaches only children of the keeper; but children of a
 * dead child become the keeper's (subreaper), so repeated calls reach all. */
static void kill_all(const struct keep *k)
{
    pid_t self = getpid();

    if (k->addressing.sandboxed)
        (void)kill(-1, SIGKILL);
    else
        (void)process_each(kill_if_child, &self);
}

static void end_all(struct keep *k)
{
    int wait_status;
    pid_t pid;

    do {
        kill_all(k);
        pid = waitpid(-1, &wait_status, 0);
        if (pid > 0)
            keep_note_end(k, pid, wait_status);
    } while (pid > 0 || errno == EINTR);
}

static void interrupt_engine(const struct keep *k)
{
    if (!k->engine_ended)
        best_effort(process_signal(k->engine_pidfd, SIGTERM));
}

static void on_signal(struct keep *k)
{
    struct signalfd_siginfo s;

    while (read(k->signals, &s, sizeof(s)) == sizeof(s))
        if (s.ssi_signo != SIGCHLD)
            interrupt_engine(k);
    keep_reap(k);
}

static void on_request(struct keep *k)
{
    AUTO_JSON json_t *request = NULL;
    AUTO_JSON json_t *reply = NULL;
    struct err why = {0};
    int rc = wire_receive(k->requests, &request, &why);

    if (rc == 0) {
        reply = must_have(keep_answer(k, request));
        rc = wire_send(k->requests, reply, &why);
    }
    if (rc == 0)
        return;
    /* An engine that closed its socket asks for nothing more, but may still be
     * working: keep going without requests. */
    if (rc != -EPIPE)
        log_error(actor, "request: %s", why.text);
    (void)close(k->requests);
    k->requests = -1;
}

/* A byte from the outer program asks to interrupt the engine. Returns false if
 * the outer program has ended or has closed its side to end the run. */
static bool on_control(struct keep *k)
{
    char byte;
    ssize_t n = recv(k->control, &byte, 1, MSG_DONTWAIT);

    if (n > 0)
        interrupt_engine(k);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Serve signals, the outer program and the engine until the engine has ended or
 * the outer program wants the end. */
static void loop(struct keep *k)
{
    bool wanted = true;

    while (wanted && !k->engine_ended) {
        struct pollfd on[] = {
            {.fd = k->signals, .events = POLLIN},
            {.fd = k->control, .events = POLLIN},
            {.fd = k->requests, .events = POLLIN},
        };

        if (poll(on, ARRAY_LEN(on), -1) < 0) {
            if (errno == EINTR)
                continue;
            log_error(actor, "poll: %s", strerrordesc_np(errno));
            return;
        }
        if (on[0].revents)
            on_signal(k);
        if (on[1].revents)
            wanted = on_control(k);
        if (on[2].revents)
            on_request(k);
    }
}

static int catch_signals(struct keep *k, struct err *err)
{
    static const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(caught); i++) {
        sigaddset(&set, caught[i]);
        /* With SIGCHLD ignored, as inherited, the kernel itself would reap. */
        (void)signal(caught[i], SIG_DFL);
    }
    if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
        return err_errno(err, "sigprocmask");
    k->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return k->signals < 0 ? err_errno(err, "signalfd") : 0;
}

static void run_engine(struct keep *k, const struct keeper_spec *spec,
                       pid_t keeper, int fd) __attribute__((noreturn));

static void run_engine(struct keep *k, const struct keeper_spec *spec,
                       pid_t keeper, int fd)
{
    bool sandboxed = k->addressing.sandboxed;
    struct nodes *nodes;
    sigset_t none;
    int code;

    die_with(keeper);
    (void)prctl(PR_SET_NAME, "ordeal-engine");
    /* A copy kept here would hold the keeper's sockets and lease open after the
     * keeper's death, and nobody would notice the death. */
    (void)close(k->control);
    (void)close(k->requests);
    (void)close(k->signals);
    if (sandboxed)
        (void)close(k->links.run_netns);
    else
        lease_drop(&k->lease);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    nodes = nodes_new(fd, sandboxed);
    code = spec->engine_main(nodes, spec->ctx);
    nodes_free(nodes);
    (void)fflush(NULL);
    _exit(code);
}

static int start_engine(struct keep *k, const struct keeper_spec *spec,
                        struct err *err)
{
    pid_t self = getpid();
    int ends[2];
    int rc = wire_pair(ends, err);

    if (rc < 0)
        return rc;
    k->requests = ends[0];
    k->engine = fork();
    if (k->engine == 0)
        run_engine(k, spec, self, ends[1]);
    if (k->engine < 0)
        rc = err_errno(err, "start the engine");
    (void)close(ends[1]);
    if (spec->engine_fd >= 0) /* end of file there shall mean: engine ended */
        (void)close(spec->engine_fd);
    if (rc < 0)
        return rc;
    k->engine_pidfd = process_open(k->engine);
    return k->engine_pidfd < 0 ? err_errno(err, "pidfd_open") : 0;
}

/* A session of its own keeps Ctrl-C from the terminal away from keeper, engine
 * and nodes: only the outer program gets SIGINT. */
static int leave_terminal(struct err *err)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)setsid();
    if (fd < 0 || dup2(fd, 0) < 0)
        return err_errno(err, "/dev/null");
    if (fd != 0)
        (void)close(fd);
    return 0;
}

/* Read the keeper's own pid and start time as the outer program sees them: the
 * old /proc is still mounted. */
static int know_thyself(struct keep *k, struct err *err)
{
    char number[32];
    struct process_stat p;
    ssize_t n = readlink("/proc/self", number, sizeof(number) - 1);

    if (n < 0)
        return err_errno(err, "/proc/self");
    number[n] = 0;
    k->outer_pid = (pid_t)strtol(number, NULL, 10);
    if (process_stat_of(k->outer_pid, &p) < 0)
        return err_set(err, -ESRCH, "/proc/%s/stat cannot be read", number);
    k->start_time = p.start_time;
    return 0;
}

/* Make the place for the nodes: namespaces and bridge, or a lease of loopback
 * addresses. */
static int settle(struct keep *k, const struct keep_origin *o, struct err *err)
{
    int rc;

    if (!o->sandboxed) {
        if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
            return err_errno(err, "become subreaper");
        rc = lease_take(&k->lease, err);
        k->addressing.x = k->lease.x;
        k->addressing.y = k->lease.y;
        return rc;
    }
    rc = sandbox_map(o->uid, o->gid, err);
    if (rc == 0)
        rc = sandbox_mount(err);
    if (rc == 0)
        rc = sandbox_name_things(k->work_dir, err);
    if (rc == 0)
        rc = links_open(&k->links, err);
    return rc;
}

static int set_up(struct keep *k, const struct keeper_spec *spec,
                  const struct keep_origin *o, struct err *err)
{
    int rc = leave_terminal(err);

    (void)prctl(PR_SET_NAME, "ordeal-keeper");
    if (rc == 0)
        rc = catch_signals(k, err);
    if (rc == 0)
        rc = know_thyself(k, err);
    if (rc == 0)
        rc = settle(k, o, err);
    if (rc == 0)
        rc = keep_record(k, err);
    if (rc == 0)
        rc = start_engine(k, spec, err);
    return rc;
}

void keep_run(const struct keeper_spec *spec, const struct keep_origin *origin)
{
    struct keep k = {.addressing.sandboxed = origin->sandboxed,
                     .control = origin->control,
                     .requests = -1,
                     .lease.fd = -1};
    struct notice n = {.kind = NOTICE_READY};

    k.work_dir = must_strdup(spec->work_dir);
    if (set_up(&k, spec, origin, &n.err) < 0) {
        n.kind = NOTICE_FAILED;
        tell(&k, &n);
        end_all(&k);
        _exit(1);
    }
    tell(&k, &n);
    loop(&k);
    end_all(&k);
    n = (struct notice){.kind = NOTICE_ENDED, .engine_status = k.engine_status};
    tell(&k, &n);
    _exit(0);
}
