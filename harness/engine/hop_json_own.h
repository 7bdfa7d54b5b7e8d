/* hop_json_own.h - a hop as evidence: an element of `hops` in run.json. */
#ifndef ENGINE_HOP_JSON_OWN_H
#define ENGINE_HOP_JSON_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "oracle/hop.h"
#include "scenario/scenario.h"
#include "verdict/hop_status.h"
#include "verdict/late_failure.h"

/* All borrowed. */
struct hop_json_spec {
    const char *name, *connector; /* connector "": none */
    const char *upstream, *downstream;
    bool up_is_ledger;
    const struct guarantee *guarantee;
    const struct hop_result *result;
    const struct hop_status *status;
    bool drained;
    int64_t began_wall_us; /* 0 of the run's clock; -1: wall times cannot be
                              placed on that clock */
    const struct commit_result *commits; /* NULL: none */
    const struct late_failed *late;      /* NULL: none */
};

/* New. */
json_t *hop_json(const struct hop_json_spec *spec);

#endif
