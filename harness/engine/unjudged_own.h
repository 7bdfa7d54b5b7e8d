/* unjudged_own.h - what a hop shows and nobody can judge. */
#ifndef ENGINE_UNJUDGED_OWN_H
#define ENGINE_UNJUDGED_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/run_state_own.h"
#include "verdict/guarantee.h"

/* Records that may be such a finding and may be none. */
uint64_t hop_unjudged(const struct hop_result *res, enum finding_kind kind);

/* How often and when the hop was disturbed (hop_json.c). */
struct duplicates_seen hop_disturbances(const struct run *r,
                                        const struct hop_judgement *hr);

/* Would the hop's guarantee be broken, were they one, beside those that are?
 * Then it did not hold. Once the duplicates have their places. */
bool hop_in_doubt(const struct run *r, size_t hop, enum finding_kind kind);

/* How many, why they are not judged, and whether that matters; NULL: none are
 * in doubt. New. */
json_t *hop_unjudged_sentence(const struct run *r, size_t hop,
                              enum finding_kind kind);

#endif
