/* station_rules.h - what the reading of a station is worth, and what holes
 * among its offsets say. Pure.
 */
#ifndef VERDICT_STATION_RULES_H
#define VERDICT_STATION_RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Whatever may take up offsets of a topic beside its records. */
struct hole_facts {
    const json_t *config;     /* the topic's own, or NULL */
    bool compacts;            /* by its own policy, or by the brokers' */
    bool transactional_load;  /* a load writes into it in transactions */
    bool from_source;         /* a source connector writes into it */
    const char *exactly_once; /* exactly.once.source.support of the workers;
                                 NULL: not set */
};

/* Static words why a hole among the topic's offsets is no finding; NULL: each
 * hole is one. */
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
