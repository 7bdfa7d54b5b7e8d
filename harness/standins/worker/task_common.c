/* task_common.c - reads the properties that Connect itself reads from every
 * connector. */
#include "standins/worker/task_common.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/options.h"

static const struct option common_options[] = {
    {.name = "key.converter",
     .type = OPTION_STRING,
     .at = offsetof(struct common_settings, key_converter),
     .fallback = ""},
    {.name = "value.converter",
     .type = OPTION_STRING,
     .at = offsetof(struct common_settings, value_converter),
     .fallback = ""},
    {.name = "transforms",
     .type = OPTION_STRING,
     .at = offsetof(struct common_settings, transforms),
     .fallback = ""},
    {.name = "tasks.max",
     .type = OPTION_NUMBER,
     .at = offsetof(struct common_settings, tasks_max),
     .fallback = "1",
     .min = 1},
};

static const struct option source_options[] = {
    {.name = "exactly.once.support",
     .type = OPTION_STRING,
     .at = offsetof(struct source_settings, exactly_once),
     .fallback = "requested",
     .one_of = "requested|required"},
};

static const struct option sink_options[] = {
    {.name = "topics",
     .type = OPTION_STRING,
     .at = offsetof(struct sink_settings, topics),
     .fallback = ""},
    {.name = "topics.regex",
     .type = OPTION_STRING,
     .at = offsetof(struct sink_settings, topics_regex),
     .fallback = ""},
    {.name = "errors.tolerance",
     .type = OPTION_STRING,
     .at = offsetof(struct sink_settings, tolerance),
     .fallback = "none",
     .one_of = "none|all"},
    {.name = "errors.deadletterqueue.topic.name",
     .type = OPTION_STRING,
     .at = offsetof(struct sink_settings, dlq),
     .fallback = ""},
    {.name = "errors.deadletterqueue.topic.replication.factor",
     .type = OPTION_NUMBER,
     .at = offsetof(struct sink_settings, dlq_replicas),
     .fallback = "3",
     .min = -1},
    {.name = "errors.deadletterqueue.context.headers.enable",
     .type = OPTION_BOOL,
     .at = offsetof(struct sink_settings, dlq_headers),
     .fallback = "false"},
    {.name = "errors.log.enable",
     .type = OPTION_BOOL,
     .at = offsetof(struct sink_settings, log),
     .fallback = "false"},
    {.name = "errors.log.include.messages",
     .type = OPTION_BOOL,
     .at = offsetof(struct sink_settings, log_messages),
     .fallback = "false"},
};

/* Converters that leave bytes unchanged; the only converters available here. */
static const char *const converters[] = {
    "org.apache.kafka.connect.storage.StringConverter",
    "org.apache.kafka.connect.converters.ByteArrayConverter",
    "StringConverter",
    "ByteArrayConverter",
    "String",
    "ByteArray",
};

static int check_converter(const char *key, const char *name, struct err *err)
{
    for (size_t i = 0; name && i < ARRAY_LEN(converters); i++)
        if (strcmp(converters[i], name) == 0)
            return 0;
    if (!name)
        return 0;
    return err_set(err, -EINVAL,
                   "%s: this worker has StringConverter and "
                   "ByteArrayConverter, got \"%s\"",
                   key, name);
}

int common_settings_read(const json_t *config, struct common_settings *ret,
                         struct err *err)
{
    int rc = options_read(common_options, ARRAY_LEN(common_options), config,
                          ret, err);

    if (rc == 0)
        rc = check_converter("key.converter", ret->key_converter, err);
    if (rc == 0)
        rc = check_converter("value.converter", ret->value_converter, err);
    if (rc == 0 && ret->transforms)
        rc = err_set(err, -EINVAL,
                     "transforms: this worker has none, got \"%s\"",
                     ret->transforms);
    return rc;
}

int source_settings_read(const json_t *config, struct source_settings *ret,
                         struct err *err)
{
    int rc = options_read(source_options, ARRAY_LEN(source_options), config,
                          ret, err);

    if (rc == 0 && strcmp(ret->exactly_once, "required") == 0)
        rc = err_set(err, -EINVAL,
                     "exactly.once.support: this worker writes no "
                     "transactions, expected requested, got \"required\"");
    return rc;
}

int list_each(const char *list, int (*fn)(void *ctx, const char *name),
              void *ctx)
{
    AUTO_FREE char *copy = must_strdup(list);
    char *save = NULL;
    int rc = 0;

    for (char *name = strtok_r(copy, ", \t", &save); name && rc == 0;
         name = strtok_r(NULL, ", \t", &save))
        rc = fn(ctx, name);
    return rc;
}

static int is_name(void *ctx, const char *name)
{
    return strcmp(ctx, name) == 0;
}

static int is_any(void *ctx, const char *name)
{
    (void)ctx, (void)name;
    return 1;
}

static int check_dlq(const struct sink_settings *s, struct err *err)
{
    AUTO_FREE char *dlq = s->dlq ? must_strdup(s->dlq) : NULL;

    if (s->dlq_replicas == 0)
        return err_set(err, -EINVAL,
                       "errors.deadletterqueue.topic.replication.factor: must "
                       "be -1 or at least 1, got 0");
    if (dlq && s->topics && list_each(s->topics, is_name, dlq) != 0)
        return err_set(err, -EINVAL,
                       "errors.deadletterqueue.topic.name: must not be one of "
                       "the connector's own topics, got \"%s\"",
                       dlq);
    return 0;
}

int sink_settings_read(const json_t *config, struct sink_settings *ret,
                       struct err *err)
{
    int rc =
        options_read(sink_options, ARRAY_LEN(sink_options), config, ret, err);

    if (rc < 0)
        return rc;
    if (ret->topics && ret->topics_regex)
        return err_set(err, -EINVAL,
                       "topics, topics.regex: only one of them may be set");
    if (!ret->topics_regex &&
        (!ret->topics || list_each(ret->topics, is_any, NULL) == 0))
        return err_set(err, -EINVAL,
                       "topics: is required (or topics.regex) and has no "
                       "default");
    return check_dlq(ret, err);
}
