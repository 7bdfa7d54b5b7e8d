/* settings.c - the table of a worker's properties. */
#include "standins/worker/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "standins/worker/options.h"

static const struct option options[] = {
    {.name = "bootstrap.servers",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, bootstrap)},
    {.name = "group.id",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, group)},
    {.name = "config.storage.topic",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, topics[TOPIC_CONFIG])},
    {.name = "offset.storage.topic",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, topics[TOPIC_OFFSETS])},
    {.name = "status.storage.topic",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, topics[TOPIC_STATUS])},
    {.name = "listeners",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, listeners),
     .fallback = "http://0.0.0.0:8083"},
    {.name = "rest.advertised.host.name",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, advertised_host),
     .fallback = ""},
    {.name = "rest.advertised.port",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, advertised_port),
     .fallback = "",
     .min = 0,
     .max = 65535},
    {.name = "config.storage.replication.factor",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, replicas[TOPIC_CONFIG]),
     .fallback = "",
     .min = 1,
     .max = 32767},
    {.name = "offset.storage.replication.factor",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, replicas[TOPIC_OFFSETS]),
     .fallback = "",
     .min = 1,
     .max = 32767},
    {.name = "status.storage.replication.factor",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, replicas[TOPIC_STATUS]),
     .fallback = "",
     .min = 1,
     .max = 32767},
    {.name = "offset.storage.partitions",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, partitions[TOPIC_OFFSETS]),
     .fallback = "5",
     .min = 1,
     .max = 10000},
    {.name = "status.storage.partitions",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, partitions[TOPIC_STATUS]),
     .fallback = "5",
     .min = 1,
     .max = 10000},
    {.name = "session.timeout.ms",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, session_ms),
     .fallback = "10000"},
    {.name = "heartbeat.interval.ms",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, heartbeat_ms),
     .fallback = "3000"},
    {.name = "rebalance.timeout.ms",
     .type = OPTION_STRING,
     .at = offsetof(struct settings, rebalance_ms),
     .fallback = "60000"},
    {.name = "offset.flush.timeout.ms",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, flush_timeout_us),
     .fallback = "5000",
     .min = 1,
     .max = 600000,
     .unit = US_PER_MS},
    {.name = "task.shutdown.graceful.timeout.ms",
     .type = OPTION_NUMBER,
     .at = offsetof(struct settings, stop_us),
     .fallback = "5000",
     .min = 1,
     .max = 600000,
     .unit = US_PER_MS},
};

/* Prefixes of properties meant for tasks, or without effect here. */
static const char *const others[] = {"consumer.",       "producer.",
                                     "admin.",          "key.converter",
                                     "value.converter", "offset.flush."};

static bool is_known(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strcmp(options[i].name, key) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strncmp(others[i], key, strlen(others[i])) == 0)
            return true;
    return false;
}

int settings_of(json_t *properties, struct settings *ret, struct err *err)
{
    struct settings s = {.properties = properties};
    const char *key;
    json_t *value;

    /* the records of the config topic need one order */
    s.partitions[TOPIC_CONFIG] = 1;
    if (options_read(options, ARRAY_LEN(options), properties, &s, err) < 0) {
        settings_done(&s);
        return err->code;
    }
    s.slots_topic = path_of("%s-slots", s.group);
    json_object_foreach (properties, key, value)
        if (!is_known(key))
            log_info("settings", "%s: unknown property, ignored", key);
    *ret = s;
    return 0;
}

void settings_done(struct settings *s)
{
    json_decref(s->properties);
    free(s->slots_topic);
    *s = (struct settings){0};
}
