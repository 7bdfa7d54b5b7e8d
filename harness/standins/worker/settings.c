#include "standins/worker/settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"

/* A text without default must be given. */
static const struct text {
    const char *key;
    size_t at;
    const char *dflt;
    bool may_lack;
} texts[] = {
    {"bootstrap.servers", offsetof(struct settings, bootstrap), NULL, false},
    {"group.id", offsetof(struct settings, group), NULL, false},
    {"config.storage.topic", offsetof(struct settings, topics[TOPIC_CONFIG]),
     NULL, false},
    {"offset.storage.topic", offsetof(struct settings, topics[TOPIC_OFFSETS]),
     NULL, false},
    {"status.storage.topic", offsetof(struct settings, topics[TOPIC_STATUS]),
     NULL, false},
    {"listeners", offsetof(struct settings, listeners), "http://0.0.0.0:8083",
     false},
    {"rest.advertised.host.name", offsetof(struct settings, advertised_host),
     NULL, true},
    {"session.timeout.ms", offsetof(struct settings, session_ms), "10000",
     false},
    {"heartbeat.interval.ms", offsetof(struct settings, heartbeat_ms), "3000",
     false},
    {"rebalance.timeout.ms", offsetof(struct settings, rebalance_ms), "60000",
     false},
};

static const struct number {
    const char *key;
    size_t at;
    int64_t dflt, min, max;
    int64_t unit;
} numbers[] = {
    {"rest.advertised.port", offsetof(struct settings, advertised_port), 0, 0,
     65535, 1},
    {"config.storage.replication.factor",
     offsetof(struct settings, replicas[TOPIC_CONFIG]), 0, 1, 32767, 1},
    {"offset.storage.replication.factor",
     offsetof(struct settings, replicas[TOPIC_OFFSETS]), 0, 1, 32767, 1},
    {"status.storage.replication.factor",
     offsetof(struct settings, replicas[TOPIC_STATUS]), 0, 1, 32767, 1},
    {"offset.storage.partitions",
     offsetof(struct settings, partitions[TOPIC_OFFSETS]), 5, 1, 10000, 1},
    {"status.storage.partitions",
     offsetof(struct settings, partitions[TOPIC_STATUS]), 5, 1, 10000, 1},
    {"offset.flush.timeout.ms", offsetof(struct settings, flush_timeout_us),
     5000, 1, 600000, US_PER_MS},
    {"task.shutdown.graceful.timeout.ms", offsetof(struct settings, stop_us),
     5000, 1, 600000, US_PER_MS},
};

/* Meant for the tasks, or of no consequence here. */
static const char *const others[] = {"consumer.",       "producer.",
                                     "admin.",          "key.converter",
                                     "value.converter", "offset.flush."};

static bool is_known(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(texts[i].key, key) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (strcmp(numbers[i].key, key) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strncmp(others[i], key, strlen(others[i])) == 0)
            return true;
    return false;
}

static int read_text(const struct text *t, struct settings *s, struct err *err)
{
    const char *given =
        json_string_value(json_object_get(s->properties, t->key));
    const char *value = given ? given : t->dflt;

    if (!value && !t->may_lack)
        return err_set(err, -EINVAL, "%s: must be given", t->key);
    memcpy((char *)s + t->at, &value, sizeof(value));
    return 0;
}

static int read_number(const struct number *n, struct settings *s,
                       struct err *err)
{
    const char *text =
        json_string_value(json_object_get(s->properties, n->key));
    long long value = n->dflt;
    int64_t scaled;
    char *end;

    if (text) {
        value = strtoll(text, &end, 10);
        if (end == text || *end || value < n->min || value > n->max)
            return err_set(err, -EINVAL, "%s: %s is not a number in %lld..%lld",
                           n->key, text, (long long)n->min, (long long)n->max);
    }
    scaled = value * n->unit;
    memcpy((char *)s + n->at, &scaled, sizeof(scaled));
    return 0;
}

int settings_of(json_t *properties, struct settings *ret, struct err *err)
{
    struct settings s = {.properties = properties};
    const char *key;
    json_t *value;

    s.partitions[TOPIC_CONFIG] = 1; /* its records are in one order */
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        (void)read_text(&texts[i], &s, err); /* the first error stays */
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        (void)read_number(&numbers[i], &s, err);
    if (err->code) {
        settings_done(&s);
        return err->code;
    }
    s.slots_topic = path_of("%s-slots", s.group);
    json_object_foreach (properties, key, value)
        if (!is_known(key))
            log_info("settings", "%s: means nothing here", key);
    *ret = s;
    return 0;
}

void settings_done(struct settings *s)
{
    json_decref(s->properties);
    free(s->slots_topic);
    *s = (struct settings){0};
}
