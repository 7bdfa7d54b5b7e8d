/* properties.c - .properties files, and Kafka's own defaults. */
#include "platform/properties_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

int properties_check(const char *what, const json_t *given,
                     const char *const *fixed, struct err *err)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)given, key, value) {
        if (key[strspn(key, name_letters)] != '\0' || !*key)
            return err_set(err, -EINVAL, "%s: \"%s\" is no name of a property",
                           what, key);
        if (json_is_array(value) || json_is_object(value) ||
            json_is_null(value))
            return err_set(err, -EINVAL,
                           "%s: %s: must be a text, a number, true or false",
                           what, key);
        for (size_t i = 0; fixed[i]; i++)
            if (strcmp(key, fixed[i]) == 0)
                return err_set(err, -EINVAL,
                               "%s: %s: is set by the harness itself", what,
                               key);
    }
    return 0;
}

void properties_merge(json_t *into, const json_t *from)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)from, key, value) {
        if (json_is_string(value)) {
            (void)json_object_set(into, key, value);
        } else {
            AUTO_FREE char *text = json_dumps(value, JSON_ENCODE_ANY);

            (void)json_object_set_new(into, key, json_string(text));
        }
    }
}

/* The escapes of JSON serve as escapes of .properties: backslash, \n, \t and
 * \uXXXX. */
int properties_write(const char *path, const json_t *properties,
                     struct err *err)
{
    AUTO_FREE char *all = path_of("%s", "");
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)properties, key, value) {
        AUTO_FREE char *quoted =
            json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
        int len = (int)strlen(quoted) - 2;
        char *more = path_of("%s%s=%s%.*s\n", all, key,
                             quoted[1] == ' ' ? "\\" : "", len, quoted + 1);

        free(all);
        all = more;
    }
    return file_write(path, all, strlen(all), err);
}

/* ---- Kafka's own defaults: of 4.3, and of 3.9 the same ------------------- */

static const struct property broker_defaults[] = {
    {"broker.heartbeat.interval.ms", "2000"},
    {"broker.session.timeout.ms", "9000"},
    {"controller.quorum.election.timeout.ms", "1000"},
    {"controller.quorum.fetch.timeout.ms", "2000"},
    {"group.max.session.timeout.ms", "1800000"},
    {"group.min.session.timeout.ms", "6000"},
    {"message.max.bytes", "1048588"},
    {"replica.lag.time.max.ms", "30000"},
    {"transaction.max.timeout.ms", "900000"},
    {"transactional.id.expiration.ms", "604800000"},
};

static const struct property worker_defaults[] = {
    {"consumer.heartbeat.interval.ms", "3000"},
    {"consumer.max.poll.interval.ms", "300000"},
    {"consumer.max.poll.records", "500"},
    {"consumer.session.timeout.ms", "45000"},
    {"exactly.once.source.support", "disabled"},
    {"heartbeat.interval.ms", "3000"},
    {"offset.flush.interval.ms", "60000"},
    {"offset.flush.timeout.ms", "5000"},
    {"producer.delivery.timeout.ms", "2147483647"},
    {"producer.request.timeout.ms", "30000"},
    {"producer.transaction.timeout.ms", "60000"},
    {"rebalance.timeout.ms", "60000"},
    {"scheduled.rebalance.max.delay.ms", "300000"},
    {"session.timeout.ms", "10000"},
    {"task.shutdown.graceful.timeout.ms", "5000"},
};

const char *property_of(const struct property *table, size_t len,
                        const char *key)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(table[i].key, key) == 0)
            return table[i].value;
    return NULL;
}

const char *role_default(enum platform_role role, const char *key)
{
    if (role == ROLE_BROKER)
        return property_of(broker_defaults, ARRAY_LEN(broker_defaults), key);
    return role == ROLE_WORKER
               ? property_of(worker_defaults, ARRAY_LEN(worker_defaults), key)
               : NULL;
}
