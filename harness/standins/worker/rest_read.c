/* rest_read.c - handlers of GET requests, answered from the state of the three
 * topics. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/rest_own.h"

/* the imitated version of Connect */
static const char version[] = "4.0.0";

void get_root(struct call *c)
{
    /* does not wait for a broker: null until a broker was reached */
    char *id = rd_kafka_clusterid(store_handle(c->w->store), 0);

    call_answer(c, 200,
                json_pack("{s:s, s:s, s:s?}", "version", version, "commit",
                          "unknown", "kafka_cluster_id", id));
    if (id)
        rd_kafka_mem_free(store_handle(c->w->store), id);
}

/* ---- connectors ---- */

static json_t *task_ids(const struct connector_state *c)
{
    json_t *list = json_array();

    for (size_t i = 0; i < json_array_size(c->tasks); i++)
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:I}", "connector",
                                              c->name, "task", (json_int_t)i));
    return list;
}

static const char *type_of(const struct connector_state *c)
{
    const char *type = connector_type(c->config);

    return type ? type : "unknown";
}

json_t *connector_json(const struct connector_state *c)
{
    return json_pack("{s:s, s:o, s:o, s:s}", "name", c->name, "config",
                     json_deep_copy(c->config), "tasks", task_ids(c), "type",
                     type_of(c));
}

/* {"state","worker_id","version"[,"trace"]}; Connect has "version" since 4.1
 * (KIP-891). */
static json_t *part_json(const json_t *status)
{
    json_t *part = json_object();
    json_t *trace = json_object_get(status, "trace");

    (void)json_object_set_new(part, "state",
                              json_deep_copy(json_object_get(status, "state")));
    (void)json_object_set_new(
        part, "worker_id",
        json_deep_copy(json_object_get(status, "worker_id")));
    (void)json_object_set_new(part, "version", json_string(ORDEAL_VERSION));
    if (json_is_string(trace))
        (void)json_object_set_new(part, "trace", json_deep_copy(trace));
    return part;
}

static int by_id(const void *a, const void *b)
{
    const int *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The statuses of all tasks, in the order of task numbers. */
static json_t *task_statuses(const struct worker *w, const char *name)
{
    const json_t *all = json_object_get(state_statuses(w->state), name);
    AUTO_FREE int *ids = must_calloc(json_object_size(all) + 1, sizeof(*ids));
    json_t *list = json_array();
    const char *number;
    json_t *ignored;
    size_t n = 0;

    json_object_foreach ((json_t *)all, number, ignored)
        ids[n++] = (int)strtol(number, NULL, 10);
    qsort(ids, n, sizeof(*ids), by_id);
    for (size_t i = 0; i < n; i++) {
        json_t *one;

        if (ids[i] < 0)
            continue;
        one = part_json(state_status(w->state, name, ids[i]));
        (void)json_object_set_new(one, "id", json_integer(ids[i]));
        (void)json_array_append_new(list, one);
    }
    return list;
}

json_t *status_json(const struct worker *w, const struct connector_state *c)
{
    const json_t *status = state_status(w->state, c->name, -1);

    if (!status)
        return NULL;
    return json_pack("{s:s, s:o, s:o, s:s}", "name", c->name, "connector",
                     part_json(status), "tasks", task_statuses(w, c->name),
                     "type", type_of(c));
}

/* expand= may occur several times. */
static enum MHD_Result note_expand(void *cls, enum MHD_ValueKind kind,
                                   const char *key, const char *value)
{
    static const char *const names[] = {"status", "info"};
    unsigned *wanted = cls;

    (void)kind;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(key, "expand") == 0 && value && strcmp(value, names[i]) == 0)
            *wanted |= 1U << i;
    return MHD_YES;
}

static json_t *expanded(struct worker *w, unsigned wanted)
{
    json_t *all = json_object();

    for (size_t i = 0; i < state_len(w->state); i++) {
        const struct connector_state *c = state_at(w->state, i);
        json_t *one = json_object();
        json_t *status = wanted & 1 ? status_json(w, c) : NULL;

        if (status)
            (void)json_object_set_new(one, "status", status);
        if (wanted & 2)
            (void)json_object_set_new(one, "info", connector_json(c));
        (void)json_object_set_new(all, c->name, one);
    }
    return all;
}

void get_connectors(struct call *c)
{
    struct worker *w = c->w;
    unsigned wanted = 0;
    json_t *all;

    (void)MHD_get_connection_values(c->connection, MHD_GET_ARGUMENT_KIND,
                                    note_expand, &wanted);
    pthread_mutex_lock(&w->lock);
    if (wanted) {
        all = expanded(w, wanted);
    } else {
        all = json_array();
        for (size_t i = 0; i < state_len(w->state); i++)
            (void)json_array_append_new(
                all, json_string(state_at(w->state, i)->name));
    }
    pthread_mutex_unlock(&w->lock);
    call_answer(c, 200, all);
}

