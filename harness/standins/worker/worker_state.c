/* worker_state.c - applies records of Connect's topics to the state. */
#include "standins/worker/worker_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"

struct state {
    /* sorted by name; includes connectors without config */
    struct connector_state *all;
    size_t len;
    json_t *statuses;
    /* connector -> canonical partition -> {partition, offset} */
    json_t *offsets;
};

struct state *state_new(void)
{
    struct state *s = must_calloc(1, sizeof(*s));

    s->statuses = must_have(json_object());
    s->offsets = must_have(json_object());
    return s;
}

static void forget_tasks(struct connector_state *c)
{
    json_array_clear(c->tasks);
    json_object_clear(c->uncommitted);
    c->tasks_at = -1;
}

void state_free(struct state *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->len; i++) {
        free(s->all[i].name);
        json_decref(s->all[i].config);
        json_decref(s->all[i].tasks);
        json_decref(s->all[i].uncommitted);
    }
    free(s->all);
    json_decref(s->statuses);
    json_decref(s->offsets);
    free(s);
}

/* An insertion moves connectors, so pointers returned earlier become invalid
 * (worker_state.h). */
static struct connector_state *find_or_make(struct state *s, const char *name)
{
    struct connector_state *c;
    size_t i = 0;

    while (i < s->len && strcmp(s->all[i].name, name) < 0)
        i++;
    if (i < s->len && strcmp(s->all[i].name, name) == 0)
        return &s->all[i];
    s->all = must_realloc(s->all, s->len + 1, sizeof(*s->all));
    c = &s->all[i];
    memmove(c + 1, c, (s->len++ - i) * sizeof(*c));
    *c = (struct connector_state){
        .name = must_strdup(name),
        .config_at = -1,
        .tasks = must_have(json_array()),
        .tasks_at = -1,
        .uncommitted = must_have(json_object()),
        .restart = {.at = -1, .task = -1},
    };
    return c;
}

/* ---- the config topic ---- */

/* A record of the config topic. `task`: for keys that name a task. value NULL:
 * a tombstone. */
struct change {
    int64_t at;
    int task;
    const json_t *value;
};

static void take_config(struct connector_state *c, const struct change *r)
{
    json_t *config = json_object_get(r->value, "properties");

    if (r->value && !json_is_object(config))
        return;
    json_decref(c->config);
    c->config = json_incref(config);
    c->config_at = r->at;
    if (!config)
        forget_tasks(c);
}

static void take_task(struct connector_state *c, const struct change *r)
{
    AUTO_FREE char *number = path_of("%d", r->task);
    json_t *config = json_object_get(r->value, "properties");

    if (json_is_object(config))
        (void)json_object_set(c->uncommitted, number, config);
}

/* A commit applies only if a configuration for each of its tasks was read since
 * the last commit; otherwise nothing changes. */
static void take_commit(struct connector_state *c, const struct change *r)
{
    const json_t *n = json_object_get(r->value, "tasks");
    AUTO_JSON json_t *tasks = json_array();

    if (!json_is_integer(n))
        return;
    for (json_int_t i = 0; i < json_integer_value(n); i++) {
        AUTO_FREE char *number = path_of("%d", (int)i);
        json_t *config = json_object_get(c->uncommitted, number);

        if (!config) {
            json_object_clear(c->uncommitted);
            return;
        }
        (void)json_array_append(tasks, config);
    }
    json_object_clear(c->uncommitted);
    json_decref(c->tasks);
    c->tasks = TAKE(tasks);
    c->tasks_at = r->at;
}

static void take_target(struct connector_state *c, const struct change *r)
{
    static const char *const names[] = {"STARTED", "PAUSED", "STOPPED"};
    const json_t *state = json_object_get(r->value, "state.v2");
    const char *word =
        json_string_value(state ? state : json_object_get(r->value, "state"));

    if (!r->value)
        c->target = TARGET_STARTED;
    for (size_t i = 0; word && i < ARRAY_LEN(names); i++)
        if (strcmp(word, names[i]) == 0)
            c->target = (enum target_state)i;
}

static void take_restart(struct connector_state *c, const struct change *r)
{
    const json_t *task = json_object_get(r->value, "task");

    if (!r->value)
        return;
    c->restart = (struct restart_request){
        .at = r->at,
        .include_tasks =
            json_is_true(json_object_get(r->value, "include-tasks")),
        .only_failed = json_is_true(json_object_get(r->value, "only-failed")),
        .task = json_is_integer(task) ? (int)json_integer_value(task) : -1,
    };
}

/* ---- keys ---- */

/* "<connector>-<N>": a connector name may hold dashes, so the last dash splits.
 */
static bool split_task(char *name, int *ret_task)
{
    char *dash = strrchr(name, '-');
    size_t digits = dash ? strspn(dash + 1, "0123456789") : 0;

    if (digits == 0 || digits > 6 || dash[1 + digits])
        return false;
    *ret_task = (int)strtol(dash + 1, NULL, 10);
    *dash = 0;
    return true;
}

