/* task.c - starts and stops tasks. */
#include "standins/worker/task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/task_own.h"

static const char exception[] = "org.apache.kafka.connect.errors."
                                "ConnectException";

static void fail(struct task *t, const struct err *err)
{
    AUTO_FREE char *trace = path_of("%s: %s", exception, err->text);

    log_error(t->actor, "failed: %s", err->text);
    task_say(t, TASK_FAILED, trace);
}

/* The thread is named task-<connector>-<number>. Linux keeps 15 characters, so
 * the connector's name is cut: the number tells tasks apart. */
static void name_thread(const struct task *t)
{
    char number[16], name[16];
    int len = snprintf(number, sizeof(number), "-%d", t->number);

    (void)snprintf(name, sizeof(name), "task-%.*s%s", 10 - len, t->connector,
                   number);
    (void)pthread_setname_np(pthread_self(), name);
}

static void *run(void *arg)
{
    struct task *t = arg;
    struct err err = {0};
    int rc;

    name_thread(t);
    rc = t->kind->sink ? sink_task_run(t, &err) : source_task_run(t, &err);
    if (rc < 0 && !task_stopping(t))
        fail(t, &err);
    else if (rc < 0)
        log_warn(t->actor, "while stopping: %s", err.text);
    return NULL;
}

static void task_free(struct task *t)
{
    json_decref(t->config);
    free(t->settings);
    free(t->actor);
    free(t->connector);
    free(t);
}

static struct task *task_new(const struct task_env *env, const char *connector,
                             int number, const json_t *config, bool paused)
{
    struct task *t = must_calloc(1, sizeof(*t));

    t->env = env;
    t->number = number;
    t->connector = path_of("%s", connector);
    t->actor = path_of("%s-%d", connector, number);
    t->config = json_deep_copy(config);
    t->kind = connector_kind_of(t->config);
    t->said = TASK_FAILED; /* differs from any state to begin with, so the first
                              state is reported */
    atomic_init(&t->want_paused, paused);
    t->flush_interval_us =
        US_PER_MS *
        property_number(env->properties, "offset.flush.interval.ms", 60000, 1);
    t->flush_timeout_us =
        US_PER_MS *
        property_number(env->properties, "offset.flush.timeout.ms", 5000, 1);
    return t;
}

/* The configuration is checked again although REST has checked it: a record in
 * the config topic may come from elsewhere. */
int task_start(const struct task_env *env, const char *connector, int number,
               const json_t *config, bool paused, struct task **ret,
               struct err *err)
{
    int tasks, rc = connector_check(config, &tasks, err);
    struct task *t;

    if (rc < 0)
        return rc;
    t = task_new(env, connector, number, config, paused);
    rc = connector_settings(t->kind, t->config, &t->settings, err);
    t->spec = (struct connector_spec){
        .connector = t->connector,
        .task = number,
        .actor = t->actor,
        .settings = t->settings,
        .hosts_path = env->hosts_path,
    };
    if (rc == 0)
        rc = -pthread_create(&t->thread, NULL, run, t);
    if (rc < 0) {
        task_free(t);
        return err_set(err, rc, "%s-%d: the thread did not start: %s",
                       connector, number, strerror(-rc));
    }
    *ret = t;
    return 0;
}

void task_pause(struct task *t, bool paused)
{
    atomic_store(&t->want_paused, paused);
}

void task_stop(struct task *t, int64_t limit_us)
{
    atomic_store(&t->stop_by_us, clk_monotonic_us() + limit_us);
    atomic_store(&t->stopping, true);
    (void)pthread_join(t->thread, NULL);
    task_free(t);
}
