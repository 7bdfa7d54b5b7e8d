/* worker.c - state, statuses and source offsets of a worker. */
#include "standins/worker/worker.h"

#include <errno.h>
#include <string.h>

#include "base/clk.h"
#include "base/cond.h"
#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "standins/worker/bootstrap.h"

bool worker_wait(struct worker *w, int64_t deadline_us)
{
    return cond_wait_until(&w->changed, &w->lock, deadline_us);
}

void worker_stir(struct worker *w)
{
    w->dirty = true;
    pthread_cond_broadcast(&w->changed);
}

struct unit *worker_unit(struct worker *w, const char *connector, int task)
{
    for (size_t i = 0; i < w->units_len; i++)
        if (w->units[i].task == task &&
            strcmp(w->units[i].connector, connector) == 0)
            return &w->units[i];
    return NULL;
}

/* ---- callbacks of the store ---- */

static void take_record(void *ctx, enum state_topic topic, int64_t offset,
                        const rd_kafka_message_t *m)
{
    struct worker *w = ctx;

    pthread_mutex_lock(&w->lock);
    state_record(w->state, topic, offset, m->key, m->key_len, m->payload,
                 m->len);
    if (topic != TOPIC_OFFSETS)
        worker_stir(w);
    pthread_mutex_unlock(&w->lock);
}

static void config_was_read(void *ctx)
{
    struct worker *w = ctx;

    pthread_mutex_lock(&w->lock);
    w->config_read = true;
    worker_stir(w);
    pthread_mutex_unlock(&w->lock);
    log_info("worker", "the config topic was read");
}

/* ---- callbacks of the member ---- */

void worker_assigned(void *ctx, uint32_t slots, int64_t generation)
{
    struct worker *w = ctx;

    log_info("worker", "generation %lld: slots %08x", (long long)generation,
             (unsigned)slots);
    pthread_mutex_lock(&w->lock);
    w->slots = slots;
    w->generation = generation;
    w->joined = true;
    w->lost = false;
    worker_stir(w);
    pthread_mutex_unlock(&w->lock);
}

/* Blocks until the herder has stopped every unit, because the group gives the
 * slots to other workers as soon as this callback returns. A task that hangs is
 * left behind after its time to stop, plus five seconds. */
void worker_revoked(void *ctx, bool lost)
{
    struct worker *w = ctx;
    struct err err = {0};
    int64_t deadline_us =
        clk_monotonic_us() + w->settings.stop_us + 5 * US_PER_S;

    log_info("worker", "slots %s", lost ? "lost" : "revoked");
    pthread_mutex_lock(&w->lock);
    w->slots = 0;
    w->joined = false;
    w->lost = lost;
    worker_stir(w);
    while (w->units_len > 0)
        if (!worker_wait(w, deadline_us))
            break;
    if (w->units_len > 0)
        log_error("worker",
                  "%zu connectors and tasks still run as the slots are "
                  "given up",
                  w->units_len);
    pthread_mutex_unlock(&w->lock);
    /* statuses written while stopping must not follow the next owner's RUNNING
     */
    if (store_flush(w->store, 2 * US_PER_S, &err) < 0)
        log_warn("worker", "%s", err.text);
}

/* ---- statuses ---- */

static char *status_key(const char *connector, int task)
{
    return task < 0 ? path_of("status-connector-%s", connector)
                    : path_of("status-task-%s-%d", connector, task);
}

/* Under the lock: whether the present status is missing, by this worker, or of
 * a generation no later than this worker's. */
static bool may_write(const struct worker *w, const char *connector, int task)
{
    const json_t *now = state_status(w->state, connector, task);
    const char *by = json_string_value(json_object_get(now, "worker_id"));

    return !now || (by && strcmp(by, w->id) == 0) ||
           json_integer_value(json_object_get(now, "generation")) <=
               w->generation;
}

void status_write(struct worker *w, const char *connector, int task,
                  const char *state, const char *trace, bool safely)
{
    AUTO_FREE char *key = status_key(connector, task);
    AUTO_JSON json_t *value = NULL;
    int64_t generation;
    bool may;

    pthread_mutex_lock(&w->lock);
    generation = w->generation;
    may = !safely || may_write(w, connector, task);
    pthread_mutex_unlock(&w->lock);
    log_info("worker", "%s %s%s%s", key, state, trace ? ": " : "",
             trace ? trace : "");
    if (!may)
        return;
    value = json_pack("{s:s, s:s?, s:s, s:I, s:s}", "state", state, "trace",
                      trace, "worker_id", w->id, "generation",
                      (json_int_t)generation, "version", ORDEAL_VERSION);
    if (value)
        store_send(w->store, TOPIC_STATUS, key, value);
    else
        log_error("worker", "%s: the trace is not UTF-8", key);
}

