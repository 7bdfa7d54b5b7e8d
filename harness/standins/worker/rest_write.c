/* rest_write.c - handlers of requests that change connectors.
 *
 * Each change is a record in the config topic. A request is answered after this
 * worker has read the record back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "standins/worker/rest_own.h"

/* Write the record "<prefix><connector>" = value (borrowed; NULL deletes).
 * false: failed, and the request was answered with 500. */
static bool write_config(struct call *c, const char *prefix, const char *name,
                         const json_t *value)
{
    AUTO_FREE char *key = path_of("%s%s", prefix, name);
    struct err err = {0};

    if (store_write(c->w->store, TOPIC_CONFIG, key, value, WRITE_LIMIT_US,
                    &err) == 0)
        return true;
    call_refuse(c, 500, "Error writing connector configuration to Kafka: %s",
                err.text);
    return false;
}

static bool exists(struct call *c)
{
    bool yes;

    pthread_mutex_lock(&c->w->lock);
    yes = state_find(c->w->state, c->args[0]) != NULL;
    pthread_mutex_unlock(&c->w->lock);
    return yes;
}

/* false: the connector does not exist, and the request was answered with 404.
 */
static bool must_exist(struct call *c)
{
    if (exists(c))
        return true;
    call_refuse(c, 404, "Unknown connector %s", c->args[0]);
    return false;
}

/* ---- configurations ---- */

static json_t *as_text(const json_t *v)
{
    AUTO_FREE char *text = NULL;

    if (json_is_string(v))
        return json_deep_copy(v);
    text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
    return json_string(text ? text : "");
}

/* The configuration as Connect stores it: all values are strings, and the
 * connector's name is added. New; NULL: refused, and answered. */
static json_t *taken_config(struct call *c, const json_t *given)
{
    AUTO_JSON json_t *config = json_object();
    const char *named = json_string_value(json_object_get(given, "name"));
    const char *key;
    json_t *value;

    if (named && strcmp(named, c->args[0]) != 0) {
        call_refuse(c, 400,
                    "Connector name configuration (%s) doesn't match "
                    "connector name in the URL (%s)",
                    named, c->args[0]);
        return NULL;
    }
    json_object_foreach ((json_t *)given, key, value)
        if (!json_is_null(value))
            (void)json_object_set_new(config, key, as_text(value));
    (void)json_object_set_new(config, "name", json_string(c->args[0]));
    return TAKE(config);
}

/* The messages repeat Connect's own, because scripts around Connect match on
 * the words. */
static bool is_valid(struct call *c, const json_t *config)
{
    const json_t *class = json_object_get(config, "connector.class");
    struct err err = {0};
    int tasks;

    if (!class) {
        call_refuse(c, 400,
                    "Connector config contains no connector type: "
                    "connector.class must be given");
        return false;
    }
    if (!connector_type(config)) {
        call_refuse(c, 400,
                    "Failed to find any class that implements Connector and "
                    "which name matches %s",
                    json_string_value(class));
        return false;
    }
    if (connector_check(config, &tasks, &err) == 0)
        return true;
    call_refuse(c, 400,
                "Connector configuration is invalid and contains the "
                "following 1 error(s):\n%s\nYou can also find the above list "
                "of errors at the endpoint "
                "`/connector-plugins/{connectorType}/config/validate`",
                err.text);
    return false;
}

static void answer_connector(struct call *c, unsigned status)
{
    const struct connector_state *is;

    pthread_mutex_lock(&c->w->lock);
    is = call_connector(c);
    if (is)
        call_answer(c, status, connector_json(is));
    pthread_mutex_unlock(&c->w->lock);
}

/* Check and store a whole configuration, and answer with the connector. */
static void take_config(struct call *c, const json_t *given)
{
    AUTO_JSON json_t *config = taken_config(c, given);
    AUTO_JSON json_t *value = NULL;
    bool there = exists(c);

    if (!config || !is_valid(c, config))
        return;
    value = json_pack("{s:O}", "properties", config);
    if (write_config(c, "connector-", c->args[0], value))
        answer_connector(c, there ? 200 : 201);
}

void put_config(struct call *c)
{
    take_config(c, c->body);
}

/* A merge patch (RFC 7396) of one level: null removes a key. */
void patch_config(struct call *c)
{
    AUTO_JSON json_t *config = NULL;
    const struct connector_state *is;
    const char *key;
    json_t *value;

    pthread_mutex_lock(&c->w->lock);
    is = call_connector(c);
    if (is)
        config = json_deep_copy(is->config);
    pthread_mutex_unlock(&c->w->lock);
    if (!config)
        return;
    json_object_foreach (c->body, key, value) {
        if (json_is_null(value))
            (void)json_object_del(config, key);
        else
            (void)json_object_set(config, key, value);
    }
    take_config(c, config);
}

/* The value of a target-state record. Workers before KIP-875 read "state" only,
 * and know PAUSED but not STOPPED. */
static json_t *target_value(enum target_state t)
{
    static const char *const old[] = {"STARTED", "PAUSED", "PAUSED"};
    static const char *const new[] = {"STARTED", "PAUSED", "STOPPED"};

    return json_pack("{s:s, s:s}", "state", old[t], "state.v2", new[t]);
}

static bool write_target(struct call *c, enum target_state t)
{
    AUTO_JSON json_t *value = target_value(t);

    return write_config(c, "target-state-", c->args[0], value);
}

