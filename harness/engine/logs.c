/* logs.c - where the logs of a topic begin. */
#include "engine/logs_own.h"

#include "base/log.h"

size_t log_starts(struct kafka_admin *admin, const char *topic,
                  struct log_start *out, size_t max, bool *ret_trimmed)
{
    struct err err = {0};
    int partitions = 0;
    size_t n = 0;
    int rc = kafka_partitions(admin, topic, &partitions, 10 * US_PER_S, &err);

    *ret_trimmed = false;
    for (int p = 0; rc == 0 && p < partitions && n < max; p++) {
        int64_t low, high;

        rc =
            kafka_watermarks(admin, topic, p, &low, &high, 10 * US_PER_S, &err);
        if (rc < 0)
            break;
        *ret_trimmed |= low > 0;
        out[n++] = (struct log_start){.partition = p, .offset = low};
    }
    if (rc < 0) {
        *ret_trimmed = true; /* as far as is known */
        log_warn("engine", "%s: where its log begins: %s", topic, err.text);
    }
    return n;
}
