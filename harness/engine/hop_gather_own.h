/* hop_gather_own.h - the facts of a hop, as verdict/ wants them. */
#ifndef ENGINE_HOP_GATHER_OWN_H
#define ENGINE_HOP_GATHER_OWN_H

#include <stddef.h>

#include "engine/run_state_own.h"
#include "verdict/drain_seen.h"
#include "verdict/hop_events.h"
#include "verdict/hop_status.h"

/* Whether and why not the hop's drain is over. */
struct drain_seen hop_drain_seen(const struct run *r, size_t hop);

/* What was seen of the hop's commits, failures and tasks; borrows from `r`. */
struct events_seen hop_events_seen(const struct run *r, size_t hop);

/* The hop's status, from everything known by now; hop_status_done(). */
void hop_status_of(const struct run *r, size_t hop, struct hop_status *ret);

#endif
