/* task.h - one running task of a connector: a thread that moves records.
 *
 * Between the worker's core (REST, config, membership: who runs what) and the
 * connector kinds. Tasks know nothing of REST or of other tasks.
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

/* What every task of a worker shares; borrowed for the tasks' lives. */
struct task_env {
    const char *bootstrap;    /* of the brokers */
    const char *hosts_path;   /* a hosts file to look names up in, or NULL */
    const json_t *properties; /* the worker's: strings; "consumer.x" and
                                 "producer.x" are meant for tasks' clients */

    /* A task's thread says what it has become; trace NULL but for FAILED. */
    void (*said)(void *ctx, const char *connector, int task,
                 enum task_state state, const char *trace);

    /* Source offsets, as Connect's offset topic holds them. Thread-safe.
     * get: of that partition (new), or NULL: none. put: durable when it
     * returns. */
    json_t *(*offset_get)(void *ctx, const char *connector,
                          const json_t *partition);
    int (*offset_put)(void *ctx, const char *connector, const json_t *partition,
                      const json_t *offset, struct err *err);
    void *ctx;
};

struct task;

/* Is that a configuration with which the connector could be created? Pure. The
 * error says key, what is wrong and what would be right, as Connect's
 * validation does. *ret_tasks: how many tasks it wants of tasks.max. */
MUST_USE int connector_check(const json_t *config, int *ret_tasks,
                             struct err *err);

/* "sink" or "source", for GET /connectors/{name}/status and /; NULL: unknown
 * class. */
const char *connector_type(const json_t *config);

/* Start its thread. `config`: the connector's, as it was given (strings). */
MUST_USE int task_start(const struct task_env *env, const char *connector,
                        int number, const json_t *config, bool paused,
                        struct task **ret, struct err *err);

/* Takes effect soon; said() tells when. No-op on a failed task. */
void task_pause(struct task *t, bool paused);

/* Finish what is in flight (deliver or give up, within limit_us), commit,
 * leave the group, end the thread, free. */
void task_stop(struct task *t, int64_t limit_us);

#endif
