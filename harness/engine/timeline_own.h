/* timeline_own.h - the steps of a run: each resolved, captured, journaled,
 * applied, proven, reverted, and watched until the system has recovered.
 *
 * Driven by timeline_tick() on the engine's thread; it waits for nothing.
 */
#ifndef ENGINE_TIMELINE_OWN_H
#define ENGINE_TIMELINE_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/sampler_own.h"
#include "fault/fault.h"
#include "plan/plan.h"
#include "verdict/baseline.h"

enum step_state {
    STEP_WAITING, /* its time or condition has not come, or what it would
                     hold is held */
    STEP_RESOLVING,
    STEP_APPLIED,  /* proof is awaited */
    STEP_IN_FORCE, /* landed */
    STEP_REVERTED, /* proof of the revert is awaited */
    STEP_MENDED,   /* recovery is awaited */
    STEP_DONE,
};

struct step_run {
    enum step_state state;
    struct target target;
    char holds[192];
    json_t *captured, *proof;
    void *memory; /* fault_call.state; owned */
    struct rng rng;
    bool applied, landed, in_journal;
    char why_not[512]; /* why it did not land, was not mended, not recovered */
    bool unsure;       /* nobody knows whether what it asked for still comes */
    int64_t due_us;    /* asked for the first time, or what held it let go */
    int64_t asked_us, applied_us, landed_us, noticed_us, reverted_us, mended_us,
        recovered_us;           /* run clock; -1: not (yet) */
    int64_t mending_us;         /* reverted, or the last step of its mending */
    int64_t last_generation_us; /* newest group generation it caused */
    uint64_t status_changes;    /* as of applied, of all connectors */
    uint64_t attempted_at_asked, attempted_at_end;
};

struct timeline_spec {
    const struct plan *plan;
    struct field *field;
    struct sampler *sampler;
    const struct flow_shape *shape;
    const struct baseline *baseline;
    const char *undo_dir;
    uint64_t seed;

    /* Is there any use in waiting for the proof of a revert? < 0: none, and
     * why. NULL: there always is. */
    int (*of_use)(void *ctx, struct err *err);
    void *ctx;
};

struct timeline {
    struct timeline_spec spec;
    int64_t began_us;
    struct step_run *steps; /* as the plan's */
};

void timeline_init(struct timeline *t, const struct timeline_spec *spec);
void timeline_done(struct timeline *t);

/* Do what is due now. 1: every step is done and the least duration is over;
 * 0: not yet. A step's own failure is kept in its why_not; negative only when
 * the harness itself cannot go on (undo/ cannot be written). */
MUST_USE int timeline_tick(struct timeline *t, struct err *err);

/* After the healing: only watch whether what was mended recovers, and what
 * comes late. */
void timeline_watch(struct timeline *t);

/* A worker that came back may rebalance a group long after the rate is well
 * again, and what was not committed comes twice: the newest generation belongs
 * to the disturbance, whatever became of the step. Once before judging will do,
 * as the observer keeps the newest. */
void timeline_note_generations(struct timeline *t);

/* Is it in force, without `for`: until heal? */
bool timeline_stays(const struct timeline *t, size_t step);

/* Revert everything in force, newest first, and wait for the proofs, unless
 * that is hopeless. Goes on past failures; returns the first. */
MUST_USE int timeline_heal(struct timeline *t, struct err *err);

/* Disturbance window of a step: [asked, last generation or recovery + flush];
 * INT64_MAX: the system was not seen to recover. False: it disturbed nothing.
 */
bool timeline_window(const struct timeline *t, size_t step, int64_t flush_us,
                     int64_t *ret_from, int64_t *ret_to);

/* `faults` of run.json. New. */
json_t *timeline_json(const struct timeline *t, int64_t flush_us);

#endif
