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
    /* An outer that is gone needs no news. */
    (void)send(k->control, n, sizeof(*n), MSG_NOSIGNAL);
}

static bool kill_if_child(const struct process_stat *p, void *ctx)
{
    const pid_t *parent = ctx;

    return p->parent == *parent && kill(p->pid, SIGKILL) == 0;
}

/* In the sandbox this is everything; in the fallback the children, and those
 * of the dead become ours, so doing it until none is left is everything. */
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
    if (!k->engine_ended) /* else it needs no more */
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
        reply = keep_answer(k, request);
        rc = reply ? wire_send(k->requests, reply, &why) : -ENOMEM;
    }
    if (rc == 0)
        return;
    /* An engine that closed its end asks no more, but may still work. */
    if (rc != -EPIPE)
        log_error(actor, "request: %s", why.text);
    (void)close(k->requests);
    k->requests = -1;
}

/* False: the outer is gone, or wants the end. */
static bool on_control(struct keep *k)
{
    char byte;
    ssize_t n = recv(k->control, &byte, 1, MSG_DONTWAIT);

    if (n > 0)
        interrupt_engine(k);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

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
        /* An ignored SIGCHLD would reap by itself. */
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
    /* What tells of the keeper's life must not be open here as well. */
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
    if (spec->engine_fd >= 0) /* its end shall mean the engine's end */
        (void)close(spec->engine_fd);
    if (rc < 0)
        return rc;
    k->engine_pidfd = process_open(k->engine);
    return k->engine_pidfd < 0 ? err_errno(err, "pidfd_open") : 0;
}

/* Own session: what is typed at the terminal reaches the outer alone. */
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

/* /proc is still the outer's here, so this is what the outer sees. */
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
