/* embedded.c - the platform `embedded`: brokers and workers of our own, without
 * Java.
 *
 * ordeal-mock keeps the logs of the cluster in one process. In front of
 * ordeal-mock stands an ordeal-broker for each broker, and beside the brokers
 * an ordeal-worker for each worker: processes to kill and pause like real
 * nodes. Scenarios that need more are refused before anything starts; nothing
 * is simulated.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/harmless_configs.h"
#include "base/memory.h"
#include "base/own.h"
#include "platform/cache_own.h"
#include "platform/machines_own.h"
#include "platform/platform_kinds_own.h"
#include "platform/properties_own.h"
#include "scenario/doc.h"

/* The node name of ordeal-mock, which keeps the logs. No broker has the
 * name. */
#define CLUSTER "cluster"

/* Relative to each node's folder: the path of a socket has at most 107
 * bytes. */
#define SOCKET "../cluster.sock"

/* The logs of all partitions, relative to ordeal-mock's folder. */
#define LOGS "logs"

struct settings {
    int64_t brokers, workers;
    const json_t *worker_properties; /* or NULL */
    const json_t *connect;           /* or NULL */
};

struct embedded {
    struct machines m;
    const struct settings *settings;
};

static const struct arg args[] = {
    {.name = "brokers",
     .type = ARG_INT,
     .at = offsetof(struct settings, brokers),
     .min = 1,
     .max = BROKERS_MAX,
     .dflt = "3",
     .help = "brokers, in front of one process with the logs"},
    {.name = "workers",
     .type = ARG_INT,
     .at = offsetof(struct settings, workers),
     .min = 0,
     .max = WORKERS_MAX,
     .dflt = "2",
     .help = "workers (ordeal-worker) of each group"},
    GROUPS_ARG(offsetof(struct settings, connect), GROUP_ARGS_WITHOUT_HEAP),
    {.name = "worker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct settings, worker_properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "worker properties, each in place of the harness's own value"},
};

static const char *const worker_fixed[] = {
    "bootstrap.servers",
    "config.storage.topic",
    "group.id",
    "listeners",
    "offset.storage.topic",
    "rest.advertised.host.name",
    "rest.advertised.port",
    "status.storage.topic",
    NULL,
};

/* Short time-outs: stand-ins answer at once. */
static const struct property given[] = {
    {"session.timeout.ms", "1500"},
    {"heartbeat.interval.ms", "300"},
    {"offset.flush.interval.ms", "500"},
    {"offset.flush.timeout.ms", "1000"},
    {"task.shutdown.graceful.timeout.ms", "1000"},
    {"offset.storage.partitions", "1"},
    {"status.storage.partitions", "1"},
    {"consumer.session.timeout.ms", "1500"},
    {"consumer.heartbeat.interval.ms", "300"},
};

static const struct property fixed_by_nature[] = {
    {"exactly.once.source.support", "disabled"},
    {"scheduled.rebalance.max.delay.ms", "0"},
};

static const struct property broker_given[] = {
    {"broker.session.timeout.ms", "1500"},
    {"group.min.session.timeout.ms", "1"},
};

static struct embedded *embedded_of(struct platform *p)
{
    return (struct embedded *)p; /* the platform is its first member */
}

/* ---- before a run -------------------------------------------------------- */

/* Plugins of fixtures/ whose connectors ordeal-worker has as well. */
static const char *const plugins[] = {"file", "http-sink"};

static const char *const classes[] = {
    "org.apache.kafka.connect.file.FileStreamSourceConnector",
    "org.apache.kafka.connect.file.FileStreamSinkConnector",
    "ordeal.HttpSink",
};

static bool is_in(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* A name or path that leads nowhere is a mistake in the file; a plugin that
 * exists and needs Java is a skip, see connector_able(). */
static int check_plugin(const struct platform_wish *w, const char *plugin,
                        struct err *err)
{
    return is_in(plugins, ARRAY_LEN(plugins), plugin)
               ? 0
               : plugin_check(w, plugin, err);
}

/* The plugins of fixtures/ have the classes above alone. Kafka's own classes
 * are on the class path of every worker, so a file may name them beside any
 * plugin. */
static int check_class(const char *plugin, const char *class, struct err *err)
{
    const char *near;

    if (!is_in(plugins, ARRAY_LEN(plugins), plugin) || !strchr(class, '.') ||
        is_in(classes, ARRAY_LEN(classes), class))
        return 0;
    near = nearest_word(class, classes, ARRAY_LEN(classes));
    if (!near &&
        strncmp(class, "org.apache.kafka.", strlen("org.apache.kafka.")) == 0)
        return 0;
    return err_set(err, -ENOENT,
                   "the plugin %s has no class %s; the plugins file and "
                   "http-sink have %s, %s and %s",
                   plugin, class, classes[0], classes[1], classes[2]);
}

static int connector_able(const struct platform_connector *c, struct err *err)
{
    const char *plugin = c->plugin;
    const char *class =
        json_string_value(json_object_get(c->config, "connector.class"));
    const char *once =
        json_string_value(json_object_get(c->config, "exactly.once.support"));

    if (plugin && !is_in(plugins, ARRAY_LEN(plugins), plugin))
        return err_set(
            err, -ENOTSUP,
            "plugin %s: the embedded platform runs no Java, its workers have "
            "the connectors of the plugins file and http-sink only",
            plugin);
    if (class && !is_in(classes, ARRAY_LEN(classes), class))
        return err_set(err, -ENOTSUP,
                       "connector.class %s: the embedded platform's workers "
                       "have %s, %s and %s",
                       class, classes[0], classes[1], classes[2]);
    if (once && strcmp(once, "required") == 0)
        return err_set(err, -ENOTSUP,
                       "exactly.once.support: the embedded platform has no "
                       "transactions");
    return 0;
}

static int topic_able(const struct platform_topic *t, struct err *err)
{
    const char *name;
    const json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)t->config, name, value) {
        const char *text = json_string_value(value);

        if (!topic_config_is_harmless(name, text))
            return err_set(
                err, -ENOTSUP,
                "topics.%s: %s=%s: the embedded platform has no such "
                "logs",
                t->name, name, text ? text : "?");
    }
    return 0;
}

