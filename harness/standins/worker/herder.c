/* herder.c - starts and stops connectors and tasks, so that exactly what
 * belongs to this worker's slots runs here.
 *
 * Each pass compares the desired state with the running units, and does not
 * rely on having seen a change: a pass cut short is simply made again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/slots.h"
#include "standins/worker/worker.h"
#include "standins/worker/worker_kafka.h"

enum {
    ASK_LIMIT_US = 5000000,
    PAUSE_US = 200000,
    READ_LIMIT_US = 2000000,
};

/* ---- stopping ---- */

enum why { KEEP, GIVEN_UP, GONE, CHANGED, RESTART };

struct stop {
    struct worker *w;
    char *connector; /* owned */
    int task;
    struct task *run;
    enum why why;
    bool lost; /* another worker may run the unit already */
    pthread_t thread;
    bool threaded;
};

/* Whether the restart request, unseen so far by the unit, covers the unit. A
 * request for a single task never covers the connector. */
static bool is_asked_for(const struct restart_request *r, const struct unit *u)
{
    if (r->at <= u->restart_at)
        return false;
    if (r->task >= 0)
        return u->task == r->task;
    return (u->task < 0 || r->include_tasks) && (!r->only_failed || u->failed);
}

/* Under the lock: whether unit `u` has to stop, and why. */
static enum why judge(const struct worker *w, struct unit *u)
{
    const struct connector_state *c = state_find(w->state, u->connector);

    if (!slots_have(w->slots, u->connector, u->task))
        return c ? GIVEN_UP : GONE;
    if (!c || (u->task >= 0 && (c->target == TARGET_STOPPED ||
                                (size_t)u->task >= json_array_size(c->tasks))))
        return GONE;
    if (u->made_at != (u->task < 0 ? c->config_at : c->tasks_at))
        return CHANGED;
    if (is_asked_for(&c->restart, u))
        return RESTART;
    u->restart_at = c->restart.at;
    return KEEP;
}

/* A worker back from a standstill may not have read the next owner's RUNNING
 * yet; so read the status topic to the end before writing UNASSIGNED. */
static bool may_say_unassigned(const struct stop *s)
{
    struct err err = {0};

    if (!s->lost ||
        store_read_to_end(s->w->store, TOPIC_STATUS, READ_LIMIT_US, &err) == 0)
        return true;
    log_warn("herder", "status UNASSIGNED of %s not written: %s", s->connector,
             err.text);
    return false;
}

static void *stop_one(void *arg)
{
    struct stop *s = arg;

    if (s->threaded)
        (void)pthread_setname_np(pthread_self(), "stop");
    if (s->run)
        task_stop(s->run, s->w->settings.stop_us);
    switch (s->why) {
    case GONE:
        status_delete(s->w, s->connector, s->task);
        break;
    case RESTART:
        status_write(s->w, s->connector, s->task, "RESTARTING", NULL, true);
        break;
    case KEEP:
    case GIVEN_UP:
    case CHANGED:
        if (may_say_unassigned(s))
            status_write(s->w, s->connector, s->task, "UNASSIGNED", NULL, true);
        break;
    }
    return NULL;
}

/* Under the lock: all units to stop (malloc'd). The units stay in the list
 * until stopped. */
static struct stop *to_stop(struct worker *w, size_t *ret_len)
{
    struct stop *all = must_calloc(w->units_len + 1, sizeof(*all));
    size_t n = 0;

    for (size_t i = 0; i < w->units_len; i++) {
        struct unit *u = &w->units[i];
        enum why why = judge(w, u);

        if (why != KEEP)
            all[n++] = (struct stop){.w = w,
                                     .connector = must_strdup(u->connector),
                                     .task = u->task,
                                     .run = u->run,
                                     .why = why,
                                     .lost = w->lost};
    }
    *ret_len = n;
    return all;
}

static void drop_unit(struct worker *w, const char *connector, int task)
{
    struct unit *u = worker_unit(w, connector, task);

    free(u->connector);
    *u = w->units[--w->units_len];
}

/* Every unit is stopped in a separate thread, so that a slow unit delays no
 * other. Units leave the list only after all have stopped: worker_revoked()
 * waits for the list to become empty. */
