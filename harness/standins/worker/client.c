/* client.c - translates Java client properties for librdkafka. */
#include "standins/worker/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/own.h"

/* Names of Java properties that librdkafka spells otherwise. `ours` NULL: the
 * task itself reads the property. A value is divided by `divide`, where the
 * units differ. */
static const struct {
    const char *java, *ours;
    int64_t divide;
} names[] = {
    {"buffer.memory", "queue.buffering.max.kbytes", 1024},
    {"fetch.max.wait.ms", "fetch.wait.max.ms", 1},
    {"max.poll.records", NULL, 1},
    {"max.request.size", "message.max.bytes", 1},
    {"metadata.max.age.ms", "topic.metadata.refresh.interval.ms", 1},
    {"receive.buffer.bytes", "socket.receive.buffer.bytes", 1},
    {"request.timeout.ms", "socket.timeout.ms", 1},
    {"send.buffer.bytes", "socket.send.buffer.bytes", 1},
};

/* Values of Java properties that librdkafka spells otherwise. */
static const struct {
    const char *key, *java, *ours;
} values[] = {
    {"auto.offset.reset", "none", "error"},
    {"partition.assignment.strategy",
     "org.apache.kafka.clients.consumer.RangeAssignor", "range"},
    {"partition.assignment.strategy",
     "org.apache.kafka.clients.consumer.RoundRobinAssignor", "roundrobin"},
    {"partition.assignment.strategy",
     "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
     "cooperative-sticky"},
};

/* Below every property: reconnect within a second and notice dead connections,
 * since tests kill and restart brokers. */
static const struct handle_setting shared[] = {
    {"reconnect.backoff.max.ms", "1000"},
    {"socket.connection.setup.timeout.ms", "10000"},
    {"socket.keepalive.enable", "true"},
};

static const char *value_of(const char *key, const char *value)
{
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (strcmp(values[i].key, key) == 0 &&
            strcmp(values[i].java, value) == 0)
            return values[i].ours;
    return value;
}

/* Set a property by its Java name. Unknown properties are logged and left out,
 * as Java's clients do. */
static int set_java(const char *actor, rd_kafka_conf_t *conf, const char *key,
                    const char *value, struct err *err)
{
    const char *ours = key;
    char why[512], number[24];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i].java, key) != 0)
            continue;
        ours = names[i].ours;
        if (names[i].divide > 1) {
            (void)snprintf(number, sizeof(number), "%lld",
                           strtoll(value, NULL, 10) / names[i].divide);
            value = number;
        }
    }
    if (!ours)
        return 0;
    switch (
        rd_kafka_conf_set(conf, ours, value_of(key, value), why, sizeof(why))) {
    case RD_KAFKA_CONF_OK:
        return 0;
    case RD_KAFKA_CONF_UNKNOWN:
        log_info(actor, "property %s is unknown to librdkafka, ignored", key);
        return 0;
    case RD_KAFKA_CONF_INVALID:
        break;
    }
    return err_set(err, -EINVAL, "%s: %s", key, why);
}

static int set_prefixed(const char *actor, rd_kafka_conf_t *conf,
                        const json_t *properties, const char *prefix,
                        struct err *err)
{
    size_t len = strlen(prefix);
    const char *key;
    json_t *value;
    int rc = 0;

    json_object_foreach ((json_t *)(uintptr_t)properties, key, value) {
        if (rc == 0 && strncmp(key, prefix, len) == 0 && json_is_string(value))
            rc =
                set_java(actor, conf, key + len, json_string_value(value), err);
    }
    return rc;
}

static const char *prefix_of(rd_kafka_type_t type, bool connectors)
{
    if (type == RD_KAFKA_CONSUMER)
        return connectors ? "consumer.override." : "consumer.";
    return connectors ? "producer.override." : "producer.";
}

int client_conf(const struct task *t, rd_kafka_type_t type,
                const struct handle_setting *settings, size_t len,
                rd_kafka_conf_t **ret, struct err *err)
{
    rd_kafka_conf_t *conf;
    int rc =
        handle_conf(t->env->bootstrap, shared, ARRAY_LEN(shared), &conf, err);

    if (rc < 0)
        return rc;
    rc = handle_set(conf, settings, len, err);
    if (rc == 0)
        rc = set_prefixed(t->actor, conf, t->env->properties,
                          prefix_of(type, false), err);
    if (rc == 0)
        rc =
            set_prefixed(t->actor, conf, t->config, prefix_of(type, true), err);
    if (rc < 0) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    *ret = conf;
    return 0;
}

int client_producer(const struct task *t, const char *client_id,
                    void (*on_report)(rd_kafka_t *rk,
                                      const rd_kafka_message_t *m, void *ctx),
                    void *ctx, rd_kafka_t **ret, struct err *err)
{
    const struct handle_setting settings[] = {
        {"client.id", client_id},
        {"acks", "all"},
        {"enable.idempotence", "false"},
        {"max.in.flight.requests.per.connection", "1"},
        {"message.timeout.ms", "2147483647"},
    };
    rd_kafka_conf_t *conf;
    int rc = client_conf(t, RD_KAFKA_PRODUCER, settings, ARRAY_LEN(settings),
                         &conf, err);

    if (rc < 0)
        return rc;
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    rd_kafka_conf_set_opaque(conf, ctx);
    return handle_open(RD_KAFKA_PRODUCER, conf, ret, err);
}

int64_t client_number(const struct task *t, rd_kafka_type_t type,
                      const char *key, int64_t fallback, int64_t min)
{
    char name[128];

    (void)snprintf(name, sizeof(name), "%s%s", prefix_of(type, false), key);
    fallback = property_number(t->env->properties, name, fallback, min);
    (void)snprintf(name, sizeof(name), "%s%s", prefix_of(type, true), key);
    return property_number(t->config, name, fallback, min);
}
