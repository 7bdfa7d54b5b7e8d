/* hop_gather_own.h - the facts of a hop, handed to verdict/ and to the
 * evidence. Pure.
 */
#ifndef ENGINE_HOP_GATHER_OWN_H
#define ENGINE_HOP_GATHER_OWN_H

#include <jansson.h>
#include <stddef.h>

#include "engine/run_state_own.h"
#include "verdict/drain_seen.h"
#include "verdict/hop_events.h"
#include "verdict/hop_status.h"

/* Whether the hop's drain is over, and if not, why. */
struct drain_seen hop_drain_seen(const struct given *g, const struct facts *f,
                                 size_t hop);

/* Commits, failures and tasks of the hop. Borrows from all three arguments. */
struct events_seen hop_events_seen(const struct given *g, const struct facts *f,
                                   const struct results *res, size_t hop);

/* The hop's status by everything known so far; free by hop_status_done(). */
void hop_status_of(const struct given *g, const struct facts *f,
                   const struct results *res, size_t hop,
                   struct hop_status *ret);

/* The hop as evidence: an element of `hops` in run.json, with the status by the
 * guarantee. New. */
json_t *hop_evidence(const struct given *g, const struct facts *f,
                     const struct results *res, size_t hop);

#endif
