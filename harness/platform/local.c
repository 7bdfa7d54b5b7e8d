#include "platform/local.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

static const struct arg args[] = {
    {.name = "kafka",
     .type = ARG_STRING,
     .at = offsetof(struct local_settings, kafka),
     .dflt = "4.3.1",
     .help = "version of brokers and workers; not looked at with KAFKA_HOME"},
    {.name = "brokers",
     .type = ARG_INT,
     .at = offsetof(struct local_settings, brokers),
     .min = 1,
     .max = BROKERS_MAX,
     .dflt = "3",
     .help = "brokers, each its own controller as well"},
    {.name = "workers",
     .type = ARG_INT,
     .at = offsetof(struct local_settings, workers),
     .min = 0,
     .max = WORKERS_MAX,
     .dflt = "2",
     .help = "Connect workers, distributed, one group"},
    {.name = "broker-heap",
     .type = ARG_SIZE,
     .at = offsetof(struct local_settings, broker_heap),
     .min = INT64_C(128) << 20,
     .max = INT64_C(32) << 30,
     .dflt = "384MiB",
     .help = "largest Java heap of a broker"},
    {.name = "worker-heap",
     .type = ARG_SIZE,
     .at = offsetof(struct local_settings, worker_heap),
     .min = INT64_C(64) << 20,
     .max = INT64_C(32) << 30,
     .dflt = "512MiB",
     .help = "largest Java heap of a worker"},
    {.name = "broker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct local_settings, broker_properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "broker configuration over the harness's own"},
    {.name = "worker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct local_settings, worker_properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "worker configuration over the harness's own"},
    {.name = "java-options",
     .type = ARG_STRING,
     .at = offsetof(struct local_settings, java_options),
     .dflt = "",
     .help = "further options of every Java, separated by blanks"},
};

int local_index(const struct local *l, const char *node, struct err *err)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->nodes[i].name, node) == 0)
            return (int)i;
    return err_set(err, -ENOENT, "%s: no such broker or worker", node);
}

/* A node, its folder and its place in everybody's hosts file. */
static int make_node(struct local *l, enum platform_role role, int number,
                     struct err *err)
{
    size_t i = l->n;
    struct platform_node *n = &l->nodes[i];
    struct node_info info;

    if (i == NODES_MAX)
        return err_set(err, -ENOSPC, "more than %d nodes", NODES_MAX);
    *n = (struct platform_node){.role = role, .number = number};
    (void)snprintf(n->name, sizeof(n->name), "%s-%d",
                   role == ROLE_BROKER ? "broker" : "worker", number);
    if (node_add(l->env->nodes, n->name, &info, err) < 0)
        return err->code;
    (void)snprintf(n->address, sizeof(n->address), "%s", info.address);
    (void)snprintf(l->more[i].observer_address,
                   sizeof(l->more[i].observer_address), "%s",
                   info.observer_address);
    if (role == ROLE_WORKER)
        (void)snprintf(n->rest_url, sizeof(n->rest_url), "http://%s:%d",
                       info.observer_address, PORT_REST);
    l->more[i].dir = path_of("%s/%s", l->env->work_dir, n->name);
    l->more[i].log_path = path_of("%s/%s.log", l->env->logs_dir, n->name);
    l->n++;
    if (mkdir_all(l->more[i].dir, err) < 0)
        return err->code;
    return hosts_join(l, i, err);
}

static char *bootstrap(const struct local *l, bool observer)
{
    char *all = path_of("%s", "");

    for (size_t i = 0; i < l->n; i++) {
        char *more;

        if (l->nodes[i].role != ROLE_BROKER)
            continue;
        more =
            path_of("%s%s%s:%d", all, *all ? "," : "",
                    observer ? l->more[i].observer_address : l->nodes[i].name,
                    observer ? PORT_OBSERVER : PORT_CLIENT);
        free(all);
        all = more;
    }
    return all;
}

static int make_nodes(struct local *l, struct err *err)
{
    char cluster[32];

    for (int k = 1; k <= l->settings->brokers; k++)
        if (make_node(l, ROLE_BROKER, k, err) < 0)
            return err->code;
    for (int k = 1; k <= l->settings->workers; k++)
        if (make_node(l, ROLE_WORKER, k, err) < 0)
            return err->code;
    l->workers_made = (int)l->settings->workers;
    l->observer_bootstrap = bootstrap(l, true);
    l->node_bootstrap = bootstrap(l, false);
    if (local_cluster_id(l, cluster, err) < 0)
        return err->code;
    for (size_t i = 0; i < l->n; i++) {
        if (local_configure(l, i, err) < 0)
            return err->code;
        if (l->nodes[i].role == ROLE_BROKER &&
            local_format(l, i, cluster, err) < 0)
            return err_context(err, "%s", l->nodes[i].name);
    }
    return 0;
}

