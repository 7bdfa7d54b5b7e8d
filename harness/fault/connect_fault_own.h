/* connect_fault_own.h - what faults on a connector, over Connect's REST API,
 * share.
 *
 * A proof here is about what the fault did, never about the connector's
 * health: RUNNING and FAILED are both where a task that was restarted ends up,
 * and to judge the second is not for a fault. What REST cannot tell right now
 * (a rebalance, a worker that is gone) is "not yet". Inside fault/ only.
 */
#ifndef FAULT_CONNECT_FAULT_OWN_H
#define FAULT_CONNECT_FAULT_OWN_H

#include "fault/fault_kinds_own.h"

/* "connector <name>", for tasks as well */
void rest_holds(const struct target *t, char *out, size_t size);

/* The connector's status, config; new. NULL: cannot be told now, err says. */
json_t *rest_status(const struct fault_call *c, struct err *err);
json_t *rest_config(const struct fault_call *c, struct err *err);

/* Has the connector come to rest: it and each task (one at least) RUNNING or
 * FAILED? If not, err says what the states are. */
bool rest_settled(const json_t *status, struct err *err);

/* {"connector": "RUNNING", "tasks": ["RUNNING", "FAILED"]}; new. */
json_t *rest_states(const json_t *status);

/* How many status records of the connector and its tasks were seen so far, by
 * part, and when, by both clocks: {"asked_wall_us": 1795204151740000,
 * "asked_monotonic_us": 71740000, "-1": 7, "0": 9}; new. The wall clock is held
 * against that of the workers: one machine's. */
json_t *rest_marks(const struct fault_call *c, const json_t *status);

/* Was it written since both clocks said so, by the wall clock of who wrote it
 * (whole ms)? That may have been set since. */
bool rest_written_since(int64_t asked_wall_us, int64_t asked_monotonic_us,
                        int64_t written_us);

/* Did part `task` (-1: the connector) write status records since `marks`, and
 * has it come to rest by the last of them? If not, err says so. */
bool rest_moved(const struct fault_call *c, const json_t *marks, int task,
                struct err *err);
/* The same of every part in `marks`. */
bool rest_all_moved(const struct fault_call *c, const json_t *marks,
                    struct err *err);

/* capture: {"target": RUNNING, PAUSED or STOPPED, "marks"} */
int rest_capture(const struct fault_call *c, json_t **ret, struct err *err);
/* The same of one that is to run (-EINVAL: it is not), or is not in `state`
 * yet (-EALREADY: it is): else nothing would happen, or be seen to. */
int rest_capture_running(const struct fault_call *c, json_t **ret,
                         struct err *err);
int rest_capture_unless(const struct fault_call *c, const char *state,
                        json_t **ret, struct err *err);
/* landed: connector and tasks are all in `state` */
int rest_in_state(const struct fault_call *c, const char *state, json_t *proof,
                  struct err *err);

/* revert: ask for the captured target state again. */
int rest_restore(const struct fault_call *c, struct err *err);
/* mended: it is in the captured target state. */
int rest_restored(const struct fault_call *c, struct err *err);

#endif