static int able(const struct platform_needs *n, struct err *err)
{
    for (size_t i = 0; i < n->connectors_len; i++)
        if (connector_able(&n->connectors[i], err) < 0)
            return err_context(err, "connectors.%s", n->connectors[i].name);
    for (size_t i = 0; i < n->topics_len; i++)
        if (topic_able(&n->topics[i], err) < 0)
            return err->code;
    return 0;
}

static void read_groups(const struct settings *s, struct groups *ret)
{
    const struct arg *connect = args;
    const struct group all = {.name = "", .workers = s->workers};

    while (strcmp(connect->name, "connect") != 0)
        connect++;
    groups_read(connect, s->connect, &all, ret);
}

static size_t list_groups(const void *settings,
                          struct platform_group out[PLATFORM_GROUPS_MAX])
{
    struct groups g;

    read_groups(settings, &g);
    return groups_list(&g, out);
}

static int check_settings(const struct platform_wish *w, struct err *err)
{
    const struct settings *s = w->settings;
    struct groups groups;

    read_groups(s, &groups);
    if (machines_suffice(w, s->brokers, &groups, err) < 0 ||
        properties_check("worker-properties", s->worker_properties,
                         worker_fixed, err) < 0)
        return err->code;
    return groups_check(&groups, worker_fixed, err);
}

/* ---- a node's configuration and process ---------------------------------- */

static void set_text(json_t *p, const char *key, char *text)
{
    (void)json_object_set_new(p, key, json_string(text));
    free(text);
}

static void set_fixed(json_t *p, const struct machines *m, size_t i)
{
    const struct platform_node *n = &m->nodes[i];
    const char *observer = m->more[i].observer_address;
    bool same = strcmp(n->address, observer) == 0;

    set_text(p, "bootstrap.servers", path_of("%s", m->node_bootstrap));
    set_text(p, "group.id", group_topic(n->group, "group"));
    set_text(p, "config.storage.topic", group_topic(n->group, "config"));
    set_text(p, "offset.storage.topic", group_topic(n->group, "offsets"));
    set_text(p, "status.storage.topic", group_topic(n->group, "status"));
    set_text(p, "listeners",
             same ? path_of("http://%s:%d", n->address, PORT_REST)
                  : path_of("http://%s:%d,http://%s:%d", n->address, PORT_REST,
                            observer, PORT_REST));
    set_text(p, "rest.advertised.host.name", path_of("%s", n->name));
    set_text(p, "rest.advertised.port", path_of("%d", PORT_REST));
}

static json_t *worker_properties(const struct embedded *e, size_t i)
{
    json_t *p = json_object();

    for (size_t k = 0; k < ARRAY_LEN(given); k++)
        (void)json_object_set_new(p, given[k].key, json_string(given[k].value));
    properties_merge(p, e->settings->worker_properties);
    properties_merge(p, machines_group(&e->m, i)->properties);
    set_fixed(p, &e->m, i);
    return p;
}

