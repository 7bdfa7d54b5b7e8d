/* fault_step.h - drives a step of a timeline through a fault's life in the fake
 * world, by the same calls as the engine. */
#ifndef TESTS_FAULT_FAULT_STEP_H
#define TESTS_FAULT_FAULT_STEP_H

#include "scenario/doc.h"
#include "world.h"

/* A fault with target and arguments, and its state between the calls. */
struct step {
    const struct fault_ops *ops;
    struct target target;
    struct doc *doc;
    json_t *with, *captured, *proof;
    void *args, *state;
    struct fault_call call;
};

/* An empty document, in which args_read() places complaints. New. */
struct doc *any_doc(void);

/* Find the kind, resolve the target from `words` and read the arguments
 * `with` (JSON; NULL: none). */
void step_begin(struct step *it, const char *kind, const char *words,
                const char *with);

/* Calls capture(), if the kind has one. Returns its result. */
int step_capture(struct step *it, struct err *err);

/* Calls landed() until the answer is not 0, as often as LOOKS_MAX. Returns the
 * answer; 0: the fault did not land in time. */
int step_landed(struct step *it, struct err *err);

/* Calls mended() until the fault is mended or not recoverable, as often as
 * LOOKS_MAX. Other errors are transient, as for the engine. */
int step_mended(struct step *it, struct err *err);

/* Reverts, and fails unless the fault is mended in time. */
void step_revert(struct step *it);

/* Forgets state and arguments. A process reverting from undo/ after a kill has
 * only the target and the captured values. */
void step_forget(struct step *it);

/* The step of the running test. */
extern struct step s;

/* A new world, and a step in the world up to the capture. */
void begin(const char *kind, const char *words, const char *with);

/* Applies the fault of the step; ends step and world. */
void apply(void);
void finish(void);

#endif
