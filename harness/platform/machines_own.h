/* machines_own.h - shared parts of platforms whose nodes are processes on this
 * machine: nodes by number, folders, logs, hosts files, start and wait until
 * all answer. A kind embeds `struct machines` first and tells in `struct
 * machine_ops` how to configure and start its nodes.
 *
 * Harness and workers have separate listeners on every broker, so that a fault
 * can cut a single path. The harness uses addresses; each kind decides on the
 * nodes' bootstrap.
 *
 * Inside platform/ only.
 */
#ifndef PLATFORM_MACHINES_OWN_H
#define PLATFORM_MACHINES_OWN_H

#include "client/kafka.h"
#include "platform/platform.h"
#include "platform/worker_groups_own.h"

/* The same ports in the sandbox and in the fallback. Below the kernel's range
 * for outgoing connections (from 32768), and away from Kafka's defaults 9092
 * and 8083: a user's own Kafka listening on all addresses would block the
 * fallback. */
enum {
    PORT_CLIENT = 19092,
    PORT_INTERNAL = 19093,
    PORT_CONTROLLER = 19094,
    PORT_OBSERVER = 19095,
    PORT_REST = 18083,
};

/* Of one group, and of all groups together: a run has NODES_MAX nodes, which
 * endpoints share. */
enum { BROKERS_MAX = 9, WORKERS_MAX = 9, WORKERS_IN_ALL_MAX = 36 };

#define WORKER_HEAP_LEAST (INT64_C(64) << 20)
#define WORKER_HEAP_MOST  (INT64_C(32) << 30)

struct machine {
    char observer_address[NODE_ADDRESS_MAX];
    json_t *hosts;    /* {"broker-1": "10.0.0.1"}: the names in the node's hosts
                         file */
    char *dir;        /* work_dir/<name> */
    char *log_path;   /* logs_dir/<name>.log */
    char *log_told;   /* the same as messages name it */
    int64_t log_from; /* length of the log at the latest start in the run, else
                         when the run opened the platform: lines before are of
                         an earlier run */
    char *rest_url, *rest_url_by_name; /* for observer and nodes; NULL: the
                                          node is no worker */
    int64_t heap;                      /* workers: largest Java heap, bytes */
    json_t *plugins;    /* names wished for; NULL: all that were fetched */
    json_t *properties; /* effective, as configured; NULL: none are written */
};

struct machines;

struct machine_ops {
    /* Write the configuration of the node at place i. */
    int (*configure)(struct machines *m, size_t i, struct err *err);
    /* Start the process of the node at place i; no process of the node runs. */
    int (*start)(struct machines *m, size_t i, struct err *err);
    /* Can the platform make such a node? -ENOTSUP. */
    int (*meets)(const struct machines *m, const struct platform_node_wish *w,
                 struct err *err);
    /* Workers keep who runs what in a topic named "<group id>-slots". */
    bool has_slots;
};

struct machines {
    struct platform base;
    const struct machine_ops *kind;
    const struct platform_env *env;
    struct platform_node nodes[NODES_MAX];
    struct machine more[NODES_MAX]; /* of the node with the same index */
    size_t n;
    int made[PLATFORM_ROLES]; /* number of nodes so far, removed or not */
    struct groups groups;     /* of workers */
    json_t *topics;           /* {"fast": {"group": "workers-fast"}} */
    json_t *hosts_for_all;    /* names from add_host() without a node */
    char *observer_bootstrap, *node_bootstrap;
    struct kafka_admin *admin; /* NULL until a broker has answered */
};

static inline struct machines *machines_of(struct platform *p)
{
    return (struct machines *)p; /* base is the first member */
}

/* ---- before a run (machines.c) ------------------------------------------- */

/* Are the brokers enough for the replicas that a topic asks for, and is there a
 * worker for the connectors? -EINVAL, naming the argument. */
MUST_USE int machines_suffice(const struct platform_wish *w, int64_t brokers,
                              const struct groups *groups, struct err *err);

/* ---- making nodes (machines_make.c) -------------------------------------- */

/* Make brokers, then the workers of m->groups, numbered through: nodes, folders
 * and hosts files. Configures and starts nothing. `by_name`: node_bootstrap has
 * names ("broker-1"), else addresses. */
MUST_USE int machines_make(struct machines *m, int64_t brokers, bool by_name,
                           struct err *err);

int machines_node_add(struct platform *p, enum platform_role role,
                      const struct platform_node_wish *wish,
                      struct platform_node *ret, struct err *err);

/* ---- the nodes (machines.c) ---------------------------------------------- */

void machines_done(struct machines *m);

/* The index of a node in the tables. -ENOENT: unknown. */
MUST_USE int machines_index(const struct machines *m, const char *node,
                            struct err *err);

/* Start a process of the node at place i, with hosts file and log of the node.
 * argv is borrowed. */
MUST_USE int machines_run(struct machines *m, size_t i, char *const *argv,
                          struct err *err);

/* The length of a log; 0: no log yet. */
int64_t machines_log_size(const char *path);

/* Slots of struct platform_ops. */
int machines_access(struct platform *p, enum platform_view view,
                    struct kafka_access *ret);
int machines_rest(struct platform *p, const char *node, enum platform_view view,
                  struct connect_access *ret);
const struct platform_node *machines_list(struct platform *p, size_t *ret_len);
int machines_signal(struct platform *p, const char *node, int sig,
                    struct err *err);
int machines_status(struct platform *p, const char *node,
                    struct node_status *ret, struct err *err);
int machines_start(struct platform *p, const char *node, struct err *err);
int machines_node_remove(struct platform *p, const char *node, struct err *err);

/* The configuration of the first node of `role`, borrowed; NULL: there is
 * none. */
const json_t *machines_properties(const struct machines *m,
                                  enum platform_role role);

/* The group of the worker at place i. */
const struct group *machines_group(const struct machines *m, size_t i);

/* Slot of struct platform_ops. */
const char *machines_connect_topic(struct platform *p, const char *group,
                                   const char *which);

/* [{"name": "worker-1", "role": "worker", "group": "fast"}], for describe(); a
 * node of no named group has no "group". New. */
json_t *machines_nodes_json(const struct machines *m);

/* The configured value of a property of the node; NULL: not configured, or no
 * such node. *ret_role, set if the node exists, tells whose default would
 * apply. */
const char *machines_property(const struct machines *m, const char *node,
                              const char *key, enum platform_role *ret_role);

/* ---- hosts files (machines_hosts.c) -------------------------------------- */

/* Write the node's hosts file in place: the sandbox bind-mounts its inode. */
MUST_USE int hosts_write(const struct machines *m, size_t i, struct err *err);

/* Give the new node the names of all nodes, and all nodes the name of the new
 * node. */
MUST_USE int hosts_join(struct machines *m, size_t i, struct err *err);

int machines_add_host(struct platform *p, const char *node, const char *name,
                      const char *address, struct err *err);

/* ---- data of a run in a shared world (local_keep.c) -----------------------
 */

/* Bring the folders of partitions in `from`, "orders-0", into `to`, which is
 * made: segments of the run's topics as links, everything else as copies. May
 * be repeated after an error. */
MUST_USE int partitions_keep(const char *from, const char *to, struct err *err);

/* ---- up (machines_up.c) -------------------------------------------------- */

MUST_USE int machines_up(struct platform *p, bool brokers_only,
                         struct err *err);
int machines_answers(struct platform *p, const char *node, struct err *err);

#endif
