/* fake_task.c - fake tasks that move no records, but keep the promises of
 * task.h.
 *
 * Properties: connector.class FakeSink or FakeSource; tasks.max; fake.fail, the
 * number of a task to fail at the start; fake.stop.ms, how long a task takes to
 * stop. A FakeSource counts starts in the source offset {"n"} of the partition
 * {"task"}.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/own.h"
#include "standins/worker/task.h"

struct task {
    const struct task_env *env;
    char *connector;
    int number;
    bool source, fails;
    int64_t stop_us;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool paused, stopping;
};

static const char *text_of(const json_t *config, const char *key)
{
    const char *v = json_string_value(json_object_get(config, key));

    return v ? v : "";
}

const char *connector_type(const json_t *config)
{
    const char *class = text_of(config, "connector.class");

    if (strcmp(class, "FakeSink") == 0)
        return "sink";
    return strcmp(class, "FakeSource") == 0 ? "source" : NULL;
}

int connector_check(const json_t *config, int *ret_tasks, struct err *err)
{
    const char *text = text_of(config, "tasks.max");
    char *end;
    long n = strtol(*text ? text : "1", &end, 10);

    if (!connector_type(config))
        return err_set(err, -EINVAL, "connector.class: no such class");
    if (*end || n < 1 || n > 1000)
        return err_set(err, -EINVAL,
                       "tasks.max: %s is not a number, expected 1 to 1000",
                       text);
    *ret_tasks = (int)n;
    return 0;
}

static void say(struct task *t, enum task_state state, const char *trace)
{
    t->env->said(t->env->ctx, t->connector, t->number, state, trace);
}

static void count_start(struct task *t)
{
    AUTO_JSON json_t *partition = json_pack("{s:i}", "task", t->number);
    AUTO_JSON json_t *before =
        t->env->offset_get(t->env->ctx, t->connector, partition);
    json_int_t n = json_integer_value(json_object_get(before, "n"));
    AUTO_JSON json_t *after = json_pack("{s:I}", "n", n + 1);
    struct err err = {0};

    if (t->env->offset_put(t->env->ctx, t->connector, partition, after, &err) <
        0)
        say(t, TASK_FAILED, err.text);
}

static void *run(void *arg)
{
    struct task *t = arg;
    bool paused;

    if (t->fails) {
        say(t, TASK_FAILED, "it was to fail\n\tat fake_task.c");
        return NULL;
    }
    if (t->source)
        count_start(t);
    pthread_mutex_lock(&t->lock);
    paused = !t->paused;
    while (!t->stopping) {
        if (paused == t->paused) {
            pthread_cond_wait(&t->changed, &t->lock);
            continue;
        }
        paused = t->paused;
        pthread_mutex_unlock(&t->lock);
        say(t, paused ? TASK_PAUSED : TASK_RUNNING, NULL);
        pthread_mutex_lock(&t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

int task_start(const struct task_env *env, const char *connector, int number,
               const json_t *config, bool paused, struct task **ret,
               struct err *err)
{
    const char *fail = text_of(config, "fake.fail");
    struct task *t = calloc(1, sizeof(*t));

    if (!t || !(t->connector = strdup(connector)))
        abort();
    t->env = env;
    t->number = number;
    t->source = strcmp(connector_type(config), "source") == 0;
    t->fails = *fail && strtol(fail, NULL, 10) == number;
    t->stop_us = strtol(text_of(config, "fake.stop.ms"), NULL, 10) * US_PER_MS;
    t->paused = paused;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
    if (pthread_create(&t->thread, NULL, run, t) != 0)
        return err_set(err, -EAGAIN, "no thread");
    *ret = t;
    return 0;
}

void task_pause(struct task *t, bool paused)
{
    pthread_mutex_lock(&t->lock);
    t->paused = paused;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

void task_stop(struct task *t, int64_t limit_us)
{
    struct clk clk = clk_real();

    clk_sleep(&clk, t->stop_us < limit_us ? t->stop_us : limit_us);
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    free(t->connector);
    free(t);
}
