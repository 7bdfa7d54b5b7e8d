/* task_own.h - what a task's thread and its sink or source half share. */
#ifndef STANDINS_WORKER_TASK_OWN_H
#define STANDINS_WORKER_TASK_OWN_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clk.h"
#include "standins/worker/connector.h"
#include "standins/worker/task.h"

/* Longest wait in one piece: how soon a task hears of a pause or its end. */
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
    atomic_int_fast64_t stop_by_us; /* clk_monotonic_us(), once stopping */
    enum task_state said;           /* the thread's own */
};

/* The two halves: run until told to stop (0) or failed (< 0). They close what
 * they opened. */
MUST_USE int sink_task_run(struct task *t, struct err *err);
MUST_USE int source_task_run(struct task *t, struct err *err);

/* Tell the worker what the task is now. Its own thread only. */
void task_say(struct task *t, enum task_state state, const char *trace);

bool task_stopping(const struct task *t);

/* Is it stopping, and its time has passed? */
bool task_given_up(const struct task *t);

/* The time until which something that now begins may last: `limit_us` from
 * now, or less when the task has to end. */
int64_t task_deadline_us(const struct task *t, int64_t limit_us);

/* Paused now? Says so when that has changed. */
bool task_paused(struct task *t);

/* Milliseconds from now to then for a call that waits, at most a slice. */
int task_slice_ms(int64_t until_us);

#endif
