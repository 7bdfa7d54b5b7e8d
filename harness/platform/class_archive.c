#include "platform/class_archive.h"

void class_archives_get(const struct cache *c, const struct java *java,
                        const struct kafka_jars *kafka, json_t *fetched)
{
    (void)c;
    (void)java;
    (void)kafka;
    (void)fetched;
}
