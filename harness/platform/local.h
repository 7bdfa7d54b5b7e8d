/* local.h - real brokers and workers as processes of this machine.
 *
 * The harness, the brokers among themselves, their controllers and the workers
 * each have a listener of their own on every broker, so that a fault can take
 * one path and leave the others. Brokers and workers call each other by name
 * (broker-1, worker-2); only the harness uses addresses.
 *
 * Inside platform/ only.
 */
#ifndef PLATFORM_LOCAL_H
#define PLATFORM_LOCAL_H

#include "client/kafka.h"
#include "platform/platform.h"

/* The same in the sandbox and in the fallback. Below the kernel's range for
 * outgoing connections, and not those that a Kafka of the user's would have:
 * one that listens on all addresses would be in the way of the fallback. */
enum {
    PORT_CLIENT = 19092,
    PORT_INTERNAL = 19093,
    PORT_CONTROLLER = 19094,
    PORT_OBSERVER = 19095,
    PORT_REST = 18083,
};

enum { BROKERS_MAX = 9, WORKERS_MAX = 9 };

struct local_settings {
    const char *kafka;
    int64_t brokers, workers;
    int64_t broker_heap, worker_heap;                    /* bytes */
    const json_t *broker_properties, *worker_properties; /* or NULL */
    const char *java_options;                            /* or NULL */
};

struct local_node {
    char observer_address[NODE_ADDRESS_MAX];
    json_t *hosts;    /* {"broker-1": "10.0.0.1"}: what its hosts file says */
    char *dir;        /* work_dir/<name> */
    char *log_path;   /* logs_dir/<name>.log */
    int64_t log_from; /* length of the log when it was last started */
};

struct local {
    struct platform base;
    const struct platform_env *env;
    const struct local_settings *settings;
    struct platform_node nodes[NODES_MAX];
    struct local_node more[NODES_MAX]; /* of the node at the same place */
    size_t n;
    int workers_made;
    json_t *hosts_for_all; /* given by add_host() without a node */
    json_t *broker_properties, *worker_properties; /* effective, number 1's */
    char *observer_bootstrap, *node_bootstrap;
    struct kafka_admin *admin; /* NULL until brokers have answered */
};

static inline struct local *local_of(struct platform *p)
{
    return (struct local *)p; /* base is the first member */
}

/* The place of a node in the tables. -ENOENT. */
MUST_USE int local_index(const struct local *l, const char *node,
                         struct err *err);

/* ---- configuration (local_conf.c, local_broker.c, local_worker.c) ------- */

/* Do the settings' properties hold scalars only, and none that the harness
 * has to decide itself? */
MUST_USE int local_settings_check(const struct local_settings *s,
                                  struct err *err);

/* A .properties file from an object of strings. */
MUST_USE int properties_write(const char *path, const json_t *properties,
                              struct err *err);

/* `from` (any scalars, may be NULL) over `into` as strings. */
void properties_merge(json_t *into, const json_t *from);

/* Names the harness decides itself, NULL-terminated. */
extern const char *const broker_fixed[];
extern const char *const worker_fixed[];

/* All properties of the broker or worker at place i. New. */
json_t *broker_properties(const struct local *l, size_t i);
json_t *worker_properties(const struct local *l, size_t i);

/* Kafka's own default of a property the harness may ask for, or NULL. */
const char *broker_default(const char *key);
const char *worker_default(const char *key);

const char *worker_topic(const char *which);

/* Write the configuration of the node at place i; a broker's data folder is
 * formatted unless it was before. */
MUST_USE int local_configure(struct local *l, size_t i, struct err *err);

/* The cluster id: of a broker's data folder that is there, else a new one. */
MUST_USE int local_cluster_id(const struct local *l, char out[32],
                              struct err *err);
MUST_USE int local_format(const struct local *l, size_t i, const char *cluster,
                          struct err *err);

/* ---- hosts files (local_hosts.c) ----------------------------------------- */

/* Write the node's hosts file in place: its inode is bind-mounted. */
MUST_USE int hosts_write(const struct local *l, size_t i, struct err *err);

/* Fill the new node's hosts from all nodes', and theirs with it. */
MUST_USE int hosts_join(struct local *l, size_t i, struct err *err);

MUST_USE int local_add_host(struct platform *p, const char *node,
                            const char *name, const char *address,
                            struct err *err);

/* ---- processes (local_jvm.c, local_up.c) ----------------------------------
 */

/* Start the Java of the node at place i. */
MUST_USE int jvm_start(struct local *l, size_t i, struct err *err);

/* Write the logging configuration that all nodes share. */
MUST_USE int jvm_write_logging(const struct local *l, struct err *err);

MUST_USE int local_up(struct platform *p, bool brokers_only, struct err *err);
int local_answers(struct platform *p, const char *node, struct err *err);
MUST_USE int local_controller(struct platform *p, int *ret, struct err *err);

/* ---- before a run (local_fetch.c, class_archive.c) ------------------------
 */

int local_check_settings(const struct platform_wish *w, struct err *err);
int local_check_plugin(const struct platform_wish *w, const char *plugin,
                       struct err *err);
int local_fetch(const struct platform_wish *w,
                void (*say)(void *ctx, const char *what), void *ctx,
                json_t **ret, struct err *err);
json_t *local_describe(struct platform *p);

#endif
