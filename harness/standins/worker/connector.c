/* connector.c - the table of connector kinds. */
#include "standins/worker/connector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/task.h"

static const struct connector_kind *const kinds[] = {
#define CONNECTOR_KIND(id) &connector_##id,
#include "standins/worker/connector_kinds.def"
#undef CONNECTOR_KIND
};

/* Accepts what Connect accepts as connector.class: the full class name, the
 * part behind the last dot, or the latter without "Connector". */
static bool is_called(const struct connector_kind *k, const char *name)
{
    static const char end[] = "Connector";
    const char *dot = strrchr(k->class_name, '.');
    const char *last = dot ? dot + 1 : k->class_name;
    size_t len = strlen(last), end_len = sizeof(end) - 1;

    if (strcmp(k->class_name, name) == 0 || strcmp(last, name) == 0)
        return true;
    return len > end_len && strcmp(last + len - end_len, end) == 0 &&
           strlen(name) == len - end_len &&
           memcmp(last, name, len - end_len) == 0;
}

const struct connector_kind *connector_kind_of(const json_t *config)
{
    const char *name = property(config, "connector.class", NULL);

    for (size_t i = 0; name && i < ARRAY_LEN(kinds); i++)
        if (is_called(kinds[i], name))
            return kinds[i];
    return NULL;
}

const char *connector_type(const json_t *config)
{
    const struct connector_kind *k = connector_kind_of(config);

    if (!k)
        return NULL;
    return k->sink ? "sink" : "source";
}

/* Allocate, fill and check the settings of kind `k`. */
int connector_settings(const struct connector_kind *k, const json_t *config,
                       void **ret, struct err *err)
{
    AUTO_FREE void *settings = must_calloc(1, k->settings_size);
    int rc;

    rc = options_read(k->options, k->options_len, config, settings, err);
    if (rc == 0 && k->check)
        rc = k->check(settings, err);
    if (rc < 0)
        return rc;
    *ret = TAKE(settings);
    return 0;
}

/* "a.B, c.D": all class names, for error messages. */
static void name_all(char *out, size_t size)
{
    size_t len = 0;

    *out = 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", i ? ", " : "",
                                kinds[i]->class_name);
}

int connector_class_check(const json_t *config, struct err *err)
{
    const char *name;
    char all[512];

    if (!json_is_object(config))
        return err_set(err, -EINVAL, "config: must be an object of strings");
    name = property(config, "connector.class", NULL);
    if (!name || !*name)
        return err_set(err, -EINVAL,
                       "connector.class: is required and has no default");
    if (connector_kind_of(config))
        return 0;
    name_all(all, sizeof(all));
    return err_set(err, -EINVAL,
                   "connector.class: this worker has %s, got \"%s\"", all,
                   name);
}
