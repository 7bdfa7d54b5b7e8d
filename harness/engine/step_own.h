/* step_own.h - a step of the timeline: the life of a fault.
 *
 *   waiting -> resolving -> applied -> in force -> reverted -> mended -> done
 *
 * A step that fails goes straight to done, after a revert if apply() may have
 * changed anything. timeline.c calls a function per tick, according to the
 * state; no function waits. Engine thread.
 */
#ifndef ENGINE_STEP_OWN_H
#define ENGINE_STEP_OWN_H

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
    STEP_WAITING,   /* for a time, a condition, or a hold to be released */
    STEP_RESOLVING, /* target and hold are known, apply() is next */
    STEP_APPLIED,   /* waits for proof that the fault landed */
    STEP_IN_FORCE,  /* landed */
    STEP_REVERTED,  /* waits for proof of the revert */
    STEP_MENDED,    /* waits for the system to recover */
    STEP_DONE,
};

/* All times are run clock; -1: not (yet). */
struct step_run {
    enum step_state state;
    struct target target;
    char holds[192]; /* see fault_ops.holds */
    json_t *captured, *proof;
    void *memory; /* fault_call.state; owned */
    struct rng rng;
    bool applied;      /* apply() was called: the system may be disturbed */
    bool landed;       /* with proof at the target */
    bool in_journal;   /* undo/<i>.json exists */
    bool unsure;       /* apply() got no answer: it may still be carried out */
    char why_not[512]; /* why it did not land, was not mended or recovered */
    int64_t due_us;    /* became due, or a hold was last found taken */
    int64_t asked_us, applied_us, landed_us, noticed_us, reverted_us, mended_us,
        recovered_us;
    int64_t mending_us;         /* the revert, or the last progress since */
    int64_t last_generation_us; /* newest group generation after asked_us */
    uint64_t status_changes;    /* of all connectors, up to asked_us */
};

struct timeline_spec {
    const struct plan *plan;
    struct field *field;
    struct sampler *sampler;
    const struct flow_shape *shape;
    const struct baseline *baseline;
    void *const *args; /* by step; NULL: the plan's own */
    const char *undo_dir;
    uint64_t seed;

    /* Returns < 0, and why, when no proof of a revert can come any more. NULL:
     * a proof may always come. */
    int (*of_use)(void *ctx, struct err *err);
    void *ctx;
};

struct timeline {
    struct timeline_spec spec;
    int64_t began_us;
    struct step_run *steps; /* by step of the plan; owned */
};

/* The arguments of step `i`, as the kind's own struct. Borrowed. */
const void *step_args(const struct timeline *t, size_t i);

/* True while step `i` is in force without a `for`, so only heal will revert the
 * fault. */
bool step_stays(const struct timeline *t, size_t i);

/* The step fails for the reason in `err`. Only the first reason is kept; each
 * is told. The state is left alone. */
void step_fail(struct timeline *t, size_t i, const struct err *err);

/* Turn the target's words into a thing and take the hold. Stays waiting while
 * the target cannot be told yet or another step holds the same thing. */
void step_resolve(struct timeline *t, size_t i);

/* Capture, write undo/<i>.json, apply. Negative only if undo/ cannot be
 * written. */
MUST_USE int step_apply(struct timeline *t, size_t i, struct err *err);

/* Ask for proof at the target. Without proof in time the step is reverted. */
void step_await_landing(struct timeline *t, size_t i);

/* Revert if the step's time is over, else note whether the system recovered
 * under the fault. */
void step_stay_in_force(struct timeline *t, size_t i);

void step_revert(struct timeline *t, size_t i);

/* Ask for proof of the revert, and remove undo/<i>.json once proven. Negative
 * only if the record cannot be removed. */
MUST_USE int step_await_mending(struct timeline *t, size_t i, struct err *err);

/* Note the first reaction of the system, if the step has landed. */
void step_notice(struct timeline *t, size_t i);

/* Note whether the flow is as good as before the fault, up to
 * timeouts.recover. */
void step_await_recovery(struct timeline *t, size_t i);

#endif
