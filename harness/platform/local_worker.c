/* local_worker.c - the configuration of a distributed Connect worker.
 *
 * worker-properties overrides every line, except the names in worker_fixed.
 * producer.* keeps Connect's defaults (retries without end), but for the
 * transaction time-out: an open transaction of a dead worker hides later
 * records from read_committed readers for so long.
 *
 * Values are written as text (StringConverter) unless a connector says
 * otherwise: a topic then holds the same bytes as a file or an HTTP body.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"

const char *const worker_fixed[] = {
    "bootstrap.servers",
    "config.storage.topic",
    "group.id",
    "listeners",
    "offset.storage.topic",
    "plugin.path",
    "rest.advertised.host.name",
    "rest.advertised.listener",
    "rest.advertised.port",
    "status.storage.topic",
    NULL,
};

static const struct property given[] = {
    {"key.converter", "org.apache.kafka.connect.storage.StringConverter"},
    {"value.converter", "org.apache.kafka.connect.storage.StringConverter"},
    {"connector.client.config.override.policy", "All"},
    {"exactly.once.source.support", "enabled"},
    /* the group waits so long for a dead worker to return: 300 s otherwise */
    {"scheduled.rebalance.max.delay.ms", "3000"},
    {"session.timeout.ms", "6000"},
    {"heartbeat.interval.ms", "1500"},
    {"rebalance.timeout.ms", "30000"},
    {"offset.flush.interval.ms", "2000"},
    {"task.shutdown.graceful.timeout.ms", "5000"},
    {"offset.storage.partitions", "5"},
    /* One: a worker that starts reads partitions in any order, and takes the
     * tombstone of a connector for the end of tasks that another partition
     * gave the same name later (KafkaStatusBackingStore.remove()). */
    {"status.storage.partitions", "1"},
    /* time until partitions of a dead sink task are moved: 45 s otherwise */
    {"consumer.session.timeout.ms", "6000"},
    {"consumer.heartbeat.interval.ms", "1500"},
    {"producer.transaction.timeout.ms", "20000"},
};

static void set_text(json_t *p, const char *key, char *text)
{
    (void)json_object_set_new(p, key, json_string(text));
    free(text);
}

/* Whether the plugin is among the names wished for; NULL: all are. */
static bool is_wished(const json_t *plugin, const json_t *names)
{
    const json_t *name = json_object_get(plugin, "given");

    for (size_t i = 0; i < json_array_size(names); i++)
        if (json_equal(json_array_get(names, i), name))
            return true;
    return !names;
}

/* A worker reads every class of every jar for ten seconds, unless each plugin
 * lists its connectors in service files. */
static void set_plugins(json_t *p, const json_t *plugins, const json_t *names)
{
    char *path = path_of("%s", "");
    bool all_say = true;
    json_t *one;
    size_t i;

    json_array_foreach (plugins, i, one) {
        char *more;

        if (!is_wished(one, names))
            continue;
        more = path_of("%s%s%s", path, *path ? "," : "",
                       json_string_value(json_object_get(one, "path")));

        free(path);
        path = more;
        all_say = all_say && json_is_true(json_object_get(one, "services"));
    }
    if (*path) /* Connect accepts an absent plugin.path, but no empty text */
        set_text(p, "plugin.path", path);
    else
        free(path);
    if (!json_object_get(p, "plugin.discovery"))
        (void)json_object_set_new(
            p, "plugin.discovery",
            json_string(all_say ? "service_load" : "hybrid_warn"));
}

static void set_fixed(json_t *p, const struct local *l, size_t i)
{
    const struct platform_node *n = &l->m.nodes[i];
    const char *observer = l->m.more[i].observer_address;
    bool same = strcmp(n->address, observer) == 0;

    set_text(p, "bootstrap.servers", path_of("%s", l->m.node_bootstrap));
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

json_t *worker_properties(const struct local *l, size_t i)
{
    static const char *const stored[] = {"config", "offset", "status"};
    json_t *p = json_object();

    for (size_t k = 0; k < ARRAY_LEN(given); k++)
        (void)json_object_set_new(p, given[k].key, json_string(given[k].value));
    for (size_t k = 0; k < ARRAY_LEN(stored); k++) {
        AUTO_FREE char *key =
            path_of("%s.storage.replication.factor", stored[k]);

        set_text(p, key,
                 path_of("%d", l->settings->brokers >= 3
                                   ? 3
                                   : (int)l->settings->brokers));
    }
    properties_merge(p, l->settings->worker_properties);
    properties_merge(p, machines_group(&l->m, i)->properties);
    set_plugins(p, json_object_get(l->m.env->fetched, "plugins"),
                l->m.more[i].plugins);
    set_fixed(p, l, i);
    return p;
}
