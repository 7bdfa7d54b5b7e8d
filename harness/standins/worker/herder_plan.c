/* herder_plan.c - the records written by a herder: task configurations, and
 * tombstones for statuses without an owner. */
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/herder_own.h"
#include "standins/worker/slots.h"

/* ---- task configurations ---- */

/* Every task gets the whole connector configuration, as many times as
 * connector_check() says. */
static json_t *tasks_wanted(const json_t *config)
{
    struct err ignored = {0};
    json_t *tasks = json_array();
    int n = 0;

    if (connector_check(config, &n, &ignored) < 0)
        n = 0;
    for (int i = 0; i < n; i++)
        (void)json_array_append(tasks, (json_t *)config);
    return tasks;
}

/* Under the lock: a connector of the worker with other task configurations
 * than committed; NULL: none. *ret_tasks: the configurations to
 * commit. */
static char *unplanned(struct worker *w, json_t **ret_tasks)
{
    for (size_t i = 0; i < w->units_len; i++) {
        const struct unit *u = &w->units[i];
        const struct connector_state *c = state_find(w->state, u->connector);
        json_t *tasks;

        if (!c || u->task >= 0 || u->failed || u->made_at != c->config_at ||
            c->target == TARGET_PAUSED)
            continue;
        tasks = c->target == TARGET_STOPPED ? json_array()
                                            : tasks_wanted(c->config);
        if (!json_equal(tasks, c->tasks)) {
            *ret_tasks = json_deep_copy(tasks);
            json_decref(tasks);
            return must_strdup(c->name);
        }
        json_decref(tasks);
    }
    return NULL;
}

/* Task configurations first, then the commit: readers apply a set only with the
 * commit (worker_state.h). */
static int write_tasks(struct worker *w, const char *name, const json_t *tasks,
                       struct err *err)
{
    size_t n = json_array_size(tasks);
    AUTO_FREE char *key = path_of("commit-%s", name);
    AUTO_JSON json_t *count = json_pack("{s:I}", "tasks", (json_int_t)n);

    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *of_task = path_of("task-%s-%zu", name, i);
        AUTO_JSON json_t *value =
            json_pack("{s:O}", "properties", json_array_get(tasks, i));

        store_send(w->store, TOPIC_CONFIG, of_task, value);
    }
    return store_write(w->store, TOPIC_CONFIG, key, count, ASK_LIMIT_US, err);
}

/* Commit the task configurations of a single connector. 1: done, 0: nothing to
 * do, negative errno. */
int herder_plan_one(struct worker *w, struct err *err)
{
    AUTO_JSON json_t *tasks = NULL;
    AUTO_FREE char *name = NULL;

    pthread_mutex_lock(&w->lock);
    name = unplanned(w, &tasks);
    pthread_mutex_unlock(&w->lock);
    if (!name)
        return 0;
    log_info("herder", "connector %s has %zu tasks", name,
             json_array_size(tasks));
    return write_tasks(w, name, tasks, err) < 0 ? err->code : 1;
}

/* ---- statuses of deleted connectors and tasks ---- */

/* Under the lock: the key of a status record in the worker's slots without an
 * existing connector or task; NULL: none. The holder of the slot deletes the
 * record, once nothing of the name runs here. */
static char *left_over_of(struct worker *w, const char *name,
                          const json_t *statuses)
{
    const struct connector_state *c = state_find(w->state, name);
    const char *number;
    json_t *ignored;

    json_object_foreach ((json_t *)statuses, number, ignored) {
        int task = (int)strtol(number, NULL, 10);

        if (!slots_have(w->slots, name, task) || worker_unit(w, name, task) ||
            (c && (task < 0 || (size_t)task < json_array_size(c->tasks))))
            continue;
        if (task < 0)
            return path_of("status-connector-%s", name);
        return path_of("status-task-%s-%d", name, task);
    }
    return NULL;
}

/* Delete a record found by left_over_of(). Returns as herder_plan_one(). */
int herder_clear_one(struct worker *w, struct err *err)
{
    AUTO_FREE char *key = NULL;
    const char *name;
    json_t *statuses;

    pthread_mutex_lock(&w->lock);
    json_object_foreach ((json_t *)state_statuses(w->state), name, statuses) {
        if ((key = left_over_of(w, name, statuses)))
            break;
    }
    pthread_mutex_unlock(&w->lock);
    if (!key)
        return 0;
    return store_write(w->store, TOPIC_STATUS, key, NULL, ASK_LIMIT_US, err) < 0
               ? err->code
               : 1;
}
