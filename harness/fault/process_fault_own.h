/* process_fault_own.h - what faults on the process of a broker or worker share.
 *
 * Captured is {"node", "pid", "starts"}: which life of which process. Every
 * revert is the same sentence, "it runs and answers", so it is right whatever
 * happened to the process meanwhile. Inside fault/ only.
 */
#ifndef FAULT_PROCESS_FAULT_OWN_H
#define FAULT_PROCESS_FAULT_OWN_H

#include "fault/fault_kinds_own.h"

/* Begins the state of every kind that uses these calls. */
struct process_state {
    bool told_to_end; /* a process that still runs is on its way out */
};

/* The node of that name, borrowed until the next worker_add; or NULL. */
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

/* landed: the captured life ended by signal 9; ended in good order after
 * SIGTERM (exit code 143 or 0); stands still as /proc says. -ECHILD: it ended
 * otherwise; -ESTALE: another life has begun. */
int process_killed(const struct fault_call *c, json_t *proof, struct err *err);
int process_stopped(const struct fault_call *c, json_t *proof, struct err *err);
int process_paused(const struct fault_call *c, json_t *proof, struct err *err);

/* Ended in good order, as of process_stopped()? -ECHILD says how else. */
int process_ended_well(const char *node, int wait_status, struct err *err);

/* revert: start what has ended, wake what stands still. */
int process_revive(const struct fault_call *c, struct err *err);

/* mended: it runs, is not on its way out, and answers. */
int process_answers(const struct fault_call *c, struct err *err);

/* The two above for any node: a process that runs, else one is started. */
int node_revive(const struct field *f, const char *node, struct err *err);
int node_answers(const struct field *f, const char *node, struct err *err);

#endif