static bool stop_what_is_to_stop(struct worker *w)
{
    AUTO_FREE struct stop *all = NULL;
    size_t n;

    pthread_mutex_lock(&w->lock);
    all = to_stop(w, &n);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < n; i++) {
        all[i].threaded = true;
        if (pthread_create(&all[i].thread, NULL, stop_one, &all[i]) == 0)
            continue;
        all[i].threaded = false;
        (void)stop_one(&all[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (all[i].threaded)
            (void)pthread_join(all[i].thread, NULL);
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < n; i++) {
        drop_unit(w, all[i].connector, all[i].task);
        free(all[i].connector);
    }
    if (n > 0)
        pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    return n > 0;
}

/* ---- starting ---- */

static const char *const words[] = {
    [TARGET_STARTED] = "RUNNING",
    [TARGET_PAUSED] = "PAUSED",
    [TARGET_STOPPED] = "STOPPED",
};

/* A copy of what starting a unit needs, for use without the lock. */
struct start {
    char *connector;
    int task;
    enum target_state target;
    json_t *config;
};

static void start_done(struct start *s)
{
    free(s->connector);
    json_decref(s->config);
}

/* Under the lock. */
static void add_unit(struct worker *w, const struct connector_state *c,
                     int task)
{
    w->units = must_realloc(w->units, w->units_len + 1, sizeof(*w->units));
    w->units[w->units_len++] = (struct unit){
        .connector = must_strdup(c->name),
        .task = task,
        .made_at = task < 0 ? c->config_at : c->tasks_at,
        .restart_at = c->restart.at,
        .target = c->target,
    };
}

/* Under the lock: find the first unit of the connector that should run here and
 * does not, and add the unit to the list. */
static bool missing(struct worker *w, const struct connector_state *c,
                    struct start *ret)
{
    int n = c->target == TARGET_STOPPED ? 0 : (int)json_array_size(c->tasks);

    for (int task = -1; task < n; task++) {
        const json_t *config =
            task < 0 ? c->config : json_array_get(c->tasks, (size_t)task);

        if (!slots_have(w->slots, c->name, task) ||
            worker_unit(w, c->name, task))
            continue;
        *ret = (struct start){must_strdup(c->name), task, c->target,
                              json_deep_copy(config)};
        add_unit(w, c, task);
        return true;
    }
    return false;
}

/* Write the status of a connector for its target state. A connector whose
 * configuration is invalid is FAILED. */
static void connector_begins(struct worker *w, const struct start *s)
{
    struct err err = {0};
    bool failed;
    int tasks;

    failed = s->target != TARGET_STOPPED &&
             connector_check(s->config, &tasks, &err) < 0;
    pthread_mutex_lock(&w->lock);
    worker_unit(w, s->connector, -1)->failed = failed;
    pthread_mutex_unlock(&w->lock);
    status_write(w, s->connector, -1, failed ? "FAILED" : words[s->target],
                 failed ? err.text : NULL, false);
}

static void task_begins(struct worker *w, const struct start *s)
{
    struct task *run = NULL;
    struct err err = {0};
    int rc = task_start(&w->env, s->connector, s->task, s->config,
                        s->target == TARGET_PAUSED, &run, &err);
    struct unit *u;

    pthread_mutex_lock(&w->lock);
    u = worker_unit(w, s->connector, s->task);
    u->run = run;
    if (rc < 0)
        u->failed = true;
    pthread_mutex_unlock(&w->lock);
    if (rc < 0)
        status_write(w, s->connector, s->task, "FAILED", err.text, false);
}

static bool start_one(struct worker *w)
{
    struct start s;
    bool found = false;

    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; !found && i < state_len(w->state); i++)
        found = missing(w, state_at(w->state, i), &s);
    pthread_mutex_unlock(&w->lock);
    if (!found)
        return false;
    if (s.task < 0)
        connector_begins(w, &s);
    else
        task_begins(w, &s);
    start_done(&s);
    return true;
}

/* ---- pausing and resuming ---- */

/* Under the lock: a unit whose target state has changed since the unit was
 * told. */
