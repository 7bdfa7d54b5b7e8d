/* connect_fault_own.h - common steps of faults on a connector, over Connect's
 * REST API.
 *
 * A proof is about the deed of the fault, never about the connector's health: a
 * restarted task may end up RUNNING or FAILED, and judging FAILED is not the
 * fault's task. An answer that REST cannot give now (during a rebalance, or as
 * a worker is gone) counts as "not yet". Inside fault/ only.
 */
#ifndef FAULT_CONNECT_FAULT_OWN_H
#define FAULT_CONNECT_FAULT_OWN_H

#include "fault/fault_kinds_own.h"

/* The client of the Connect cluster that runs the target. */
struct connect *fault_connect(const struct fault_call *c);

/* "connector <name>", for tasks as well */
void rest_holds(const struct target *t, char *out, size_t size);

/* The connector's status, config; new. NULL: cannot be told now, err says. */
json_t *rest_status(const struct fault_call *c, struct err *err);
json_t *rest_config(const struct fault_call *c, struct err *err);

/* Whether the connector and each of its tasks (at least one) are RUNNING or
 * FAILED. If not, err says the states. */
bool rest_settled(const json_t *status, struct err *err);

/* {"connector": "RUNNING", "tasks": ["RUNNING", "FAILED"]}; new. */
json_t *rest_states(const json_t *status);

/* How many status records of the connector and its tasks the observer has seen
 * so far, by part: {"-1": 7, "0": 9}; new. */
json_t *rest_marks(const struct fault_call *c, const json_t *status);

/* Whether a record with the writer's wall clock time written_us (in whole ms)
 * was written after both clocks showed the given times. The wall clock may have
 * been set since. */
bool rest_written_since(int64_t asked_wall_us, int64_t asked_monotonic_us,
                        int64_t written_us);

/* Whether part `task` (-1: the connector) has written status records since
 * `marks` and since apply() began, and the last of them shows RUNNING or
 * FAILED. If not, err says why. The time counts beside the numbers, since the
 * observer may read a record late that was written before, and `marks` are
 * taken ahead of apply(). The wall clock is compared with the workers' clock,
 * as all run on the same machine. */
bool rest_moved(const struct fault_call *c, const json_t *marks, int task,
                struct err *err);
/* The same of every part in `marks`. */
bool rest_all_moved(const struct fault_call *c, const json_t *marks,
                    struct err *err);

/* capture: {"target": RUNNING, PAUSED or STOPPED, "marks"} */
int rest_capture(const struct fault_call *c, json_t **ret, struct err *err);
/* The same, and refuse a connector that cannot show the fault: with -EINVAL if
 * the connector is not meant to run; with -EALREADY if the connector is in
 * `state` already. */
int rest_capture_running(const struct fault_call *c, json_t **ret,
                         struct err *err);
int rest_capture_unless(const struct fault_call *c, const char *state,
                        json_t **ret, struct err *err);
/* landed: connector and tasks are all in `state` */
int rest_in_state(const struct fault_call *c, const char *state, json_t *proof,
                  struct err *err);

/* revert: ask for the captured target state again. */
int rest_restore(const struct fault_call *c, struct err *err);
/* mended: connector and tasks are in the captured target state. */
int rest_restored(const struct fault_call *c, struct err *err);

#endif
