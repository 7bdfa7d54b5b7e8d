/* task.h - a running task of a connector: a thread that moves records.
 *
 * The interface between the worker's core (REST, configuration, membership:
 * which tasks run here) and the connector kinds. Tasks know neither REST nor
 * other tasks.
 */
#ifndef STANDINS_WORKER_TASK_H
#define STANDINS_WORKER_TASK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

enum task_state {
    TASK_RUNNING,
    TASK_PAUSED,
    TASK_FAILED,
};

/* Shared by all tasks of a worker; borrowed for the life of every task. */
struct task_env {
    const char *bootstrap;  /* addresses of brokers, for bootstrap.servers */
    const char *hosts_path; /* a hosts file for lookups, or NULL */
    /* the worker's properties, strings; "consumer.x" and "producer.x" configure
     * the tasks' clients */
    const json_t *properties;

    /* Reports a task's state, from the thread of the task. trace: NULL unless
     * FAILED. */
    void (*said)(void *ctx, const char *connector, int task,
                 enum task_state state, const char *trace);

    /* Source offsets, stored like in Connect's offset topic. Thread-safe. get:
     * the offset of the partition (new), or NULL if none is stored. put:
     * durable on return. */
    json_t *(*offset_get)(void *ctx, const char *connector,
                          const json_t *partition);
    int (*offset_put)(void *ctx, const char *connector, const json_t *partition,
                      const json_t *offset, struct err *err);
    void *ctx;
};

struct task;

/* Whether a connector could be created with `config`. Pure. -EINVAL: the error
 * names the key, the value expected and the value found, like Connect's
 * validation. *ret_tasks: the number of tasks, at most tasks.max. */
MUST_USE int connector_check(const json_t *config, int *ret_tasks,
                             struct err *err);

/* "sink" or "source", as REST answers name the type; NULL: unknown class. */
const char *connector_type(const json_t *config);

/* Check the configuration and start the thread of task `number`. `config`: the
 * connector's properties, strings; copied. */
MUST_USE int task_start(const struct task_env *env, const char *connector,
                        int number, const json_t *config, bool paused,
                        struct task **ret, struct err *err);

/* Pause or resume; said() reports when the change has taken effect. Does
 * nothing to a failed task. */
void task_pause(struct task *t, bool paused);

/* Finish what is in flight (deliver or give up, within `limit_us`), commit,
 * leave the group, end the thread, and free. */
void task_stop(struct task *t, int64_t limit_us);

#endif
