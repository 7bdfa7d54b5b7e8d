/* unjudged.h - what a hop shows and nobody can judge. */
#ifndef ENGINE_UNJUDGED_H
#define ENGINE_UNJUDGED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/state.h"

/* Records that may be such a finding and may be none. */
uint64_t hop_unjudged(const struct hop_result *res, enum finding_kind kind);

/* Would the hop's guarantee be broken, were they one? Then it did not hold. */
bool hop_in_doubt(const struct run *r, size_t hop, enum finding_kind kind);

/* How many, why they are not judged, and whether that matters; NULL: none are
 * in doubt. New. */
json_t *hop_unjudged_sentence(const struct run *r, size_t hop,
                              enum finding_kind kind);

#endif
