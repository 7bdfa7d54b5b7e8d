/* phases_own.h - the phases of a run, each in a file of its own.
 *
 * run.c calls the phases in the order below. A phase returns 0 when done as a
 * whole; a phase that fails leaves everything as far as it came. Engine thread.
 */
#ifndef ENGINE_PHASES_OWN_H
#define ENGINE_PHASES_OWN_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* up.c: the platform, from nothing to answering. */
MUST_USE int run_up(struct run *r, struct err *err);

/* start_flow.c: topics, endpoints, observer, sampler, connectors, load. With
 * verify_only the endpoints alone are opened, for reading. */
MUST_USE int run_start_flow(struct run *r, struct err *err);

/* steady.c: wait for a baseline; run the faults; revert the faults; watch; stop
 * the load and wait for the fate of each record sent. */
MUST_USE int run_steady(struct run *r, struct err *err);
MUST_USE int run_timeline(struct run *r, struct err *err);
MUST_USE int run_heal(struct run *r, struct err *err);
MUST_USE int run_quiet(struct run *r, struct err *err);
MUST_USE int run_stop_load(struct run *r, struct err *err);

/* steady.c: for a run that ended before the timeline began: every step is one
 * whose time never came. */
void run_without_timeline(struct run *r);

/* drain.c: wait until every hop has caught up, or will not. */
MUST_USE int run_drain(struct run *r, struct err *err);

/* read_back.c: read every station from the beginning. Unread stations are
 * reasons, not errors. */
void run_replay(struct run *r);

/* judge_hops.c: judge every hop against the upstream of the hop. */
void run_judge_hops(struct run *r);

/* again.c: `ordeal verify`, in place of all phases above. */
void run_look_again(struct run *r);

/* up.c: close observer, sampler, endpoints and clients. The keeper ends the
 * nodes. */
void run_down(struct run *r);

/* evidence.c: run.json, with the outcome. New. */
json_t *run_evidence(struct run *r);

#endif
