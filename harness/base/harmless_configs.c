/* harmless_configs.c - topic configs that the stand-in cluster takes. */
#include "base/harmless_configs.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

static const struct {
    const char *name, *only; /* only: the value accepted; NULL: any value */
} harmless[] = {
    {"cleanup.policy", "compact"}, /* a log with every value has the last */
    {"cleanup.policy", "delete"},
    {"compression.type", "producer"},
    {"delete.retention.ms", NULL},
    {"file.delete.delay.ms", NULL},
    {"flush.messages", NULL},
    {"flush.ms", NULL},
    {"max.message.bytes", NULL},
    {"message.timestamp.type", "CreateTime"},
    {"min.insync.replicas", NULL},
    {"retention.ms", NULL},
    {"segment.bytes", NULL},
    {"segment.ms", NULL},
    {"unclean.leader.election.enable", NULL},
};

bool topic_config_is_harmless(const char *name, const char *value)
{
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
        if (strcmp(harmless[i].name, name) == 0 &&
            (!harmless[i].only || !value ||
             strcmp(harmless[i].only, value) == 0))
            return true;
    return false;
}
