/* node.h - the machines of a run: processes in namespaces of their own.
 *
 * Three processes (harness/README.md, "Three processes"). The *outer* program
 * calls keeper_start(); that makes the *keeper*, a single-threaded child that
 * owns every namespace, link and process of the run, and the *engine*, the
 * keeper's child, which runs `engine_main` and may have threads. The engine
 * speaks to the keeper through `struct nodes`.
 *
 * A node is a name with an address and at most one process at a time. Its
 * address outlives its process: a restarted broker keeps it.
 *
 * Two ways to hold them, same calls:
 *   namespaces  user, mount, PID and network namespaces without root. Each
 *               node has a network namespace with two veths: one on the run's
 *               bridge (`address`), one point-to-point to the engine
 *               (`observer_address`, a path that no fault touches).
 *   fallback    where namespaces are refused: the keeper is child subreaper,
 *               nodes are process groups that die with it, addresses are
 *               127.x.y.n of a /24 that the run holds under a lock; both
 *               addresses of a node are then the same.
 *
 * Whoever of the three dies, however, no process, interface, mount or lock of
 * the run is left behind. The one exception: in the fallback, when keeper is
 * killed, a process that a node's process started and that made itself a
 * session of its own.
 */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

enum { NODE_NAME_MAX = 64, NODE_ADDRESS_MAX = 16, NODES_MAX = 64 };

enum sandbox {
    SANDBOX_AUTO, /* namespaces if this machine can, else the fallback */
    SANDBOX_ON,   /* namespaces or nothing */
    SANDBOX_OFF,  /* the fallback */
};

/* Can this machine give namespaces? Tries the whole chain (user, mount, PID,
 * network, a bridge, a veth, a bind mount) in a throw-away child, until it has
 * once been given them; processes that are forked later know. From one thread.
 * 0: yes. Negative errno, err naming the step that was refused: no. */
MUST_USE int sandbox_probe(struct err *err);

/* ---- outer side ------------------------------------------------------- */

struct nodes;

struct keeper_spec {
    enum sandbox sandbox;
    const char *work_dir; /* absolute; files of the keeper go below it */
    int engine_fd;        /* kept open across into the engine, -1: none */

    /* Runs in the engine process; what it returns is its exit code. The
     * process was forked, not exec'ed, before any thread was made. */
    int (*engine_main)(struct nodes *nodes, void *ctx);
    void *ctx;
};

struct keeper; /* the outer's handle */

/* Start keeper and engine. Call while this process has one thread only.
 * The engine begins with handlers and signal mask at their defaults (what was
 * ignored stays ignored) and with stdin from /dev/null. In the fallback this
 * process becomes a child subreaper, so that a keeper that is killed leaves
 * nothing to init. The caller gives *ret to keeper_end(). */
MUST_USE int keeper_start(const struct keeper_spec *spec, struct keeper **ret,
                          struct err *err);

/* A descriptor that polls readable when the keeper has ended. */
int keeper_fd(const struct keeper *k);

/* Wait for the end. *ret_status: the engine's wait status as of wait(2);
 * -ECHILD with a sentence when the keeper itself was killed. */
MUST_USE int keeper_wait(struct keeper *k, int *ret_status, struct err *err);

/* Ask the engine to heal and stop (first Ctrl-C): it sees SIGTERM. */
void keeper_interrupt(struct keeper *k);

/* End everything at once (second Ctrl-C). Idempotent with keeper_end(). */
void keeper_kill(struct keeper *k);

/* The keeper's pid as the outer sees it: for `ordeal enter`. */
pid_t keeper_pid(const struct keeper *k);

/* End everything that is left, wait for it, free. NULL is fine. */
void keeper_end(struct keeper *k);

/* ---- engine side: thread-safe, one request at a time ------------------- */

struct node_info {
    char name[NODE_NAME_MAX];
    char address[NODE_ADDRESS_MAX];          /* as other nodes reach it */
    char observer_address[NODE_ADDRESS_MAX]; /* as the engine reaches it */
};

/* Whether this run has namespaces (SANDBOX_AUTO has been decided). */
bool nodes_sandboxed(const struct nodes *n);

/* Make a node, or return the one of that name. -ENOSPC over NODES_MAX.
 * -EINVAL: the name, which is a host name, has other than a-z 0-9 - . */
MUST_USE int node_add(struct nodes *n, const char *name, struct node_info *ret,
                      struct err *err);

/* A further address at which `name` is reached (fallback: 127.x.y.m; sandbox:
 * a second address on its bridge link), for telling callers apart by the
 * address they dialled. */
MUST_USE int node_add_address(struct nodes *n, const char *name,
                              char ret[NODE_ADDRESS_MAX], struct err *err);

struct node_process {
    const char *name;       /* which node */
    char *const *argv;      /* argv[0] is looked up in PATH */
    char *const *env;       /* whole environment, NULL-terminated */
    const char *cwd;        /* absolute */
    const char *log_path;   /* stdout and stderr are appended to it */
    const char *hosts_path; /* becomes its /etc/hosts (sandbox); or NULL */
};

/* Start the node's process, in a session of its own, with stdin from
 * /dev/null; returns once the program runs. -EBUSY: it has one that runs;
 * -ENOENT and other errors of exec with a sentence. *ret_pid: as the engine
 * sees it. When the process ends, what is left of its process group is
 * killed: a machine that is down runs nothing. */
MUST_USE int node_start(struct nodes *n, const struct node_process *p,
                        pid_t *ret_pid, struct err *err);

/* Send a signal to the node's process through its pidfd (never to a reused
 * pid). -ESRCH: it has none that runs. */
MUST_USE int node_signal(struct nodes *n, const char *name, int sig,
                         struct err *err);

enum node_state { NODE_NEVER_STARTED, NODE_RUNNING, NODE_STOPPED, NODE_ENDED };

struct node_status {
    enum node_state state; /* NODE_STOPPED: by SIGSTOP, as /proc says */
    pid_t pid;             /* of the last process; 0: never started */
    int wait_status;       /* when NODE_ENDED, as of wait(2) */
    uint64_t starts;       /* how often it was started */
};

MUST_USE int node_status(struct nodes *n, const char *name,
                         struct node_status *ret, struct err *err);

/* "ended with exit code 1", "killed by signal 9 (Killed)"; static buffer of
 * the caller, at least 64 bytes. */
void wait_status_text(int wait_status, char *out, size_t size);

/* ---- ordeal enter ------------------------------------------------------ */

/* Run argv inside the namespaces of the run whose folder is `work_dir`
 * (and, when node is not NULL, in that node's network, with its hosts). This
 * process, which must have one thread only, becomes the shadow of argv's and
 * ends with its exit code; returns only on failure. -ESRCH: the run has ended.
 * `work_dir` is the run's, it holds the keeper's record of itself
 * (keeper.json, see record.c). In the fallback there are no namespaces to
 * enter: argv just runs, with the node's hosts where this machine lets it; else
 * `tell` is told the reason first. */
MUST_USE int sandbox_enter(const char *work_dir, const char *node,
                           char *const *argv, void (*tell)(const char *what),
                           struct err *err);

#endif
