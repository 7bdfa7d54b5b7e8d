#include "engine/logs_own.h"

#include <string.h>

#include "base/log.h"
#include "base/own.h"

bool policy_compacts(const char *policy)
{
    return policy && strstr(policy, "compact") != NULL;
}

bool station_compacts(const struct run *r, size_t station)
{
    const struct topic *t = r->given.plan->stations[station].topic;
    const json_t *own =
        t && t->config ? json_object_get(t->config, "cleanup.policy") : NULL;
    AUTO_FREE char *text = own ? scalar_text(own) : NULL;

    if (!t || text)
        return policy_compacts(text);
    return r->world.platform && r->world.platform->ops->property &&
           policy_compacts(r->world.platform->ops->property(
               r->world.platform, ROLE_BROKER, "log.cleanup.policy"));
}

size_t log_starts(struct run *r, const char *topic, struct log_start *out,
                  size_t max, bool *ret_trimmed)
{
    struct err err = {0};
    int partitions = 0;
    size_t n = 0;
    int rc = kafka_partitions(r->world.cluster.admin, topic, &partitions,
                              10 * US_PER_S, &err);

    *ret_trimmed = false;
    for (int p = 0; rc == 0 && p < partitions && n < max; p++) {
        int64_t low, high;

        rc = kafka_watermarks(r->world.cluster.admin, topic, p, &low, &high,
                              10 * US_PER_S, &err);
        if (rc < 0)
            break;
        *ret_trimmed |= low > 0;
        out[n++] = (struct log_start){.partition = p, .offset = low};
    }
    if (rc < 0) {
        *ret_trimmed = true; /* for all that is known */
        log_warn("engine", "%s: where its log begins: %s", topic, err.text);
    }
    return n;
}