static void local_close(struct platform *p)
{
    struct local *l = local_of(p);

    if (!p)
        return;
    kafka_admin_close(l->admin);
    for (size_t i = 0; i < l->n; i++) {
        json_decref(l->more[i].hosts);
        free(l->more[i].dir);
        free(l->more[i].log_path);
    }
    json_decref(l->hosts_for_all);
    json_decref(l->broker_properties);
    json_decref(l->worker_properties);
    free(l->observer_bootstrap);
    free(l->node_bootstrap);
    free(l);
}

static int local_open(const struct platform_env *env, struct platform **ret,
                      struct err *err)
{
    struct local *l = calloc(1, sizeof(*l));

    if (!l)
        return err_set(err, -ENOMEM, "no memory");
    l->base.ops = platform_find("local");
    l->env = env;
    l->settings = env->settings;
    l->hosts_for_all = json_object();
    if (local_settings_check(l->settings, err) < 0 ||
        mkdir_all(env->work_dir, err) < 0 ||
        mkdir_all(env->logs_dir, err) < 0 || jvm_write_logging(l, err) < 0 ||
        make_nodes(l, err) < 0) {
        local_close(&l->base);
        return err->code;
    }
    *ret = &l->base;
    return 0;
}

static const char *local_observer_bootstrap(struct platform *p)
{
    return local_of(p)->observer_bootstrap;
}

static const char *local_node_bootstrap(struct platform *p)
{
    return local_of(p)->node_bootstrap;
}

static const struct platform_node *local_list(struct platform *p,
                                              size_t *ret_len)
{
    *ret_len = local_of(p)->n;
    return local_of(p)->nodes;
}

static int local_signal(struct platform *p, const char *node, int sig,
                        struct err *err)
{
    return node_signal(local_of(p)->env->nodes, node, sig, err);
}

static int local_status(struct platform *p, const char *node,
                        struct node_status *ret, struct err *err)
{
    return node_status(local_of(p)->env->nodes, node, ret, err);
}

static int local_start(struct platform *p, const char *node, struct err *err)
{
    struct local *l = local_of(p);
    int at = local_index(l, node, err);
    struct node_status status;

    if (at < 0)
        return at;
    if (node_status(l->env->nodes, node, &status, err) < 0)
        return err->code;
    if (status.state == NODE_RUNNING || status.state == NODE_STOPPED)
        return 0;
    return jvm_start(l, (size_t)at, err);
}

static int local_worker_add(struct platform *p, struct platform_node *ret,
                            struct err *err)
{
    struct local *l = local_of(p);
    size_t i = l->n;

    if (make_node(l, ROLE_WORKER, l->workers_made + 1, err) < 0)
        return err->code;
    l->workers_made++;
    if (local_configure(l, i, err) < 0 || jvm_start(l, i, err) < 0)
        return err->code;
    *ret = l->nodes[i];
    return 0;
}

static int local_worker_remove(struct platform *p, const char *node,
                               struct err *err)
{
    struct local *l = local_of(p);
    int at = local_index(l, node, err);
    struct err gone = {0};

    if (at < 0)
        return at;
    if (l->nodes[at].role != ROLE_WORKER)
        return err_set(err, -EINVAL, "%s: no worker", node);
    if (node_signal(l->env->nodes, node, SIGTERM, &gone) < 0 &&
        gone.code != -ESRCH)
        return err_set(err, gone.code, "%s", gone.text);
    l->nodes[at].removed = true;
    return 0;
}

static const char *local_topic(struct platform *p, const char *which)
{
    (void)p;
    return worker_topic(which);
}

static const char *local_property(struct platform *p, enum platform_role role,
                                  const char *key)
{
    const struct local *l = local_of(p);
    bool broker = role == ROLE_BROKER;
    const char *value = json_string_value(json_object_get(
        broker ? l->broker_properties : l->worker_properties, key));

    if (value)
        return value;
    return broker ? broker_default(key) : worker_default(key);
}

extern const struct platform_ops platform_local;
const struct platform_ops platform_local = {
    .name = "local",
    .help = "Kafka brokers and Connect workers as processes on this machine",
    .can = PLATFORM_CAN_SIGNAL_NODES | PLATFORM_CAN_ADD_WORKERS |
           PLATFORM_CAN_TRANSACTIONS | PLATFORM_CAN_CONNECT_REST |
           PLATFORM_CAN_OFFSETS_TOPIC,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .settings_size = sizeof(struct local_settings),
    .check_settings = local_check_settings,
    .check_plugin = local_check_plugin,
    .fetch = local_fetch,
    .open = local_open,
    .close = local_close,
    .up = local_up,
    .observer_bootstrap = local_observer_bootstrap,
    .node_bootstrap = local_node_bootstrap,
    .list = local_list,
    .signal = local_signal,
    .status = local_status,
    .start = local_start,
    .answers = local_answers,
    .worker_add = local_worker_add,
    .worker_remove = local_worker_remove,
    .controller = local_controller,
    .add_host = local_add_host,
    .connect_topic = local_topic,
    .property = local_property,
    .describe = local_describe,
};
