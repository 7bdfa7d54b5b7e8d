/* enter.c - runs a program inside the namespaces of a run (ordeal enter). */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "node/keeper_wire_own.h"
#include "node/node.h"
#include "node/process_own.h"
#include "node/sandbox_own.h"
#include "node/spawn.h"

struct entry {
    int pid;    /* the keeper's */
    int keeper; /* the keeper's pidfd */
    int netns;  /* the node's, -1: the run's */
    bool sandboxed;
    const char *hosts; /* the node's hosts file or NULL; from keeper.json */
    void (*tell)(const char *what); /* shows the user a warning */
};

static int find_keeper(const char *path, const json_t *record,
                       struct entry *ret, struct err *err)
{
    struct process_stat p;
    json_int_t start_time;
    int sandboxed;

    if (json_unpack((json_t *)record, "{s:b,s:i,s:I}", "sandboxed", &sandboxed,
                    "pid", &ret->pid, "start_time", &start_time) < 0)
        return err_set(err, -EINVAL, "%s: not a keeper's record", path);
    /* Open the pidfd before comparing the start time: afterwards the number
     * cannot pass to another process. */
    ret->keeper = process_open(ret->pid);
    if (ret->keeper < 0 || process_stat_of(ret->pid, &p) < 0 ||
        p.state == 'Z' || p.start_time != (uint64_t)start_time)
        return err_set(err, -ESRCH, "%s: the run has ended", path);
    ret->sandboxed = sandboxed;
    return 0;
}

static int find_node(const char *path, const json_t *record, const char *node,
                     struct entry *ret, struct err *err)
{
    const json_t *nodes = json_object_get(record, "nodes");
    const json_t *found = json_object_get(nodes, node);
    int number = (int)json_integer_value(json_object_get(found, "netns"));

    if (!found)
        return err_set(err, -ENOENT, "%s: no node %s", path, node);
    ret->hosts = json_string_value(json_object_get(found, "hosts"));
    if (!ret->sandboxed)
        return 0;
    AUTO_FREE char *netns = path_of("/proc/%d/fd/%d", ret->pid, number);

    ret->netns = open(netns, O_RDONLY | O_CLOEXEC);
    return ret->netns < 0 ? err_errno(err, "%s", netns) : 0;
}

static int take_names(const struct entry *e, struct err *err)
{
    if (sandbox_own_mounts(err) < 0)
        return err->code;
    return sandbox_bind_hosts(e->hosts, err);
}

/* A run is in the fallback because namespaces were refused or were not asked
 * for (--sandbox off). In the second case a mount namespace with the node's
 * hosts file can still be made. A failed attempt leaves a process half in a new
 * user namespace, so a child tries first. */
static int try_names(const struct entry *e, struct err *err)
{
    struct err why = {0};
    int failure[2], wait_status = -1;
    bool refused;
    pid_t pid;

    if (pipe2(failure, O_CLOEXEC) < 0)
        return err_errno(err, "pipe");
    pid = fork();
    if (pid == 0) {
        if (take_names(e, &why) < 0)
            wire_send_failure(failure[1], &why);
        _exit(why.code < 0);
    }
    (void)close(failure[1]);
    refused = pid < 0 || wire_receive_failure(failure[0], &why);
    (void)close(failure[0]);
    if (pid > 0)
        (void)waitpid(pid, &wait_status, 0);
    if (!refused && wait_status == 0)
        return take_names(e, err);
    e->tell(why.code < 0 ? why.text : "the child that tried it died");
    return 0;
}

static int join(const struct entry *e, struct err *err)
{
    AUTO_FREE char *cwd = getcwd(NULL, 0);

    if (!e->sandboxed)
        return e->hosts ? try_names(e, err) : 0;
    if (setns(e->keeper, sandbox_flags) < 0)
        return err_errno(err, "enter the run's namespaces");
    if (e->netns >= 0 && setns(e->netns, CLONE_NEWNET) < 0)
        return err_errno(err, "enter the node's network namespace");
    if (e->netns >= 0 && unshare(CLONE_NEWNS) < 0)
        return err_errno(err, "make a mount namespace");
    /* setns() has moved the process to the root of the mount namespace, where
     * the old path names the same folder. */
    if (cwd && chdir(cwd) < 0 && chdir("/") < 0)
        return err_errno(err, "%s", cwd);
    if (e->netns >= 0 && e->hosts)
        return sandbox_bind_hosts(e->hosts, err);
    return 0;
}

/* setns() puts only children into a PID namespace, so the program runs in a
 * child. Wait for the child and return an exit code as a shell would. Ctrl-C
 * reaches both processes; the program decides. */
static int follow(pid_t child)
{
    int wait_status = 0;

    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                  : 128 + WTERMSIG(wait_status);
}

static int run_program(const void *ctx, pid_t parent, struct err *err)
{
    char *const *argv = ctx;

    (void)parent; /* a shell or debugger may outlive `ordeal enter` */
    (void)execvp(argv[0], argv);
    return err_errno(err, "run %s", argv[0]);
}

static int become(char *const *argv, struct err *err)
{
    pid_t pid;

    if (spawn_forked(run_program, argv, &pid, err) < 0)
        return err->code;
    _exit(follow(pid));
}

int sandbox_enter(const char *work_dir, const char *node, char *const *argv,
                  void (*tell)(const char *what), struct err *err)
{
    AUTO_FREE char *path = path_of("%s/keeper.json", work_dir);
    AUTO_JSON json_t *record = NULL;
    struct entry e = {.keeper = -1, .netns = -1, .tell = tell};
    int rc = json_read(path, &record, err);

    if (rc == 0)
        rc = find_keeper(path, record, &e, err);
    if (rc == 0 && node)
        rc = find_node(path, record, node, &e, err);
    if (rc == 0)
        rc = join(&e, err);
    if (rc == 0)
        rc = become(argv, err);
    if (e.keeper >= 0)
        (void)close(e.keeper);
    if (e.netns >= 0)
        (void)close(e.netns);
    return rc;
}
