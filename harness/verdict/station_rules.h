/* station_rules.h - rules for holes among a station's offsets and for readings
 * that failed, were partial or came too early. Pure.
 */
#ifndef VERDICT_STATION_RULES_H
#define VERDICT_STATION_RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Causes of offsets without a record in a topic. */
struct hole_facts {
    const json_t *config;     /* the topic's own, or NULL */
    bool compacts;            /* by the topic's policy, or by the brokers' */
    bool transactional_load;  /* a load writes in transactions */
    bool from_source;         /* a source connector writes here */
    const char *exactly_once; /* exactly.once.source.support of the workers;
                                 NULL: not set */
};

/* Static words why a hole among the topic's offsets is no finding; NULL: each
 * hole is a finding. */
const char *holes_unjudged(const struct hole_facts *f);

enum reading {
    READ_WHOLE,
    READ_PART, /* an open transaction hid the rest */
    READ_NONE,
};

struct reading_seen {
    const char *station;
    enum reading reading;
    const char *why;       /* why not the whole; static or borrowed */
    bool drain_ended;      /* before the reading began */
    int64_t before, after; /* records the station had taken as the reading of
                              all stations began and ended; -1: not known */
};

/* Whether records came after the drain had ended: then more may come, and the
 * reading is not all. */
bool reading_is_early(const struct reading_seen *s);

/* Why the run cannot pass: the reading failed or is a part. New; NULL: the
 * whole was read. */
json_t *reading_sentence(const struct reading_seen *s);

/* Why the run cannot pass: records came late. New; NULL: none did. */
json_t *early_sentence(const struct reading_seen *s);

#endif
