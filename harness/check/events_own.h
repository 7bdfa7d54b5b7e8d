/* events_own.h - what checks over the event findings of hops share. */
#ifndef CHECK_EVENTS_OWN_H
#define CHECK_EVENTS_OWN_H

#include <jansson.h>

#include "check/check_kinds_own.h"

struct events_asked {
    const char *const *kinds; /* none of these may have happened */
    const char *connector;    /* NULL: of every connector */
};

/* The whole judgement: failed where one happened; held where all could be
 * observed on every connector's hop; else not judged. */
void judge_events(const json_t *run, const struct events_asked *a,
                  struct check_result *ret);

#endif
