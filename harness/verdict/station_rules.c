/* station_rules.c - rules for holes among offsets and for partial readings. */
#include "verdict/station_rules.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "verdict/sentence_own.h"

static bool is_cleaned(const json_t *config)
{
    return json_object_get(config, "cleanup.policy") ||
           json_object_get(config, "retention.ms") ||
           json_object_get(config, "retention.bytes");
}

const char *holes_unjudged(const struct hole_facts *f)
{
    bool markers = f->from_source && f->exactly_once &&
                   strcmp(f->exactly_once, "enabled") == 0;

    return is_cleaned(f->config) || f->compacts || f->transactional_load ||
                   markers
               ? "transaction markers, compaction and retention take up "
                 "offsets too"
               : NULL;
}

bool reading_is_early(const struct reading_seen *s)
{
    return s->drain_ended && s->before >= 0 && s->after > s->before;
}

json_t *reading_sentence(const struct reading_seen *s)
{
    switch (s->reading) {
    case READ_WHOLE:
        return NULL;
    case READ_PART:
        return sentence("%s was read in part: %s", s->station, s->why);
    case READ_NONE:
        return sentence("%s could not be read back: %s", s->station, s->why);
    }
    return NULL;
}

json_t *early_sentence(const struct reading_seen *s)
{
    if (!reading_is_early(s))
        return NULL;
    return sentence("%s: %" PRId64 " records came after the drain, while "
                    "it was read",
                    s->station, s->after - s->before);
}