static bool untold(struct worker *w, struct start *ret, struct task **ret_run)
{
    for (size_t i = 0; i < w->units_len; i++) {
        struct unit *u = &w->units[i];
        const struct connector_state *c = state_find(w->state, u->connector);

        if (!c || c->target == u->target)
            continue;
        u->target = c->target;
        *ret = (struct start){must_strdup(c->name), u->task, c->target,
                              json_deep_copy(c->config)};
        *ret_run = u->run;
        return true;
    }
    return false;
}

static bool tell_one(struct worker *w)
{
    struct task *run = NULL;
    struct start s;
    bool found;

    pthread_mutex_lock(&w->lock);
    found = untold(w, &s, &run);
    pthread_mutex_unlock(&w->lock);
    if (!found)
        return false;
    if (s.task < 0)
        connector_begins(w, &s);
    else if (run)
        task_pause(run, s.target == TARGET_PAUSED);
    start_done(&s);
    return true;
}

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

/* Under the lock: a connector of this worker whose task configurations differ
 * from the committed ones; NULL: none. *ret_tasks: the configurations to
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

/* Commit the task configurations of one connector. 1: done, 0: nothing to do,
 * negative errno. */
static int plan_one(struct worker *w, struct err *err)
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

/* Under the lock: the key of a status record in this worker's slots without an
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

/* Delete a record found by left_over_of(). Returns as plan_one(). */
static int clear_one(struct worker *w, struct err *err)
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

/* ---- the thread ---- */

/* One step of work. true: something was done, so look again. */
static bool pass(struct worker *w, struct err *err)
{
    int rc;

    if (stop_what_is_to_stop(w) || start_one(w) || tell_one(w))
        return true;
    rc = plan_one(w, err);
    if (rc == 0)
        rc = clear_one(w, err);
    return rc == 1;
}

/* Wait until work may be waiting, or for a short while after a failure. false:
 * the worker is stopping. */
static bool await_work(struct worker *w, bool after_failure)
{
    int64_t until_us = clk_monotonic_us() + PAUSE_US;
    bool on;

    pthread_mutex_lock(&w->lock);
    while (!w->stopping && !w->dirty) {
        if (!worker_wait(w, until_us) && after_failure)
            break;
        until_us = clk_monotonic_us() + PAUSE_US;
    }
    w->dirty = false;
    on = !w->stopping;
    pthread_mutex_unlock(&w->lock);
    return on;
}

/* Create the worker's topics and start to read them. Runs in the herder, with
 * retries, so that a worker can start while no broker is alive. */
static int prepare(struct worker *w, struct err *err)
{
    struct kafka_topic topics[TOPICS + 1];

    for (int i = 0; i < TOPICS; i++)
        topics[i] = (struct kafka_topic){w->settings.topics[i],
                                         (int)w->settings.partitions[i],
                                         (int)w->settings.replicas[i]};
    topics[TOPICS] =
        (struct kafka_topic){w->settings.slots_topic, SLOTS,
                             (int)w->settings.replicas[TOPIC_CONFIG]};
    if (kafka_make_topics(store_handle(w->store), topics, ARRAY_LEN(topics),
                          ASK_LIMIT_US, err) < 0)
        return err->code;
    log_info("herder", "the worker's topics exist");
    return store_tail(w->store, err);
}

static bool prepare_at_last(struct worker *w)
{
    bool on = true;

    for (;;) {
        struct err err = {0};
        int64_t until_us;

        if (prepare(w, &err) == 0)
            return true;
        log_warn("herder", "%s", err.text);
        until_us = clk_monotonic_us() + PAUSE_US;
        pthread_mutex_lock(&w->lock);
        while (!w->stopping && worker_wait(w, until_us))
            ;
        on = !w->stopping;
        pthread_mutex_unlock(&w->lock);
        if (!on)
            return false;
    }
}

void *herd(void *arg)
{
    struct worker *w = arg;
    bool failed = false;

    (void)pthread_setname_np(pthread_self(), "herder");
    if (!prepare_at_last(w))
        return NULL;
    while (await_work(w, failed)) {
        struct err err = {0};

        while (pass(w, &err))
            ;
        failed = err.code != 0;
        if (failed)
            log_warn("herder", "%s", err.text);
    }
    return NULL;
}
