/* events_own.h - the judgement shared by checks of event findings of hops. */
#ifndef CHECK_EVENTS_OWN_H
#define CHECK_EVENTS_OWN_H

#include <jansson.h>

#include "check/check_kinds_own.h"

struct events_asked {
    const char *const *kinds; /* no event of a kind listed is allowed */
    const char *connector;    /* NULL: every connector */
};

/* Fills status and sentence of `ret`. Failed: a hop of the connectors chosen
 * has an event of a kind asked for. Held: no hop has, and every kind was
 * observed on every hop. Otherwise, and without a hop, not judged. */
void judge_events(const json_t *run, const struct events_asked *a,
                  struct check_result *ret);

#endif
