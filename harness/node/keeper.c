/* keeper.c - the outer program's handle on keeper and engine. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "node/keep_own.h"
#include "node/keeper_wire_own.h"
#include "node/process_own.h"
#include "node/sandbox_own.h"

enum { END_PATIENCE_MS = 20000 };

struct keeper {
    pid_t pid;
    int pidfd;
    int control;
    char *work_dir;
    bool sandboxed;
    bool ended;        /* reaped: wait_status is set */
    int wait_status;   /* the keeper's */
    bool told;         /* a notice gave engine_status */
    int engine_status; /* the engine's wait status */
    struct keeper *next;
};

/* All keepers started by this process and not yet freed. A new keeper closes
 * the sockets of the others: with a copy open, the others would not notice the
 * end of this process. */
static struct keeper *keepers;

static void forget(const struct keeper *k)
{
    struct keeper **at = &keepers;

    while (*at && *at != k)
        at = &(*at)->next;
    if (*at)
        *at = k->next;
}

static void release(struct keeper *k)
{
    forget(k);
    if (k->control >= 0)
        (void)close(k->control);
    if (k->pidfd >= 0)
        (void)close(k->pidfd);
    free(k->work_dir);
    free(k);
}

static void fork_keeper(struct keeper *k, const struct keeper_spec *spec,
                        const int ends[2])
{
    struct keep_origin origin = {.sandboxed = k->sandboxed,
                                 .uid = geteuid(),
                                 .gid = getegid(),
                                 .control = ends[1]};

    (void)fflush(NULL); /* else both processes would write buffered text */
    k->pid = k->sandboxed ? sandbox_fork() : fork();
    if (k->pid != 0)
        return;
    (void)close(ends[0]);
    for (const struct keeper *other = keepers; other; other = other->next)
        (void)close(other->control);
    keep_run(spec, &origin);
}

/* Receive one notice into *ret. False: the keeper closed its socket. */
static bool take_notice(struct keeper *k, struct notice *ret)
{
    ssize_t n;

    do
        n = recv(k->control, ret, sizeof(*ret), 0);
    while (n < 0 && errno == EINTR);
    if (n != sizeof(*ret))
        return false;
    if (ret->kind == NOTICE_ENDED || ret->kind == NOTICE_ENGINE_ENDED) {
        k->told = ret->kind == NOTICE_ENDED;
        k->engine_status = ret->engine_status;
    }
    return true;
}

/* The arguments of is_leftover(). */
struct leftovers {
    const struct keeper *k;
    json_t *nodes;
};

static bool is_leftover(const struct process_stat *p, const struct leftovers *l)
{
    const char *name;
    json_t *node;

    if (p->parent != getpid())
        return false;
    if (p->session == l->k->pid)
        return true;
    json_object_foreach (l->nodes, name, node) {
        json_int_t pid = json_integer_value(json_object_get(node, "pid"));

        if (pid > 0 && p->session == pid)
            return true;
    }
    return false;
}

static bool end_leftover(const struct process_stat *p, void *ctx)
{
    if (!is_leftover(p, ctx))
        return false;
    (void)kill(p->pid, SIGKILL); /* an unreaped child: the pid is not reused */
    while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return true;
}

/* When a keeper of the fallback is killed, the children of the keeper die by
 * the parent-death signal, and grandchildren become children of the outer
 * program (subreaper). Kill every grandchild in a session of the run. */
static void end_leftovers(const struct keeper *k)
{
    AUTO_FREE char *path = path_of("%s/keeper.json", k->work_dir);
    AUTO_JSON json_t *record = NULL;
    struct err err = {0};
    struct leftovers l = {.k = k};

    if (json_read(path, &record, &err) < 0)
        log_warn("keeper", "%s", err.text);
    l.nodes = json_object_get(record, "nodes");
    while (process_each(end_leftover, &l) > 0)
        ;
}

/* Wait for the end of the keeper, then end processes left by a killed one. */
static void reap(struct keeper *k)
{
    if (k->ended)
        return;
    while (waitpid(k->pid, &k->wait_status, 0) < 0 && errno == EINTR)
        ;
    k->ended = true;
    if (!k->sandboxed && !k->told)
        end_leftovers(k);
}

static bool wants_sandbox(const struct keeper_spec *spec)
{
    struct err why = {0};

    switch (spec->sandbox) {
    case SANDBOX_ON:
        return true;
    case SANDBOX_OFF:
        return false;
    case SANDBOX_AUTO:
        if (sandbox_probe(&why) == 0)
            return true;
        log_info("keeper", "no namespaces: %s", why.text);
        return false;
    }
    abort();
}

static int await_ready(struct keeper *k, struct err *err)
{
    struct notice n = {0};
    char text[64];

    if (take_notice(k, &n) && n.kind == NOTICE_READY)
        return 0;
    reap(k);
    if (n.kind == NOTICE_FAILED)
        return err_set(err, n.err.code, "keeper: %s", n.err.text);
    wait_status_text(k->wait_status, text, sizeof(text));
    return err_set(err, -ECHILD, "keeper: %s while it started", text);
}

static int launch(struct keeper *k, const struct keeper_spec *spec,
                  struct err *err)
{
    int ends[2];
    int rc = wire_pair(ends, err);

