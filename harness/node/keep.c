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
                       const struct keeper_work *what, pid_t keeper, int fd)
    __attribute__((noreturn));

static void run_engine(struct keep *k, const struct keeper_spec *spec,
                       const struct keeper_work *what, pid_t keeper, int fd)
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
    code = what ? spec->engine_begun(nodes, spec->ctx, what)
                : spec->engine_main(nodes, spec->ctx);
    nodes_free(nodes);
    (void)fflush(NULL);
    _exit(code);
}

/* `what`: the work of one engine among several; NULL: the only engine. */
static int start_engine(struct keep *k, const struct keeper_spec *spec,
                        const struct keeper_work *what, struct err *err)
{
    pid_t self = getpid();
    int ends[2];
    int rc;

    if (k->engine > 0)
        return err_set(err, -EBUSY, "an engine still runs");
    rc = wire_pair(ends, err);
    if (rc < 0)
        return rc;
    k->requests = ends[0];
    k->engine = fork();
    if (k->engine == 0)
        run_engine(k, spec, what, self, ends[1]);
    k->engine_ended = k->engine < 0;
    if (k->engine < 0) {
        rc = err_errno(err, "start the engine");
        k->engine = 0;
    }
    (void)close(ends[1]);
    if (spec->engine_fd >= 0) /* end of file there shall mean: engine ended */
        (void)close(spec->engine_fd);
    if (rc < 0)
        return rc;
    k->engine_pidfd = process_open(k->engine);
    return k->engine_pidfd < 0 ? err_errno(err, "pidfd_open") : 0;
}

/* Take a request for an engine with its descriptors; both are of one datagram.
 * Returns the length of the text, 0 for an interrupt, or -1 as recvmsg(2) with
 * errno (ENOTCONN: the other side is closed). */
static ssize_t take_work(const struct keep *k, char *text,
                         struct keeper_work *ret)
{
    char room[CMSG_SPACE(sizeof(ret->fds))] __attribute__((aligned(8)));
    struct iovec io = {.iov_base = text, .iov_len = KEEPER_TEXT_MAX - 1};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = room,
                       .msg_controllen = sizeof(room)};
    ssize_t n = recvmsg(k->control, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR(&m) : NULL;

    *ret = (struct keeper_work){.text = text};
    if (c && c->cmsg_type == SCM_RIGHTS) {
        ret->fds_len = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(ret->fds, CMSG_DATA(c), ret->fds_len * sizeof(int));
    }
    if (n == 0)
        errno = ENOTCONN;
    if (n <= 0)
        return -1;
    text[n] = 0;
    return n - 1; /* without the byte in front */
}

/* A datagram from the outer program. Returns false if the outer program has
 * ended or has closed its side to end everything. */
static bool on_control(struct keep *k, const struct keeper_spec *spec)
{
    char text[KEEPER_TEXT_MAX];
    struct keeper_work what;
    struct notice n = {.kind = NOTICE_READY};
    ssize_t len = take_work(k, text, &what);

    if (len < 0)
        return errno == EAGAIN || errno == EINTR;
    if (len == 0) {
        interrupt_engine(k);
        return true;
    }
    what.text = text + 1;
    if (start_engine(k, spec, &what, &n.err) < 0)
        n.kind = NOTICE_FAILED;
    for (size_t i = 0; i < what.fds_len; i++)
        (void)close(what.fds[i]);
    tell(k, &n);
    return true;
}

/* The engine of a keeper that stays has ended: the next one may be asked for.
 */
static void forget_engine(struct keep *k)
{
    struct notice n = {.kind = NOTICE_ENGINE_ENDED,
                       .engine_status = k->engine_status};

    if (k->requests >= 0)
        (void)close(k->requests);
    (void)close(k->engine_pidfd);
    k->requests = k->engine_pidfd = -1;
    k->engine = 0;
    tell(k, &n);
}

/* Serve signals, the outer program and the engine until the engine has ended
 * (unless the keeper stays) or the outer program wants the end. */
static void loop(struct keep *k, const struct keeper_spec *spec)
{
    bool wanted = true;

    while (wanted && (k->stays || !k->engine_ended)) {
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
            wanted = on_control(k, spec);
        if (on[2].revents)
            on_request(k);
        if (k->stays && k->engine > 0 && k->engine_ended)
            forget_engine(k);
    }
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
    if (rc == 0 && !k->stays)
        rc = start_engine(k, spec, NULL, err);
    return rc;
}

void keep_run(const struct keeper_spec *spec, const struct keep_origin *origin)
{
    struct keep k = {.addressing.sandboxed = origin->sandboxed,
                     .control = origin->control,
                     .requests = -1,
                     .stays = spec->engine_begun != NULL,
                     .engine_pidfd = -1,
                     .engine_ended = spec->engine_begun != NULL,
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
    loop(&k, spec);
    end_all(&k);
    n = (struct notice){.kind = NOTICE_ENDED, .engine_status = k.engine_status};
    tell(&k, &n);
    _exit(0);
}
