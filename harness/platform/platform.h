/* platform.h - what is under test: brokers and workers, whoever provides them.
 *
 * One file and one const table a kind (platform_kinds.def). A slot that a
 * platform cannot serve stays NULL and its PLATFORM_CAN_* bit stays clear; the
 * plan refuses a scenario that needs it, with the reason, before anything
 * starts (outcome skip).
 *
 * Three future users this was cut for: an existing cluster after the kill -9
 * of a run (revert from the undo journal alone, no node of ours), a mock
 * cluster without Java, Strimzi (nodes by custom resources).
 *
 * Thread-safe where it says so; else engine thread only.
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
#include "node/node.h"
#include "scenario/args.h"

enum platform_can {
    PLATFORM_CAN_SIGNAL_NODES = 1u << 0, /* kill, stop, pause, start again */
    PLATFORM_CAN_ADD_WORKERS = 1u << 1,
    PLATFORM_CAN_TRANSACTIONS = 1u << 2, /* and show what they hide */
    PLATFORM_CAN_CONNECT_REST = 1u << 3,
    PLATFORM_CAN_OFFSETS_TOPIC = 1u << 4, /* has __consumer_offsets */
    PLATFORM_CAN_WIDEN_TOPICS = 1u << 5,  /* give a topic more partitions */
};

enum platform_role { ROLE_BROKER, ROLE_WORKER };

/* What the outer program knows and hands over before a keeper exists. */
struct platform_wish {
    const void *settings;       /* the kind's own struct, filled by args */
    const char *const *plugins; /* connector plugins as the scenario says */
    size_t plugins_len;
    const char *fixtures_dir; /* absolute: poms, plugin descriptions */
    const char *cache_dir;    /* absolute: resolved jars, kept */
    const char *scenario_dir; /* absolute: relative plugin paths start here */
    int64_t replicas_most; /* that any topic asks for; 0: as many as can be */
    bool has_connectors;
};

/* What the engine hands over. All borrowed for the platform's life. */
struct platform_env {
    const void *settings;
    const json_t *fetched; /* what fetch() returned in the outer program */
    struct nodes *nodes;
    const char *program_dir; /* absolute: where stand-ins are */
    const char *work_dir;    /* absolute; one folder a node below it */
    const char *logs_dir;    /* absolute; <node>.log */
    const char *logs_told;   /* the folder to name in messages: where the logs
                                will lie later; NULL: logs_dir */
    const struct clk *clk;
    const struct event_sink *events;
    int64_t node_up_us; /* time-out of one node to answer */
};

struct platform {
    const struct platform_ops *ops; /* first member of each platform's own */
};

struct platform_node {
    char name[NODE_NAME_MAX]; /* "broker-1", "worker-2" */
    enum platform_role role;
    int number; /* from 1: broker id, worker number */
    char address[NODE_ADDRESS_MAX];
    char rest_url[64]; /* workers: as the observer reaches it */
    bool removed;      /* worker_remove'd */
};

struct platform_ops {
    const char *name;
    const char *help;
    unsigned can; /* PLATFORM_CAN_* */
    const struct arg *args;
    size_t args_len;
    size_t settings_size;

    /* Can the settings be had: known Kafka version, no property that the
     * harness decides itself? Looks at the disk only, downloads nothing. NULL:
     * the arguments' own ranges say it all. */
    int (*check_settings)(const struct platform_wish *w, struct err *err);

    /* Is `plugin` a plugin path, coordinate or name that can be had? Looks at
     * the disk only, downloads nothing. -ENOENT with the remedy. */
    int (*check_plugin)(const struct platform_wish *w, const char *plugin,
                        struct err *err);

    /* Can a connector of that plugin (NULL: none is said) and configuration run
     * here at all? -ENOTSUP with the reason: outcome skip. NULL: any can. */
    int (*able)(const char *plugin, const json_t *config, struct err *err);
    int64_t partition_bytes_most; /* that a log keeps; 0: all there are */

    /* Outer program, before the run: get what is needed (Maven), verify its
     * digests. `say` is told of long steps. *ret: a JSON object that open()
     * understands. Call while this process has one thread only (it may start
     * a keeper of its own, to prepare Java's start). */
    int (*fetch)(const struct platform_wish *w,
                 void (*say)(void *ctx, const char *what), void *ctx,
                 json_t **ret, struct err *err);

    /* Engine: make nodes and their configuration; starts nothing. */
    int (*open)(const struct platform_env *env, struct platform **ret,
                struct err *err);
    void (*close)(struct platform *p); /* frees; the keeper ends processes */

    /* Start everything and wait until it answers. `brokers_only`: for verify
     * after a killed run. On failure err names the node, what it waited for
     * and the last telling line of its log. */
    int (*up)(struct platform *p, bool brokers_only, struct err *err);

    /* Does what the nodes stand on, and no fault strikes, still run? -ECHILD,
     * naming it: no. NULL: they stand on nothing of ours. */
    int (*stands)(struct platform *p, struct err *err);

    /* "host:port,..." as the observer (harness) resp. nodes reach brokers. */
    const char *(*observer_bootstrap)(struct platform *p);
    const char *(*node_bootstrap)(struct platform *p);

    /* All nodes ever made, in order; borrowed, valid until the next add. */
    const struct platform_node *(*list)(struct platform *p, size_t *ret_len);

    /* SIGKILL, SIGTERM, SIGSTOP, SIGCONT to a node's process. */
    int (*signal)(struct platform *p, const char *node, int sig,
                  struct err *err);
    int (*status)(struct platform *p, const char *node, struct node_status *ret,
                  struct err *err);
    /* Start a node's process if it has none that runs; does not wait. */
    int (*start)(struct platform *p, const char *node, struct err *err);
    /* 1: it answers (broker: is in the metadata that another broker, or it
     * alone, gives; worker: its REST root says 200); 0: not yet. */
    int (*answers)(struct platform *p, const char *node, struct err *err);

    /* A new worker, the next number, started, not waited for. */
    int (*worker_add)(struct platform *p, struct platform_node *ret,
                      struct err *err);
    /* Ask it to stop (SIGTERM; does not wait, see status()) and count it no
     * longer as a worker: `removed` in the list. */
    int (*worker_remove)(struct platform *p, const char *node, struct err *err);

    /* The active controller's broker number. */
    int (*controller)(struct platform *p, int *ret, struct err *err);

    /* From the next connection on `node` (NULL: every node, later ones too)
     * reaches `name` at `address`. Replaces what the name meant to it. */
    int (*add_host)(struct platform *p, const char *node, const char *name,
                    const char *address, struct err *err);

    /* Connect's group id and internal topics, for the observer. */
    const char *(*connect_topic)(struct platform *p, const char *which);
    /* which: "group", "config", "offsets", "status" */

    /* Effective value of a worker or broker property, as configured or as its
     * documented default; NULL: unknown. For derived limits and windows. */
    const char *(*property)(struct platform *p, enum platform_role role,
                            const char *key);

    /* For the evidence: versions, JVM, heap sizes, properties, digests of jars
     * and plugins. New. */
    json_t *(*describe)(struct platform *p);
};

/* For `ordeal fetch`: every Kafka version and every plugin that fixtures_dir
 * describes, into cache_dir; w->settings and w->plugins are not looked at.
 * *ret: by version what fetch() returns. New. */
int platform_fetch_all(const struct platform_wish *w,
                       void (*say)(void *ctx, const char *what), void *ctx,
                       json_t **ret, struct err *err);

const struct platform_ops *platform_find(const char *name);
const struct platform_ops *const *platform_all(size_t *ret_len);

#endif
