/* platform.h - the brokers and workers under test, whoever provides them.
 *
 * Each kind is a file with a const table, and a line in platform_kinds.def. A
 * slot beyond a platform's abilities is NULL, and its PLATFORM_CAN_* bit is
 * clear. The plan refuses scenarios that need the slot, with the reason, before
 * anything starts (outcome skip).
 *
 * The interface was cut for three future kinds: an existing cluster after the
 * kill -9 of a run (revert from the undo journal alone, no node of ours), a
 * mock cluster without Java, Strimzi (nodes by custom resources).
 *
 * Functions are called on the engine's thread, unless their comment says
 * otherwise.
 */
#ifndef PLATFORM_PLATFORM_H
#define PLATFORM_PLATFORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"
#include "client/connect.h"
#include "client/kafka.h"
#include "node/node.h"
#include "scenario/args.h"

enum platform_can {
    PLATFORM_CAN_SIGNAL_NODES = 1u << 0, /* kill, stop, pause, start again */
    PLATFORM_CAN_ADD_WORKERS = 1u << 1,
    PLATFORM_CAN_TRANSACTIONS = 1u << 2, /* and reads at both isolation
                                            levels */
    PLATFORM_CAN_CONNECT_REST = 1u << 3,
    PLATFORM_CAN_OFFSETS_TOPIC = 1u << 4, /* the topic __consumer_offsets */
    PLATFORM_CAN_WIDEN_TOPICS = 1u << 5,  /* a topic can get more partitions */
};

enum platform_role {
#define PLATFORM_ROLE(id, word, adds) ROLE_##id,
#include "platform/platform_roles.def"
#undef PLATFORM_ROLE
    PLATFORM_ROLES
};

/* Who asks for the way into Kafka or Connect. */
enum platform_view {
    VIEW_OBSERVER, /* the harness watches: a path that no fault touches */
    VIEW_NODE,     /* a node of the platform, or a client beside the nodes */
    VIEW_LOAD,     /* the harness writes */
};

enum { PLATFORM_GROUPS_MAX = 9 };

/* A group of workers: a Connect cluster of its own. */
struct platform_group {
    const char *name; /* "": all workers are in this one group */
    int64_t workers;
    const char *const *plugins; /* that the workers load, as the scenario names
                                   them; NULL: every plugin fetched */
    size_t plugins_len;
};

/* Input of the outer program, before a keeper exists. */
struct platform_wish {
    const void *settings;       /* the kind's own struct, filled by args */
    const char *const *plugins; /* connector plugins, in the words of the
                                   scenario */
    size_t plugins_len;
    const char *fixtures_dir; /* absolute: poms, plugin descriptions */
    const char *cache_dir;    /* absolute: resolved jars, kept between runs */
    const char *scenario_dir; /* absolute: relative plugin paths start here */
    int64_t replicas_most; /* largest number that a topic asks for; 0: as many
                              as possible */
    bool has_connectors;
};

struct platform;

/* Input of the engine. Borrowed for the life of the platform. */
struct platform_env {
    const void *settings;
    const json_t *fetched; /* result of fetch() in the outer program */
    struct nodes *nodes;
    const struct platform_group *groups; /* for their plugins; a group that is
                                            not listed loads all */
    size_t groups_len;
    const char *program_dir; /* absolute: folder of the stand-in programs */
    const char *work_dir;    /* absolute; one folder a node below it */
    const char *logs_dir;    /* absolute; <node>.log */
    const char *logs_told;   /* the folder to name in messages: where the logs
                                will lie later; NULL: logs_dir */
    const struct clk *clk;
    const struct event_sink *events;
    int64_t node_up_us; /* time-out until a started node answers */
    bool other_workers; /* workers that run already are of other settings: up()
                           ends them first */

    /* Called by up() once all `other_workers` have ended, before a node starts;
     * an error ends up(). NULL: nothing to do. */
    int (*may_start)(void *ctx, struct platform *p, struct err *err);
    void *may_start_ctx;
};

struct platform {
    const struct platform_ops *ops; /* first member of each platform's own */
};