static int configure(struct machines *m, size_t i, struct err *err)
{
    struct embedded *e = embedded_of(&m->base);
    AUTO_JSON json_t *p = NULL;
    AUTO_FREE char *path = path_of("%s/worker.properties", m->more[i].dir);

    if (m->nodes[i].role != ROLE_WORKER)
        return 0; /* a broker takes all its settings from the command line */
    p = worker_properties(e, i);
    if (properties_write(path, p, err) < 0)
        return err_context(err, "%s", m->nodes[i].name);
    json_decref(m->more[i].properties);
    m->more[i].properties = json_incref(p);
    return 0;
}

static char *program(const struct machines *m, const char *name)
{
    return path_of("%s/%s", m->env->program_dir, name);
}

static int start_broker(struct machines *m, size_t i, struct err *err)
{
    AUTO_FREE char *path = program(m, "ordeal-broker");
    AUTO_FREE char *number = path_of("--number=%d", m->nodes[i].number);
    AUTO_FREE char *client =
        path_of("--listen=client=%s:%d", m->nodes[i].address, PORT_CLIENT);
    AUTO_FREE char *observer = path_of(
        "--listen=observer=%s:%d", m->more[i].observer_address, PORT_OBSERVER);
    char *argv[] = {path,   number,   (char *)"--socket=" SOCKET,
                    client, observer, NULL};

    return machines_run(m, i, argv, err);
}

static int start_worker(struct machines *m, size_t i, struct err *err)
{
    AUTO_FREE char *path = program(m, "ordeal-worker");
    AUTO_FREE char *from = path_of("--bind=%s", m->nodes[i].address);
    char *argv[] = {path, (char *)"--config=worker.properties",
                    (char *)"--hosts=hosts", from, NULL};

    return machines_run(m, i, argv, err);
}

static int start(struct machines *m, size_t i, struct err *err)
{
    return m->nodes[i].role == ROLE_BROKER ? start_broker(m, i, err)
                                           : start_worker(m, i, err);
}

static int meets(const struct machines *m, const struct platform_node_wish *w,
                 struct err *err)
{
    (void)m;
    if (w->version || w->heap > 0)
        return err_set(err, -ENOTSUP,
                       "the stand-ins of the embedded platform have neither a "
                       "version of Kafka nor a heap");
    return 0;
}

static const struct machine_ops of_ours = {
    .configure = configure,
    .start = start,
    .meets = meets,
    .has_slots = true,
};

/* ---- the platform -------------------------------------------------------- */

static void embedded_close(struct platform *p)
{
    struct embedded *e = embedded_of(p);

    if (!p)
        return;
    machines_done(&e->m);
    free(e);
}

static int make(struct embedded *e, struct err *err)
{
    read_groups(e->settings, &e->m.groups);
    if (machines_make(&e->m, e->settings->brokers, false, err) < 0)
        return err->code;
    for (size_t i = 0; i < e->m.n; i++)
        if (configure(&e->m, i, err) < 0)
            return err->code;
    return 0;
}

static int embedded_open(const struct platform_env *env, struct platform **ret,
                         struct err *err)
{
    struct embedded *e = must_calloc(1, sizeof(*e));

    e->m.base.ops = &platform_embedded;
    e->m.kind = &of_ours;
    e->m.env = env;
    e->settings = env->settings;
    if (make(e, err) < 0) {
        embedded_close(&e->m.base);
        return err->code;
    }
    *ret = &e->m.base;
    return 0;
}

/* ordeal-mock is a node like brokers and workers, so the keeper ends the mock
 * with them. The mock needs no environment but PATH. */
static int start_cluster(const struct embedded *e, struct err *err)
{
    const struct platform_env *env = e->m.env;
    AUTO_FREE char *path = program(&e->m, "ordeal-mock");
    AUTO_FREE char *dir = path_of("%s/" CLUSTER, env->work_dir);
    AUTO_FREE char *log = path_of("%s/" CLUSTER ".log", env->logs_dir);
    AUTO_FREE char *brokers =
        path_of("--brokers=%d", (int)e->settings->brokers);
    AUTO_FREE char *session = path_of(
        "--session-ms=%s", property_of(broker_given, ARRAY_LEN(broker_given),
                                       "broker.session.timeout.ms"));
    char *argv[] = {path,
                    brokers,
                    session,
                    (char *)"--socket=" SOCKET,
                    (char *)"--logs=" LOGS,
                    NULL};
    char *none[] = {(char *)"PATH=/usr/bin:/bin", NULL};
    struct node_process process = {.name = CLUSTER,
                                   .argv = argv,
                                   .env = none,
                                   .cwd = dir,
                                   .log_path = log};
    struct node_info info;
    struct node_status status;
    pid_t pid;

    if (node_add(env->nodes, CLUSTER, &info, err) < 0 ||
        mkdir_all(dir, err) < 0 ||
        node_status(env->nodes, CLUSTER, &status, err) < 0)
        return err_context(err, CLUSTER);
    if (status.state == NODE_RUNNING) /* an earlier scenario's */
        return 0;
    if (node_start(env->nodes, &process, &pid, err) < 0)
        return err_context(err, CLUSTER);
    return 0;
}