static int initial_state(const json_t *body, enum target_state *ret)
{
    static const char *const words[] = {"RUNNING", "PAUSED", "STOPPED"};
    const json_t *given = json_object_get(body, "initial_state");
    const char *word = json_string_value(given);

    *ret = TARGET_STARTED;
    if (!given || json_is_null(given))
        return 0;
    for (size_t i = 0; word && i < ARRAY_LEN(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            *ret = (enum target_state)i;
            return 0;
        }
    }
    return -EINVAL;
}

/* The initial state is written before the configuration, so that the connector
 * never starts in another state (KIP-980). */
void post_connector(struct call *c)
{
    const char *name = json_string_value(json_object_get(c->body, "name"));
    const json_t *given = json_object_get(c->body, "config");
    AUTO_JSON json_t *config = NULL;
    enum target_state target;

    if (!name || !*name || strlen(name) >= sizeof(c->args[0]) ||
        !json_is_object(given)) {
        call_refuse(c, 400, "expected \"name\" and \"config\"");
        return;
    }
    memcpy(c->args[0], name, strlen(name) + 1);
    if (exists(c)) {
        call_refuse(c, 409, "Connector %s already exists", name);
        return;
    }
    if (initial_state(c->body, &target) < 0) {
        call_refuse(c, 400,
                    "initial_state: expected RUNNING, PAUSED or "
                    "STOPPED");
        return;
    }
    config = taken_config(c, given);
    if (!config || !is_valid(c, config))
        return;
    if (target != TARGET_STARTED && !write_target(c, target))
        return;
    take_config(c, config);
}

void delete_connector(struct call *c)
{
    if (must_exist(c) && write_config(c, "connector-", c->args[0], NULL) &&
        write_config(c, "target-state-", c->args[0], NULL))
        call_answer(c, 204, NULL);
}

/* ---- target states ---- */

void put_pause(struct call *c)
{
    if (must_exist(c) && write_target(c, TARGET_PAUSED))
        call_answer(c, 202, NULL);
}

void put_resume(struct call *c)
{
    if (must_exist(c) && write_target(c, TARGET_STARTED))
        call_answer(c, 202, NULL);
}

/* The target state is written first: a STARTED connector without committed
 * tasks would get new tasks from the herder. */
void put_stop(struct call *c)
{
    AUTO_JSON json_t *none = json_pack("{s:i}", "tasks", 0);

    if (must_exist(c) && write_target(c, TARGET_STOPPED) &&
        write_config(c, "commit-", c->args[0], none))
        call_answer(c, 204, NULL);
}

/* ---- restarts ---- */

/* Under the lock: the connector's status with RESTARTING for each part that
 * will restart (new). NULL: the connector has no status. */
static json_t *restarting(struct call *c, const struct connector_state *is,
                          bool tasks, bool only_failed)
{
    json_t *status = status_json(c->w, is);
    json_t *parts = json_array();

    (void)json_array_append(parts, json_object_get(status, "connector"));
    if (tasks)
        (void)json_array_extend(parts, json_object_get(status, "tasks"));
    for (size_t i = 0; i < json_array_size(parts); i++) {
        json_t *part = json_array_get(parts, i);
        const char *state = json_string_value(json_object_get(part, "state"));

        if (only_failed && (!state || strcmp(state, "FAILED") != 0))
            continue;
        (void)json_object_set_new(part, "state", json_string("RESTARTING"));
        (void)json_object_del(part, "trace");
    }
    json_decref(parts);
    return status;
}

void post_restart(struct call *c)
{
    bool tasks = call_flag(c, "includeTasks");
    bool only_failed = call_flag(c, "onlyFailed");
    AUTO_JSON json_t *value = json_pack("{s:b, s:b}", "include-tasks", tasks,
                                        "only-failed", only_failed);
    AUTO_JSON json_t *status = NULL;
    const struct connector_state *is;

    pthread_mutex_lock(&c->w->lock);
    is = state_find(c->w->state, c->args[0]);
    if (!is)
        call_refuse(c, 404, "Unknown connector: %s", c->args[0]);
    else if (!(status = restarting(c, is, tasks, only_failed)))
        call_refuse(c, 404, "Status for connector %s cannot be found",
                    c->args[0]);
    pthread_mutex_unlock(&c->w->lock);
    if (!status || !write_config(c, "restart-connector-", c->args[0], value))
        return;
    if (tasks || only_failed)
        call_answer(c, 202, TAKE(status));
    else
        call_answer(c, 204, NULL);
}

/* Connect forwards the request to the worker of the task. Here the request is a
 * record in the config topic, read by all workers. */
void post_task_restart(struct call *c)
{
    AUTO_JSON json_t *value = NULL;
    const struct connector_state *is;
    char *end;
    long task = strtol(c->args[1], &end, 10);
    bool there;

    if (*end || task < 0)
        task = INT32_MAX;
    pthread_mutex_lock(&c->w->lock);
    is = state_find(c->w->state, c->args[0]);
    there = is && (size_t)task < json_array_size(is->tasks);
    if (!is)
        call_refuse(c, 404, "Unknown connector: %s", c->args[0]);
    else if (!there)
        call_refuse(c, 404, "Unknown task: %s-%s", c->args[0], c->args[1]);
    pthread_mutex_unlock(&c->w->lock);
    value = json_pack("{s:b, s:b, s:I}", "include-tasks", 0, "only-failed", 0,
                      "task", (json_int_t)task);
    if (there && write_config(c, "restart-connector-", c->args[0], value))
        call_answer(c, 204, NULL);
}
