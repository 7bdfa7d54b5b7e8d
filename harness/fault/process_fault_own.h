/* process_fault_own.h - common steps of faults on the process of a broker or
 * worker.
 *
 * Captured is {"node", "pid", "starts"}: the life of the process to be struck.
 * Every revert means the same, "the process runs and answers", and so is right
 * whatever happened to the process meanwhile. Inside fault/ only.
 */
#ifndef FAULT_PROCESS_FAULT_OWN_H
#define FAULT_PROCESS_FAULT_OWN_H

#include "fault/fault_kinds_own.h"

/* Begins the state of every kind using these calls. */
struct process_state {
    bool told_to_end; /* a process still running is about to end */
};

/* The node called `name`, borrowed until the list is next asked for; NULL: no
 * such node. */
const struct platform_node *field_node(const struct field *f, const char *name);

/* Call back: something about the list of workers changed. */
void tell_workers_changed(const struct fault_call *c);

/* "process <node>" */
void process_holds(const struct target *t, char *out, size_t size);

/* -ESRCH when none runs: nothing could land. */
int process_capture(const struct fault_call *c, json_t **ret, struct err *err);

/* apply: SIGKILL, SIGTERM, SIGSTOP. */
int process_kill(const struct fault_call *c, struct err *err);
int process_stop(const struct fault_call *c, struct err *err);
int process_pause(const struct fault_call *c, struct err *err);

/* landed: signal 9 ended the captured life; the captured life ended in good
 * order after SIGTERM (exit code 143 or 0); /proc says the process is stopped.
 * -ECHILD: the process ended in another way; -ESTALE: another life has begun.
 */
int process_killed(const struct fault_call *c, json_t *proof, struct err *err);
int process_stopped(const struct fault_call *c, json_t *proof, struct err *err);
int process_paused(const struct fault_call *c, json_t *proof, struct err *err);

/* Ended in good order, as of process_stopped()? -ECHILD says how else. */
int process_ended_well(const char *node, int wait_status, struct err *err);

/* revert: start a process that has ended, wake a stopped process. */
int process_revive(const struct fault_call *c, struct err *err);

/* mended: the process runs, is not about to end, and answers. */
int process_answers(const struct fault_call *c, struct err *err);

/* The same two for any node; node_answers() starts a process if none runs. */
int node_revive(const struct field *f, const char *node, struct err *err);
int node_answers(const struct field *f, const char *node, struct err *err);

#endif
