/* task_own.h - the state of a task, shared by the task's thread and the sink or
 * source half. */
#ifndef STANDINS_WORKER_TASK_OWN_H
#define STANDINS_WORKER_TASK_OWN_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clk.h"
#include "standins/worker/connector.h"
#include "standins/worker/task.h"

/* The longest wait in one piece, and so the delay until a task notices a pause
 * or the request to end. */
enum { TASK_SLICE_MS = 50 };

struct task {
    const struct task_env *env;
    const struct connector_kind *kind;
    json_t *config;
    void *settings;
    char *actor; /* "<connector>-<n>" */
    char *connector;
    int number;
    struct connector_spec spec;
    int64_t flush_interval_us, flush_timeout_us;

    pthread_t thread;
    atomic_bool want_paused, stopping;
    /* by clk_monotonic_us(); valid once `stopping` is set */
    atomic_int_fast64_t stop_by_us;
    enum task_state said; /* last state reported; used by the thread only */
};

/* The two halves: run until told to stop (0) or until a failure (negative
 * errno), and close everything opened. */
MUST_USE int sink_task_run(struct task *t, struct err *err);
MUST_USE int source_task_run(struct task *t, struct err *err);

/* Report a state to the worker. Call from the task's thread only. */
void task_say(struct task *t, enum task_state state, const char *trace);

/* Whether the task was told to stop. */
bool task_stopping(const struct task *t);

/* Whether the task was told to stop, and the time for stopping is over. */
bool task_given_up(const struct task *t);

/* When a new activity has to be over: `limit_us` from now, or earlier if the
 * task has to end earlier. */
int64_t task_deadline_us(const struct task *t, int64_t limit_us);

/* Whether the task is paused now. Reports a change of state to the worker. */
bool task_paused(struct task *t);

/* Milliseconds from now to `until_us`, at most a slice, for calls that wait. */
int task_slice_ms(int64_t until_us);

#endif