static int embedded_up(struct platform *p, bool brokers_only, struct err *err)
{
    if (brokers_only)
        return err_set(err, -ENODATA,
                       "the topics of the embedded platform ended with its "
                       "processes");
    if (start_cluster(embedded_of(p), err) < 0)
        return err->code;
    return machines_up(p, false, err);
}

static int embedded_stands(struct platform *p, struct err *err)
{
    struct node_status s;
    struct err ignored = {0};
    char how[64];

    if (node_status(machines_of(p)->env->nodes, CLUSTER, &s, &ignored) < 0 ||
        s.state != NODE_ENDED)
        return 0;
    wait_status_text(s.wait_status, how, sizeof(how));
    return err_set(
        err, -ECHILD,
        "ordeal-mock, which holds the topics, is gone (%s), not by a fault",
        how);
}

static int embedded_controller(struct platform *p, int *ret, struct err *err)
{
    int32_t ids[BROKERS_MAX];
    size_t n = 0;

    /* the lowest live broker, as in the metadata of ordeal-mock */
    if (kafka_brokers(machines_of(p)->admin, ids, ARRAY_LEN(ids), &n,
                      5 * US_PER_S, err) < 0)
        return err_context(err, "controller");
    if (n == 0)
        return err_set(err, -ENOENT, "controller: no broker lives");
    *ret = ids[0];
    return 0;
}

static const char *embedded_property(struct platform *p, const char *node,
                                     const char *key)
{
    enum platform_role role = PLATFORM_ROLES;
    const char *configured =
        machines_property(machines_of(p), node, key, &role);
    const char *value = NULL;

    if (role == ROLE_BROKER)
        value = property_of(broker_given, ARRAY_LEN(broker_given), key);
    if (role == ROLE_WORKER)
        value = property_of(fixed_by_nature, ARRAY_LEN(fixed_by_nature), key);
    if (!value)
        value = configured;
    return value ? value : role_default(role, key);
}

static json_t *embedded_describe(struct platform *p)
{
    const struct embedded *e = embedded_of(p);

    return json_pack("{s:s, s:b, s:i, s:i, s:O?, s:O?, s:o}", "kind",
                     "embedded", "sandbox", nodes_sandboxed(e->m.env->nodes),
                     "brokers", (int)e->settings->brokers, "workers",
                     (int)e->settings->workers, "worker-properties",
                     machines_properties(&e->m, ROLE_WORKER), "connect",
                     e->settings->connect, "nodes", machines_nodes_json(&e->m));
}

/* Brokers of ours cannot start over data; who reads the files of a run by other
 * means finds them in the run's folder all the same. */
static int embedded_keep(const char *world_dir, const char *work_dir,
                         struct err *err)
{
    AUTO_FREE char *from = path_of("%s/" CLUSTER "/" LOGS, world_dir);
    AUTO_FREE char *to = path_of("%s/" CLUSTER "/" LOGS, work_dir);

    return partitions_keep(from, to, err);
}

static const char *const of_workers[] = {"workers", "connect",
                                         "worker-properties", NULL};

const struct platform_ops platform_embedded = {
    .name = "embedded",
    .help = "stand-ins for brokers and workers, without Java: up at once",
    .can = PLATFORM_CAN_SIGNAL_NODES | PLATFORM_CAN_ADD_WORKERS |
           PLATFORM_CAN_CONNECT_REST | PLATFORM_CAN_OFFSETS_TOPIC |
           PLATFORM_CAN_WIDEN_TOPICS,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .settings_size = sizeof(struct settings),
    .check_settings = check_settings,
    .groups = list_groups,
    .check_plugin = check_plugin,
    .check_class = check_class,
    .able = able,
    .open = embedded_open,
    .close = embedded_close,
    .up = embedded_up,
    .stands = embedded_stands,
    .access = machines_access,
    .rest = machines_rest,
    .list = machines_list,
    .signal = machines_signal,
    .status = machines_status,
    .start = machines_start,
    .answers = machines_answers,
    .node_add = machines_node_add,
    .node_remove = machines_node_remove,
    .controller = embedded_controller,
    .add_host = machines_add_host,
    .connect_topic = machines_connect_topic,
    .property = embedded_property,
    .of_workers = of_workers,
    .keep = embedded_keep,
    .describe = embedded_describe,
};