struct platform_node {
    char name[NODE_NAME_MAX]; /* "broker-1", "worker-2" */
    enum platform_role role;
    int number; /* from 1: broker id, worker number */
    char address[NODE_ADDRESS_MAX];
    char group[NODE_NAME_MAX]; /* workers: name of the group; "": the group
                                  without a name */
    bool removed;              /* stopped for good by node_remove() */
};

/* Wishes for a node to be added. 0 and NULL: as the other nodes of the role. */
struct platform_node_wish {
    const char *version;        /* of Kafka */
    int64_t heap;               /* largest Java heap, bytes */
    const char *const *plugins; /* of a worker, each as the scenario names a
                                   plugin */
    size_t plugins_len;
    const char *group; /* of a worker: the group to join; NULL: the group
                          without a name. -ENOENT where there is none */
};

/* Everything that a plan asks of a platform, for able(). All borrowed. */
struct platform_connector {
    const char *name;
    const char *plugin; /* NULL: none is named */
    const json_t *config;
};

struct platform_topic {
    const char *name;
    const json_t *config; /* NULL: none */
};

struct platform_needs {
    const void *settings; /* the kind's own struct */
    const struct platform_connector *connectors;
    size_t connectors_len;
    const struct platform_topic *topics;
    size_t topics_len;
};

struct platform_ops {
    const char *name;
    const char *help;
    unsigned can; /* PLATFORM_CAN_* */
    const struct arg *args;
    size_t args_len;
    size_t settings_size;

    /* Can the settings be met: a known Kafka version, no property set by the
     * harness? Looks at the disk only, downloads nothing. NULL: the ranges of
     * the arguments say everything. */
    int (*check_settings)(const struct platform_wish *w, struct err *err);

    /* The groups of workers that checked settings ask for, without plugins.
     * Returns their number; names are borrowed from the settings. NULL: the
     * platform has no workers. */
    size_t (*groups)(const void *settings,
                     struct platform_group out[PLATFORM_GROUPS_MAX]);

    /* Is `plugin` a path, coordinate or name of an available plugin? Looks at
     * the disk only, downloads nothing. -ENOENT with the remedy. */
    int (*check_plugin)(const struct platform_wish *w, const char *plugin,
                        struct err *err);

    /* May `plugin`, the name of a fixture, have the connector `class`? -ENOENT:
     * certainly not. NULL: only the plugin itself can tell. */
    int (*check_class)(const char *plugin, const char *class, struct err *err);

    /* Can the platform run all connectors and hold all topics of `n`? -ENOTSUP
     * with the reason, which begins with the path in the scenario: outcome
     * skip. NULL: the platform has no limits. */
    int (*able)(const struct platform_needs *n, struct err *err);

    /* Outer program, before the run: get jars and plugins (Maven), verify
     * digests. `say` is called before long steps. *ret: a JSON object for
     * open(), new. Call while the process has a single thread: fetch() may
     * start a keeper of its own, to make class archives. */
    int (*fetch)(const struct platform_wish *w,
                 void (*say)(void *ctx, const char *what), void *ctx,
                 json_t **ret, struct err *err);

    /* Engine: make nodes and their configuration; starts nothing. */
    int (*open)(const struct platform_env *env, struct platform **ret,
                struct err *err);
    void (*close)(struct platform *p); /* frees memory; the keeper ends the
                                          processes */

    /* Start all nodes and wait until all answer. `brokers_only`: for verify
     * after a killed run. On failure err has the node, the condition waited for
     * and the last telling line of the node's log. */
    int (*up)(struct platform *p, bool brokers_only, struct err *err);

    /* Do helper processes, which no fault strikes, still run? -ECHILD: no, with
     * the name. NULL: the platform has no helper processes. */
    int (*stands)(struct platform *p, struct err *err);

    /* How `view` reaches the brokers. *ret is borrowed for the life of the
     * platform. Negative errno: the platform has no such way. */
    int (*access)(struct platform *p, enum platform_view view,
                  struct kafka_access *ret);
    /* The same of the REST API of worker `node`. -ENOENT: no such worker. */
    int (*rest)(struct platform *p, const char *node, enum platform_view view,
                struct connect_access *ret);