static const struct {
    const char *prefix;
    bool of_task;
    void (*take)(struct connector_state *c, const struct change *r);
} config_keys[] = {
    {"connector-", false, take_config},
    {"task-", true, take_task},
    {"commit-", false, take_commit},
    {"target-state-", false, take_target},
    {"restart-connector-", false, take_restart},
};

static void config_record(struct state *s, int64_t offset, char *key,
                          const json_t *value)
{
    for (size_t i = 0; i < ARRAY_LEN(config_keys); i++) {
        size_t len = strlen(config_keys[i].prefix);
        struct change r = {.at = offset, .task = -1, .value = value};

        if (strncmp(key, config_keys[i].prefix, len) != 0)
            continue;
        if (!config_keys[i].of_task || split_task(key + len, &r.task))
            config_keys[i].take(find_or_make(s, key + len), &r);
        return;
    }
}

/* ---- status and offset topics ---- */

/* Set into[name][key] = value. value NULL removes the key, and the name with
 * its last key. */
static void set_or_drop(json_t *into, const char *name, const char *key,
                        json_t *value)
{
    json_t *of = json_object_get(into, name);

    if (!of && value) {
        of = json_object();
        (void)json_object_set_new(into, name, of);
    }
    if (value)
        (void)json_object_set(of, key, value);
    else
        (void)json_object_del(of, key);
    if (of && json_object_size(of) == 0)
        (void)json_object_del(into, name);
}

static void status_record(struct state *s, char *key, json_t *value)
{
    static const char connector[] = "status-connector-";
    static const char of_task[] = "status-task-";
    AUTO_FREE char *number = NULL;
    char *name = NULL;
    int task = -1;

    if (strncmp(key, connector, strlen(connector)) == 0)
        name = key + strlen(connector);
    else if (strncmp(key, of_task, strlen(of_task)) == 0 &&
             split_task(key + strlen(of_task), &task))
        name = key + strlen(of_task);
    number = path_of("%d", task);
    if (name)
        set_or_drop(s->statuses, name, number, value);
}

static char *canonical(const json_t *partition)
{
    return must_have(
        json_dumps(partition, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY));
}

static void offset_record(struct state *s, const char *key, json_t *value)
{
    AUTO_JSON json_t *pair = json_loads(key, 0, NULL);
    const char *name = json_string_value(json_array_get(pair, 0));
    json_t *partition = json_array_get(pair, 1);
    AUTO_FREE char *place = partition ? canonical(partition) : NULL;
    AUTO_JSON json_t *entry = NULL;

    if (!name || !place)
        return;
    if (value)
        entry =
            json_pack("{s:O, s:O}", "partition", partition, "offset", value);
    set_or_drop(s->offsets, name, place, entry);
}

void state_record(struct state *s, enum state_topic topic, int64_t offset,
                  const char *key, size_t key_len, const char *value,
                  size_t value_len)
{
    AUTO_FREE char *text = key ? must_memdup(key, key_len) : NULL;
    AUTO_JSON json_t *json =
        value ? json_loadb(value, value_len, JSON_DECODE_ANY, NULL) : NULL;
    json_t *given = json_is_null(json) ? NULL : json;

    if (!text || (value && !json) || (given && !json_is_object(given)))
        return;
    switch (topic) {
    case TOPIC_CONFIG:
        config_record(s, offset, text, given);
        return;
    case TOPIC_STATUS:
        status_record(s, text, given);
        return;
    case TOPIC_OFFSETS:
        offset_record(s, text, given);
        return;
    case TOPICS:
        break;
    }
    abort();
}

/* ---- queries ---- */

size_t state_len(const struct state *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->len; i++)
        n += s->all[i].config != NULL;
    return n;
}

const struct connector_state *state_at(const struct state *s, size_t i)
{
    for (size_t k = 0; k < s->len; k++)
        if (s->all[k].config && i-- == 0)
            return &s->all[k];
    return NULL;
}

const struct connector_state *state_find(const struct state *s,
                                         const char *name)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->all[i].config && strcmp(s->all[i].name, name) == 0)
            return &s->all[i];
    return NULL;
}

const json_t *state_status(const struct state *s, const char *name, int task)
{
    AUTO_FREE char *number = path_of("%d", task);

    return json_object_get(json_object_get(s->statuses, name), number);
}

const json_t *state_statuses(const struct state *s)
{
    return s->statuses;
}

const json_t *state_offset(const struct state *s, const char *name,
                           const json_t *partition)
{
    AUTO_FREE char *place = canonical(partition);

    return json_object_get(
        json_object_get(json_object_get(s->offsets, name), place), "offset");
}

json_t *state_offsets(const struct state *s, const char *name)
{
    json_t *list = json_array();
    const char *key;
    json_t *entry;

    json_object_foreach (json_object_get(s->offsets, name), key, entry)
        (void)json_array_append_new(list, json_deep_copy(entry));
    return list;
}