void status_delete(struct worker *w, const char *connector, int task)
{
    AUTO_FREE char *key = status_key(connector, task);

    store_send(w->store, TOPIC_STATUS, key, NULL);
}

/* ---- callbacks of tasks ---- */

static void task_said(void *ctx, const char *connector, int task,
                      enum task_state state, const char *trace)
{
    static const char *const words[] = {
        [TASK_RUNNING] = "RUNNING",
        [TASK_PAUSED] = "PAUSED",
        [TASK_FAILED] = "FAILED",
    };
    struct worker *w = ctx;
    struct unit *u;

    pthread_mutex_lock(&w->lock);
    u = worker_unit(w, connector, task);
    if (u && state == TASK_FAILED)
        u->failed = true;
    pthread_mutex_unlock(&w->lock);
    status_write(w, connector, task, words[state], trace, state == TASK_FAILED);
}

static bool is_stopping(struct worker *w)
{
    bool yes;

    pthread_mutex_lock(&w->lock);
    yes = w->stopping;
    pthread_mutex_unlock(&w->lock);
    return yes;
}

/* A source task that starts without the stored offset would produce everything
 * again. So the offset topic is read to the end first, with retries for a
 * minute. If all fail, an error is logged and the offset known so far is used.
 */
static json_t *offset_get(void *ctx, const char *connector,
                          const json_t *partition)
{
    struct worker *w = ctx;
    int64_t deadline_us = clk_monotonic_us() + 60 * US_PER_S;
    struct err err = {.code = -EAGAIN};
    json_t *offset;

    while (err.code && !is_stopping(w) && clk_monotonic_us() < deadline_us) {
        err = (struct err){0};
        told_elsewhere(
            store_read_to_end(w->store, TOPIC_OFFSETS, 5 * US_PER_S, &err));
    }
    if (err.code)
        log_error("worker", "%s: offsets: %s", connector, err.text);
    pthread_mutex_lock(&w->lock);
    offset = json_deep_copy(state_offset(w->state, connector, partition));
    pthread_mutex_unlock(&w->lock);
    return offset;
}

static int offset_put(void *ctx, const char *connector, const json_t *partition,
                      const json_t *offset, struct err *err)
{
    struct worker *w = ctx;
    AUTO_JSON json_t *pair =
        json_pack("[s, O]", connector, (json_t *)partition);
    AUTO_FREE char *key = json_dumps(pair, JSON_COMPACT | JSON_SORT_KEYS);

    if (!key)
        return err_set(err, -EINVAL, "connector %s: an offset is not JSON",
                       connector);
    return store_write(w->store, TOPIC_OFFSETS, key, offset,
                       w->settings.flush_timeout_us, err);
}

/* ---- life ---- */

/* Opens the store last: its threads use the state, the lock and the settings at
 * once. */
int worker_init(struct worker *w, struct settings *settings,
                const char *hosts_path, struct err *err)
{
    struct store_spec spec = {
        .record = take_record,
        .read_once = config_was_read,
        .ctx = w,
    };

    w->settings = *settings;
    *settings = (struct settings){0};
    w->hosts_path = hosts_path;
    if (hosts_path && bootstrap_read(w->settings.bootstrap, hosts_path,
                                     &w->bootstrap, err) < 0)
        return err->code;
    if (!w->bootstrap)
        w->bootstrap = path_of("%s", w->settings.bootstrap);
    spec.bootstrap = w->bootstrap;
    memcpy(spec.topics, w->settings.topics, sizeof(spec.topics));
    w->state = state_new();
    w->env = (struct task_env){
        .bootstrap = w->bootstrap,
        .hosts_path = hosts_path,
        .properties = w->settings.properties,
        .said = task_said,
        .offset_get = offset_get,
        .offset_put = offset_put,
        .ctx = w,
    };
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->changed);
    return store_open(&spec, &w->store, err);
}

void worker_done(struct worker *w)
{
    store_close(w->store);
    state_free(w->state);
    free(w->units);
    free(w->bootstrap);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    settings_done(&w->settings);
}
