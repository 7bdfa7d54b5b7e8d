/* herder.c - starts and stops connectors and tasks, so that exactly the
 * units in the worker's slots run here.
 *
 * Each pass compares the desired state with the running units, and does not
 * rely on having seen a change: a pass cut short is simply made again. The
 * steps of a pass are in herder_stop.c, here, and in herder_plan.c.
 */
#include <stdlib.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "standins/worker/herder_own.h"
#include "standins/worker/slots.h"
#include "standins/worker/worker_kafka.h"

enum { PAUSE_US = 200000 };

/* ---- starting ---- */

static const char *const words[] = {
    [TARGET_STARTED] = "RUNNING",
    [TARGET_PAUSED] = "PAUSED",
    [TARGET_STOPPED] = "STOPPED",
};

/* A copy of the values for starting a unit, for use without the lock. */
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

/* Under the lock: find the connector's first unit due here and not running, and
 * add the unit to the list. */
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

/* Write the status of a connector for its target state. With an invalid
 * configuration the status is FAILED. */
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

/* Under the lock: a unit with another target state than the unit was last
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

/* ---- the thread ---- */

/* A step of work. true: something was done, so look again. */
static bool pass(struct worker *w, struct err *err)
{
    int rc;

    if (herder_stop_units(w) || start_one(w) || tell_one(w))
        return true;
    rc = herder_plan_one(w, err);
    if (rc == 0)
        rc = herder_clear_one(w, err);
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

/* Create the worker's topics and start the readers. Runs in the herder, with
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
