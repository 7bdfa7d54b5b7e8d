/* node.h - the machines of a run: processes in namespaces of their own.
 *
 * A run has three processes (harness/README.md, "Three processes"). The *outer*
 * program calls keeper_start(), which makes two more: the *keeper*, a child
 * with a single thread, owns every namespace, link and process of the run; the
 * *engine*, a child of the keeper, runs `engine_main` and may have threads. The
 * engine asks the keeper for nodes through `struct nodes`.
 *
 * A node is a name with an address and at most one process at a time. The
 * address outlives the process, so a restarted broker keeps its address.
 *
 * Nodes are held in two ways, with the same calls:
 *   namespaces  user, mount, PID and network namespaces without root. Each
 *               node has a network namespace with two veths: one on the run's
 *               bridge (`address`), one point-to-point to the engine
 *               (`observer_address`, a path that no fault touches).
 *   fallback    where namespaces are refused: the keeper is a child subreaper
 *               (prctl(2)), nodes are process groups that die with the keeper,
 *               addresses are 127.x.y.n of a /24 locked by the run; both
 *               addresses of a node are then equal.
 *
 * Whichever of the three processes dies, in whatever way, no process,
 * interface, mount or lock of the run is left behind. The exception: when the
 * keeper of the fallback is killed, a grandchild of the keeper survives if the
 * grandchild has made a session of its own.
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
    SANDBOX_AUTO, /* namespaces where the machine permits, else fallback */
    SANDBOX_ON,   /* namespaces or an error */
    SANDBOX_OFF,  /* the fallback */
};

/* Whether the machine permits namespaces: tries every step (user, mount, PID
 * and network namespace, bridge, veth, bind mount) in a child made for the
 * purpose. 0: permitted; remembered, so later calls, in forked children too, do
 * not try again. Negative errno: refused; err names the refused step. Not
 * thread-safe. */
MUST_USE int sandbox_probe(struct err *err);

/* ---- in the outer program: one thread --------------------------------- */

struct nodes;

enum { KEEPER_FDS_MAX = 4, KEEPER_TEXT_MAX = 32768 };

/* The work of one engine among several. */
struct keeper_work {
    const char *text;        /* any; shorter than KEEPER_TEXT_MAX */
    int fds[KEEPER_FDS_MAX]; /* descriptors for the engine alone */
    size_t fds_len;
};

struct keeper_spec {
    enum sandbox sandbox;
    const char *work_dir; /* absolute; the keeper keeps its files below */
    int engine_fd;        /* left open in the engine, closed in the keeper;
                             -1: none */

    /* Called in the engine process; the return value becomes the exit code. The
     * process was forked without an exec, before any thread was made. */
    int (*engine_main)(struct nodes *nodes, void *ctx);

    /* Not NULL: the keeper starts no engine now and stays when an engine ends.
     * keeper_begin() starts engines, one after another, on the same nodes, and
     * each calls this function in place of engine_main(), with the `what` given
     * to keeper_begin(). engine_fd is -1. */
    int (*engine_begun)(struct nodes *nodes, void *ctx,
                        const struct keeper_work *what);
    void *ctx;
};

struct keeper; /* the outer program's handle on keeper and engine */

/* Start keeper and engine. The calling process must have a single thread. The
 * engine begins with default signal handlers and an empty signal mask (signals
 * ignored before stay ignored) and with stdin from /dev/null. In the fallback
 * the calling process becomes a child subreaper, so that a killed keeper leaves
 * no process to init. The caller passes *ret to keeper_end(). */
MUST_USE int keeper_start(const struct keeper_spec *spec, struct keeper **ret,
                          struct err *err);

/* A descriptor, borrowed, that polls readable when the keeper has ended. */
int keeper_fd(const struct keeper *k);

/* Start the next engine; the one before must have ended. Descriptors are
 * borrowed: the engine gets duplicates. -ECHILD: the keeper has ended. */
MUST_USE int keeper_begin(struct keeper *k, const struct keeper_work *what,
                          struct err *err);

/* A descriptor, borrowed, that polls readable when the engine started by
 * keeper_begin(), or the keeper, has ended. */
int keeper_engine_fd(const struct keeper *k);

/* Wait for the end of the engine started by keeper_begin(). *ret_status: the
 * wait status of the engine. -ECHILD: the keeper has ended. */
MUST_USE int keeper_await(struct keeper *k, int *ret_status, struct err *err);

/* Wait for the end of keeper and engine. *ret_status: the engine's wait status,
 * as of wait(2). -ECHILD: the keeper was killed, so the engine's end is
 * unknown. */
MUST_USE int keeper_wait(struct keeper *k, int *ret_status, struct err *err);

