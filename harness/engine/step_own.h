/* step_own.h - a step of the timeline: the life of a fault.
 *
 *   waiting -> ready -> applied -> in force -> reverted -> mended -> done
 *
 * A step that fails goes straight to done, after a revert if apply() may have
 * changed anything.
 *
 * Everything that takes time and changes nothing happens ahead of the due time:
 * the target is resolved, its values are captured, and undo/<i>.json is written
 * (two fsyncs). At the due time only apply() is left. The preparation counts
 * for nothing if the target has moved or another step has changed the same
 * thing by then: the step is prepared anew.
 *
 * Threads: all of struct timeline is guarded by `lock`. The functions below are
 * called with the lock held and release the lock during each call that may take
 * time: to the target, to the disk. `busy` keeps every other thread from
 * looking at the step meanwhile, so each step is on one thread at a time.
 */
#ifndef ENGINE_STEP_OWN_H
#define ENGINE_STEP_OWN_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/pool_own.h"
#include "engine/sampler_own.h"
#include "fault/fault.h"
#include "plan/plan.h"
#include "verdict/baseline.h"

enum step_state {
    STEP_WAITING,  /* for a time, a condition, or a hold to be released */
    STEP_READY,    /* captured and journalled: apply() is next */
    STEP_APPLIED,  /* apply() was called; waits for proof that it landed */
    STEP_IN_FORCE, /* landed */
    STEP_REVERTED, /* waits for proof of the revert */
    STEP_MENDED,   /* waits for the system to recover */
    STEP_DONE,
};

/* All times are run clock; -1: not (yet). */
struct step_run {
    enum step_state state;
    bool busy;             /* a thread does a call for the step */
    bool stale;            /* what was captured may have been changed since */
    bool in_line;          /* waits for a hold */
    int64_t look_us;       /* next look at the step; INT64_MAX: when woken */
    int64_t pause_us;      /* until the next look for a proof */
    const char *waits_for; /* path of the step that holds the same thing, as
                              last seen; borrowed, NULL: never waited */
    struct target target;
    char holds[192]; /* see fault_ops.holds; "": not known yet */
    json_t *captured, *proof;
    void *memory; /* fault_call.state; owned */
    struct rng rng;
    bool applied;      /* apply() was called: the system may be disturbed */
    bool landed;       /* with proof at the target */
    bool in_journal;   /* undo/<i>.json exists */
    bool unsure;       /* apply() got no answer: it may still be carried out */
    bool never_due;    /* the run ended before the step's time came */
    char why_not[512]; /* why it did not land, was not mended or recovered */
    int64_t due_us;    /* by the file, or when the condition came true */
    int64_t asking_us; /* due, or since a hold was last found taken */
    int64_t asked_us;  /* told in the journal: the disturbance may begin */
    int64_t began_us;  /* the first instruction of apply() */
    int64_t applied_us, landed_us, noticed_us, reverted_us, mended_us,
        recovered_us;
    int64_t mending_us;         /* the revert, or the last progress since */
    int64_t last_generation_us; /* newest group generation after asked_us */
    int64_t sample_us;          /* the newest sample looked at */
    uint64_t status_changes;    /* of all connectors, up to asked_us */
    int64_t began_wall_us, began_monotonic_us; /* as in struct fault_call */
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
     * a proof may always come. Called without the lock. */
    int (*of_use)(void *ctx, struct err *err);
    void *ctx;
};

struct timeline {
    struct timeline_spec spec;
    int64_t began_us;       /* zero of the steps' times */
    struct step_run *steps; /* by step of the plan; owned */
    pthread_mutex_t *lock;  /* of everything here; owned */
    struct pool *pool;      /* NULL: timeline_tick() does the calls itself */
    struct err failed;      /* the harness cannot go on: undo/ */
    bool healing;           /* nothing begins any more */
    bool changing; /* a call that changes the list of workers goes on */
};

/* The lock of a timeline that other threads work on. Without steps under way
 * (verify, tests) there may be none. */
static inline void timeline_lock(const struct timeline *t)
{
    if (t->lock)
        pthread_mutex_lock(t->lock);
}

static inline void timeline_unlock(const struct timeline *t)
{
    if (t->lock)
        pthread_mutex_unlock(t->lock);
}

/* ---- step.c: what every part of the life needs -------------------------- */

/* The arguments of step `i`, as the kind's own struct. Borrowed. */
const void *step_args(const struct timeline *t, size_t i);

/* A call to the kind of step `i`. */
struct fault_call step_call(struct timeline *t, size_t i);

/* Put an event of step `i` into the journal and the log. */
void step_tell(struct timeline *t, size_t i, const char *what,
               const char *detail);

/* True while step `i` is in force without a `for`, so only heal will revert the
 * fault. */
bool step_stays(const struct timeline *t, size_t i);

/* The step fails for the reason in `err`. Only the first reason is kept; each
 * is told. The state is left alone. */
void step_fail(struct timeline *t, size_t i, const struct err *err);

/* Change the state, and look at the step next at `look_us`. Steps waiting for
 * a hold that the step no longer has are woken. */
void step_enter(struct timeline *t, size_t i, enum step_state state,
                int64_t look_us);

/* The other step whose hold clashes with the hold of step `i`; SIZE_MAX: none.
 * *ret_stays: only heal will release the hold. */
size_t step_held_by(const struct timeline *t, size_t i, bool *ret_stays);

/* Whether a step due before step `i` has yet to begin with the same thing. */
bool step_is_behind(const struct timeline *t, size_t i);

/* Calls that change the list of workers are made one at a time, since the
 * numbers of workers to come are captured. True: another step makes such a call
 * now, look again later. */
bool step_change_waits(struct timeline *t, size_t i);

/* Around apply() and revert() of step `i`: preparations of other steps that may
 * have captured what the call changes count no more. */
void step_change_begin(struct timeline *t, size_t i);
void step_change_end(struct timeline *t, size_t i);

/* ---- step_ahead.c: up to apply() ---------------------------------------- */

/* How long before its due time a step is prepared. */
#define STEP_AHEAD_US (500 * (int64_t)US_PER_MS)

/* A step in waiting: resolve the target, capture, write undo/<i>.json. Stays
 * waiting while the target cannot be told yet or another step holds the same
 * thing. */
void step_prepare(struct timeline *t, size_t i);

/* A step that is ready: look whether the preparation still holds, and apply the
 * fault once due. */
void step_begin(struct timeline *t, size_t i);

/* Undo the preparation of a step that will not begin now: back to waiting. */
void step_drop(struct timeline *t, size_t i);

/* ---- step_proof.c: from apply() to the end ------------------------------ */

/* Ask for proof at the target. Without proof in time the step is reverted. */
void step_await_landing(struct timeline *t, size_t i);

void step_revert(struct timeline *t, size_t i);

/* Ask for proof of the revert, and remove undo/<i>.json once proven. */
void step_await_mending(struct timeline *t, size_t i);

/* ---- step_watch.c: the system's answer ---------------------------------- */

/* Note the first reaction of the system to a step that has landed, and whether
 * the flow is as good as before the fault, up to timeouts.recover. */
void step_watch(struct timeline *t, size_t i);

#endif