    /* All nodes ever made, in order. Borrowed; valid until the next
     * node_add(). */
    const struct platform_node *(*list)(struct platform *p, size_t *ret_len);

    /* Send SIGKILL, SIGTERM, SIGSTOP or SIGCONT to a node's process. */
    int (*signal)(struct platform *p, const char *node, int sig,
                  struct err *err);
    int (*status)(struct platform *p, const char *node, struct node_status *ret,
                  struct err *err);
    /* Start a node's process unless one runs; does not wait. */
    int (*start)(struct platform *p, const char *node, struct err *err);
    /* 1: the node answers; 0: not yet. A broker answers when the metadata of
     * another broker (of itself, if alone) lists the broker; a worker when its
     * REST root returns 200. */
    int (*answers)(struct platform *p, const char *node, struct err *err);

    /* Add a node of `role` with the next number of the role: started, not
     * waited for. -ENOTSUP: the platform cannot add such nodes, or cannot meet
     * the wish; nothing was made. */
    int (*node_add)(struct platform *p, enum platform_role role,
                    const struct platform_node_wish *wish,
                    struct platform_node *ret, struct err *err);
    /* Stop an added or first node for good: sends SIGTERM, does not wait (see
     * status()), and sets `removed` in the list. -ENOTSUP: the platform cannot
     * remove nodes of that role. */
    int (*node_remove)(struct platform *p, const char *node, struct err *err);

    /* The broker number of the active controller. */
    int (*controller)(struct platform *p, int *ret, struct err *err);

    /* From the next connection on, `node` (NULL: every node, later nodes
     * included) reaches `name` at `address`. Replaces the earlier meaning of
     * `name`. */
    int (*add_host)(struct platform *p, const char *node, const char *name,
                    const char *address, struct err *err);

    /* The group id and internal topics of a group of workers (`which`: "group",
     * "config", "offsets", "status"; "slots": one more topic of the workers'
     * own, if they have one), for the observer. Borrowed for the life of the
     * platform; NULL: no such group or topic. */
    const char *(*connect_topic)(struct platform *p, const char *group,
                                 const char *which);

    /* Effective value of a property of broker or worker `node`: as configured,
     * else Kafka's documented default; NULL: unknown. Borrowed. For derived
     * limits and windows. */
    const char *(*property)(struct platform *p, const char *node,
                            const char *key);

    /* Names of the arguments that concern workers alone, NULL-terminated:
     * scenarios that differ in no other argument can use the same brokers one
     * after another. open() and up() then adopt nodes that run already in
     * work_dir. NULL: each scenario needs nodes of its own. */
    const char *const *of_workers;

    /* Bring what open() and up(brokers_only) need of the nodes' data from the
     * shared folder `world_dir` into the run's `work_dir`: by hard links, as
     * far as no node will write to the files again once the run's topics are
     * deleted, else by copies. Nodes may run. NULL: nothing outlives the nodes.
     */
    int (*keep)(const char *world_dir, const char *work_dir, struct err *err);

    /* For the evidence: versions, JVM, heap sizes, properties, digests of jars
     * and plugins. New. */
    json_t *(*describe)(struct platform *p);
};

/* For `ordeal fetch`: get every Kafka version and every plugin described in
 * fixtures_dir into cache_dir. w->settings and w->plugins are ignored. *ret:
 * version -> result of fetch(), new. */
int platform_fetch_all(const struct platform_wish *w,
                       void (*say)(void *ctx, const char *what), void *ctx,
                       json_t **ret, struct err *err);

/* The word that begins the names of nodes of `role`: "broker". */
const char *platform_role_word(enum platform_role role);
/* The ability (PLATFORM_CAN_*) needed to add nodes of `role`; 0: nodes of the
 * role cannot be added. */
unsigned platform_role_adds(enum platform_role role);

/* The first node of `role` and, unless `group` is NULL, of that group in the
 * list, a removed node only where every such node was removed; NULL: no such
 * node. Borrowed as from list(). */
const struct platform_node *
platform_first(struct platform *p, enum platform_role role, const char *group);

const struct platform_ops *platform_find(const char *name);
const struct platform_ops *const *platform_all(size_t *ret_len);

#endif