/* Ask the engine to heal and stop (first Ctrl-C): the engine gets SIGTERM. */
void keeper_interrupt(struct keeper *k);

/* End every process of the run at once (second Ctrl-C), without waiting. May be
 * called again, and before keeper_end(). */
void keeper_kill(struct keeper *k);

/* The keeper's pid in the namespace of the outer program, for `ordeal enter`.
 */
pid_t keeper_pid(const struct keeper *k);

/* End every process left, wait until all have ended, free `k`. NULL is fine. */
void keeper_end(struct keeper *k);

/* ---- in the engine: thread-safe; calls wait for one another ------------ */

/* The links of a node in a sandboxed run. Each has an address of its own; in
 * the fallback both addresses are equal, and neither link exists. */
enum node_link {
    NODE_LINK_BRIDGE,   /* to all other nodes; faults may touch the link */
    NODE_LINK_OBSERVER, /* to the engine alone; no fault touches the link */
    NODE_LINKS
};

/* The name of a link inside the node's network namespace: "eth0", "observer".
 */
extern const char *const node_link_names[NODE_LINKS];

struct node_info {
    char name[NODE_NAME_MAX];
    char address[NODE_ADDRESS_MAX];          /* of NODE_LINK_BRIDGE */
    char observer_address[NODE_ADDRESS_MAX]; /* of NODE_LINK_OBSERVER */
};

/* Whether the run has namespaces: the decision taken for SANDBOX_AUTO. */
bool nodes_sandboxed(const struct nodes *n);

/* Make a node, or return the node `name` if made before. -ENOSPC: the run has
 * NODES_MAX nodes. -EINVAL: the name, which becomes a host name, is not 1 to 63
 * of a-z 0-9 - . */
MUST_USE int node_add(struct nodes *n, const char *name, struct node_info *ret,
                      struct err *err);

/* Give node `name` a further address (sandbox: on the bridge link; fallback:
 * 127.x.y.m). A server on several addresses tells callers apart by the address
 * dialled. -ENOSPC: all further addresses of the run are given out. */
MUST_USE int node_add_address(struct nodes *n, const char *name,
                              char ret[NODE_ADDRESS_MAX], struct err *err);

struct node_process {
    const char *name;       /* of the node */
    char *const *argv;      /* NULL-terminated; argv[0] is looked up in PATH */
    char *const *env;       /* whole environment, NULL-terminated */
    const char *cwd;        /* absolute */
    const char *log_path;   /* file to append stdout and stderr to */
    const char *hosts_path; /* file to bind over /etc/hosts (sandbox) or NULL */
};

/* Start the node's process, in a session of its own, with stdin from /dev/null.
 * Returns after the exec(3). *ret_pid: the pid in the engine's namespace.
 * -EBUSY: the node has a running process; -ENOENT and others: errors of exec.
 * When the process ends, the rest of its process group is killed, since a
 * machine that is down runs nothing. */
MUST_USE int node_start(struct nodes *n, const struct node_process *p,
                        pid_t *ret_pid, struct err *err);

/* Send signal `sig` to the node's process, through a pidfd (so never to another
 * process with a reused pid). -ESRCH: the node has no running process. */
MUST_USE int node_signal(struct nodes *n, const char *name, int sig,
                         struct err *err);

enum node_state { NODE_NEVER_STARTED, NODE_RUNNING, NODE_STOPPED, NODE_ENDED };

struct node_status {
    enum node_state state; /* NODE_STOPPED: by SIGSTOP, as /proc shows */
    pid_t pid;             /* of the last process; 0: never started */
    int wait_status;       /* if NODE_ENDED, as of wait(2) */
    uint64_t starts;       /* number of processes started so far */
};

/* The state of the node's process right now. -ENOENT: no such node. */
MUST_USE int node_status(struct nodes *n, const char *name,
                         struct node_status *ret, struct err *err);

/* Write a wait status, as of wait(2), in words: "ended with exit code 1",
 * "killed by signal 9 (Killed)". 64 bytes are enough. */
void wait_status_text(int wait_status, char *out, size_t size);

/* ---- ordeal enter ------------------------------------------------------ */

/* Run argv inside the namespaces of a live run; with `node`, in the network and
 * with the hosts file of that node. `work_dir` is the work folder of the run,
 * where the keeper writes keeper.json (format: record.c). The calling process
 * must have a single thread; it waits for the program and exits with the
 * program's exit code. Returns only on failure. -ESRCH: the run has ended.
 * In the fallback the run has no namespaces: argv just runs, with the node's
 * hosts file where the machine permits a mount namespace. Where not, `tell` is
 * first called with the reason. */
MUST_USE int sandbox_enter(const char *work_dir, const char *node,
                           char *const *argv, void (*tell)(const char *what),
                           struct err *err);

#endif