    if (rc < 0)
        return rc;
    fork_keeper(k, spec, ends);
    if (k->pid < 0)
        rc = err_errno(err, k->sandboxed ? "make namespaces" : "fork");
    (void)close(ends[1]);
    k->control = ends[0];
    if (rc < 0)
        return rc;
    k->pidfd = process_open(k->pid);
    if (k->pidfd < 0)
        return err_errno(err, "pidfd_open");
    return await_ready(k, err);
}

int keeper_start(const struct keeper_spec *spec, struct keeper **ret,
                 struct err *err)
{
    struct keeper *k = must_calloc(1, sizeof(*k));
    int rc = mkdir_all(spec->work_dir, err);

    if (rc < 0) {
        free(k);
        return rc;
    }
    *k = (struct keeper){.pidfd = -1, .control = -1};
    k->work_dir = path_of("%s", spec->work_dir);
    k->sandboxed = wants_sandbox(spec);
    /* Processes orphaned by a killed keeper shall become children of this
     * process and not of init. */
    if (!k->sandboxed && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        rc = err_errno(err, "become subreaper");
    if (rc == 0)
        rc = launch(k, spec, err);
    if (rc < 0) {
        keeper_end(k);
        return rc;
    }
    k->next = keepers;
    keepers = k;
    *ret = k;
    return 0;
}

/* One datagram with text and descriptors (keep_own.h). The byte in front of the
 * text keeps an empty text apart from an interrupt. */
static int ask_for_engine(struct keeper *k, const struct keeper_work *what,
                          struct err *err)
{
    char room[CMSG_SPACE(sizeof(what->fds))] __attribute__((aligned(8)));
    struct iovec io[] = {
        {.iov_base = (char *)"b", .iov_len = 1},
        {.iov_base = (char *)what->text, .iov_len = strlen(what->text)}};
    struct msghdr m = {.msg_iov = io, .msg_iovlen = 2};
    size_t len = what->fds_len * sizeof(int);

    if (what->fds_len > 0) {
        struct cmsghdr *c = (struct cmsghdr *)room;

        memset(room, 0, sizeof(room));
        *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                              .cmsg_type = SCM_RIGHTS,
                              .cmsg_len = CMSG_LEN(len)};
        memcpy(CMSG_DATA(c), what->fds, len);
        m.msg_control = room;
        m.msg_controllen = CMSG_SPACE(len);
    }
    if (sendmsg(k->control, &m, MSG_NOSIGNAL) < 0)
        return err_errno(err, "keeper");
    return 0;
}

static int gone(struct keeper *k, struct err *err)
{
    char text[64];

    reap(k);
    wait_status_text(k->wait_status, text, sizeof(text));
    return err_set(err, -ECHILD, "keeper: %s", text);
}

int keeper_begin(struct keeper *k, const struct keeper_work *what,
                 struct err *err)
{
    struct notice n = {0};
    struct err why = {0};

    if (what->fds_len > KEEPER_FDS_MAX ||
        strlen(what->text) + 2 > KEEPER_TEXT_MAX)
        return err_set(err, -E2BIG, "keeper: too much work for one engine");
    if (ask_for_engine(k, what, &why) < 0 && why.code != -EPIPE)
        return err_set(err, why.code, "%s", why.text);
    if (why.code == -EPIPE || !take_notice(k, &n))
        return gone(k, err);
    if (n.kind == NOTICE_FAILED)
        return err_set(err, n.err.code, "keeper: %s", n.err.text);
    return n.kind == NOTICE_READY ? 0 : gone(k, err);
}

int keeper_engine_fd(const struct keeper *k)
{
    return k->control;
}

int keeper_await(struct keeper *k, int *ret_status, struct err *err)
{
    struct notice n = {0};

    if (!take_notice(k, &n) || n.kind != NOTICE_ENGINE_ENDED)
        return gone(k, err);
    *ret_status = n.engine_status;
    return 0;
}

int keeper_fd(const struct keeper *k)
{
    return k->pidfd;
}

pid_t keeper_pid(const struct keeper *k)
{
    return k->pid;
}

int keeper_wait(struct keeper *k, int *ret_status, struct err *err)
{
    struct notice n;
    char text[64];

    while (!k->ended && take_notice(k, &n))
        ;
    reap(k);
    if (k->told) {
        *ret_status = k->engine_status;
        return 0;
    }
    wait_status_text(k->wait_status, text, sizeof(text));
    return err_set(err, -ECHILD,
                   "keeper: %s, so how the engine ended is unknown", text);
}

void keeper_interrupt(struct keeper *k)
{
    (void)send(k->control, "i", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void keeper_kill(struct keeper *k)
{
    (void)shutdown(k->control, SHUT_WR);
}

void keeper_end(struct keeper *k)
{
    struct notice n;

    if (!k)
        return;
    if (k->pid > 0 && !k->ended) {
        struct pollfd end = {.fd = k->pidfd, .events = POLLIN};

        keeper_kill(k);
        /* A keeper that hangs is killed; its death ends all other processes. */
        if (poll(&end, 1, k->pidfd < 0 ? 0 : END_PATIENCE_MS) <= 0)
            (void)kill(k->pid, SIGKILL);
        while (take_notice(k, &n))
            ;
        reap(k);
    }
    release(k);
}