/* ---- a connector ---- */

/* Answers for an existing connector, under the lock. */
typedef void (*say_fn)(struct call *c, const struct connector_state *is);

static void with_connector(struct call *c, say_fn say)
{
    const struct connector_state *is;

    pthread_mutex_lock(&c->w->lock);
    is = call_connector(c);
    if (is)
        say(c, is);
    pthread_mutex_unlock(&c->w->lock);
}

static void say_connector(struct call *c, const struct connector_state *is)
{
    call_answer(c, 200, connector_json(is));
}

static void say_config(struct call *c, const struct connector_state *is)
{
    call_answer(c, 200, json_deep_copy(is->config));
}

static void say_status(struct call *c, const struct connector_state *is)
{
    json_t *status = status_json(c->w, is);

    if (status)
        call_answer(c, 200, status);
    else
        call_refuse(c, 404, "No status found for connector %s", is->name);
}

static void say_tasks(struct call *c, const struct connector_state *is)
{
    json_t *list = json_array();

    for (size_t i = 0; i < json_array_size(is->tasks); i++)
        (void)json_array_append_new(
            list, json_pack("{s:{s:s, s:I}, s:o}", "id", "connector", is->name,
                            "task", (json_int_t)i, "config",
                            json_deep_copy(json_array_get(is->tasks, i))));
    call_answer(c, 200, list);
}

static void say_task_status(struct call *c, const struct connector_state *is)
{
    char *end;
    long task = strtol(c->args[1], &end, 10);
    const json_t *status = *end || task < 0
                               ? NULL
                               : state_status(c->w->state, is->name, (int)task);
    json_t *one;

    if (!status) {
        call_refuse(c, 404, "No status found for task %s-%s", is->name,
                    c->args[1]);
        return;
    }
    one = part_json(status);
    (void)json_object_set_new(one, "id", json_integer(task));
    call_answer(c, 200, one);
}

void get_connector(struct call *c)
{
    with_connector(c, say_connector);
}

void get_config(struct call *c)
{
    with_connector(c, say_config);
}

void get_status(struct call *c)
{
    with_connector(c, say_status);
}

void get_tasks(struct call *c)
{
    with_connector(c, say_tasks);
}

void get_task_status(struct call *c)
{
    with_connector(c, say_task_status);
}

/* ---- plugins ---- */

/* Classes to list, as far as the tasks linked into the program know the class.
 */
static const char *const classes[] = {
    "ordeal.HttpSink",
    "org.apache.kafka.connect.file.FileStreamSinkConnector",
    "org.apache.kafka.connect.file.FileStreamSourceConnector",
};

void get_plugins(struct call *c)
{
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        AUTO_JSON json_t *config =
            json_pack("{s:s}", "connector.class", classes[i]);
        const char *type = connector_type(config);

        if (type)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s, s:s}", "class", classes[i], "type",
                                type, "version", version));
    }
    call_answer(c, 200, list);
}

/* Connect's validation result: an entry per property given. An error is shown
 * at the property named first in the text of the error, else at
 * connector.class. */
static json_t *validated(const json_t *config, const char *wrong)
{
    json_t *list = json_array();
    const char *key, *blamed = "connector.class";
    json_t *value;

    json_object_foreach ((json_t *)config, key, value) {
        size_t len = strlen(key);

        if (wrong && strncmp(wrong, key, len) == 0 && strchr(": ", wrong[len]))
            blamed = key;
    }
    json_object_foreach ((json_t *)config, key, value) {
        json_t *errors = json_array();

        if (wrong && strcmp(key, blamed) == 0)
            (void)json_array_append_new(errors, json_string(wrong));
        (void)json_array_append_new(
            list,
            json_pack("{s:{s:s}, s:{s:s, s:O, s:[], s:o, s:b}}", "definition",
                      "name", key, "value", "name", key, "value", value,
                      "recommended_values", "errors", errors, "visible", 1));
    }
    return list;
}

void put_validate(struct call *c)
{
    struct err err = {0};
    json_t *class = json_object_get(c->body, "connector.class");
    int tasks;

    if (!json_is_string(class)) {
        call_refuse(c, 400,
                    "Connector config contains no connector type: "
                    "connector.class must be given");
        return;
    }
    if (!connector_type(c->body)) {
        call_refuse(c, 404, "Unknown connector plugin %s",
                    json_string_value(class));
        return;
    }
    told_elsewhere(connector_check(c->body, &tasks, &err));
    call_answer(c, 200,
                json_pack("{s:s, s:i, s:[], s:o}", "name",
                          json_string_value(class), "error_count",
                          err.code ? 1 : 0, "groups", "configs",
                          validated(c->body, err.code ? err.text : NULL)));
}
