/* local_broker.c - the configuration of a broker, each a controller as well.
 *
 * Kafka's defaults suit clusters that live for years; a run lives for minutes
 * and should wait for nothing but the system under test. broker-properties
 * overrides every line, except the names in broker_fixed.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"

const char *const broker_fixed[] = {
    "advertised.listeners",
    "broker.id",
    "controller.listener.names",
    "controller.quorum.bootstrap.servers",
    "controller.quorum.voters",
    "inter.broker.listener.name",
    "listener.security.protocol.map",
    "listeners",
    "log.dir",
    "log.dirs",
    "metadata.log.dir",
    "node.id",
    "process.roles",
    NULL,
};

static const struct property given[] = {
    {"auto.create.topics.enable", "false"},
    {"unclean.leader.election.enable", "false"},
    /* time until a dead broker leaves the metadata */
    {"broker.session.timeout.ms", "6000"},
    {"replica.lag.time.max.ms", "10000"},
    {"group.initial.rebalance.delay.ms", "0"},
    /* few, as each partition costs time at every start and change of leader */
    {"offsets.topic.num.partitions", "5"},
    {"transaction.state.log.num.partitions", "5"},
    {"share.coordinator.state.topic.num.partitions", "1"},
    /* how often the coordinator looks for overdue transactions: 10 s
     * otherwise */
    {"transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000"},
    /* keep all records for the replay */
    {"log.retention.ms", "-1"},
    {"log.retention.bytes", "-1"},
    /* a third of the heap otherwise */
    {"log.cleaner.dedupe.buffer.size", "16777216"},
    {"num.io.threads", "4"},
    {"num.network.threads", "2"},
};

/* Replicas: three where three brokers exist, with one less in sync. */
static void set_copies(json_t *p, int64_t brokers)
{
    static const char *const copies[] = {
        "default.replication.factor", "offsets.topic.replication.factor",
        "transaction.state.log.replication.factor",
        "share.coordinator.state.topic.replication.factor"};
    static const char *const in_sync[] = {
        "min.insync.replicas", "transaction.state.log.min.isr",
        "share.coordinator.state.topic.min.isr"};

    for (size_t i = 0; i < ARRAY_LEN(copies); i++)
        (void)json_object_set_new(p, copies[i],
                                  json_string(brokers >= 3   ? "3"
                                              : brokers == 2 ? "2"
                                                             : "1"));
    for (size_t i = 0; i < ARRAY_LEN(in_sync); i++)
        (void)json_object_set_new(p, in_sync[i],
                                  json_string(brokers >= 3 ? "2" : "1"));
}

/* "1@broker-1:19094,2@...": by name, so that addresses may change between two
 * starts on the same data. */
static char *voters(const struct local *l)
{
    char *all = path_of("%s", "");

    for (size_t i = 0; i < l->m.n; i++) {
        char *more;

        if (l->m.nodes[i].role != ROLE_BROKER)
            continue;
        more =
            path_of("%s%s%d@%s:%d", all, *all ? "," : "", l->m.nodes[i].number,
                    l->m.nodes[i].name, PORT_CONTROLLER);
        free(all);
        all = more;
    }
    return all;
}

static void set_text(json_t *p, const char *key, char *text)
{
    (void)json_object_set_new(p, key, json_string(text));
    free(text);
}

static void set_fixed(json_t *p, const struct local *l, size_t i)
{
    const struct platform_node *n = &l->m.nodes[i];
    const char *observer = l->m.more[i].observer_address;

    set_text(p, "process.roles", path_of("broker,controller"));
    set_text(p, "node.id", path_of("%d", n->number));
    set_text(p, "controller.quorum.voters", voters(l));
    set_text(p, "listeners",
             path_of("CLIENT://%s:%d,INTERNAL://%s:%d,CONTROLLER://%s:%d,"
                     "OBSERVER://%s:%d",
                     n->address, PORT_CLIENT, n->address, PORT_INTERNAL,
                     n->address, PORT_CONTROLLER, observer, PORT_OBSERVER));
    set_text(p, "advertised.listeners",
             path_of("CLIENT://%s:%d,INTERNAL://%s:%d,OBSERVER://%s:%d",
                     n->name, PORT_CLIENT, n->name, PORT_INTERNAL, observer,
                     PORT_OBSERVER));
    set_text(p, "listener.security.protocol.map",
             path_of("CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,"
                     "CONTROLLER:PLAINTEXT,OBSERVER:PLAINTEXT"));
    set_text(p, "inter.broker.listener.name", path_of("INTERNAL"));
    set_text(p, "controller.listener.names", path_of("CONTROLLER"));
    set_text(p, "log.dirs", path_of("%s/data", l->m.more[i].dir));
}

json_t *broker_properties(const struct local *l, size_t i)
{
    json_t *p = json_object();

    for (size_t k = 0; k < ARRAY_LEN(given); k++)
        (void)json_object_set_new(p, given[k].key, json_string(given[k].value));
    set_copies(p, l->settings->brokers);
    properties_merge(p, l->settings->broker_properties);
    set_fixed(p, l, i);
    return p;
}
