/* internal.c - parses keys and values of Connect's internal topics. */
#include "client/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"

const char *connect_record_name(enum connect_record_kind k)
{
    switch (k) {
    case CONNECT_UNKNOWN:
        return "unknown";
    case CONNECT_STATUS:
        return "status";
    case CONNECT_TASK_STATUS:
        return "task status";
    case CONNECT_TOPIC_IN_USE:
        return "topic in use";
    case CONNECT_OFFSET:
        return "offset";
    case CONNECT_CONFIG:
        return "config";
    case CONNECT_TASK_CONFIG:
        return "task config";
    case CONNECT_TASK_COUNT:
        return "task count";
    case CONNECT_TARGET_STATE:
        return "target state";
    case CONNECT_FENCING:
        return "fencing";
    case CONNECT_RESTART:
        return "restart";
    case CONNECT_SESSION_KEY:
        return "session key";
    case CONNECT_LOGGER:
        return "logger";
    }
    abort();
}

/* ---- keys ----------------------------------------------------------------*/

/* The form of a key behind its prefix. */
enum rest {
    REST_NONE,
    REST_CONNECTOR,       /* <connector> */
    REST_TASK,            /* <connector>-<task> */
    REST_TOPIC_CONNECTOR, /* <topic>:connector-<connector> */
};

/* A prefix that is the beginning of another prefix comes behind the other. */
static const struct key_kind {
    const char *prefix;
    enum connect_record_kind kind;
    enum rest rest;
} key_kinds[] = {
    {"status-connector-", CONNECT_STATUS, REST_CONNECTOR},
    {"status-task-", CONNECT_TASK_STATUS, REST_TASK},
    {"status-topic-", CONNECT_TOPIC_IN_USE, REST_TOPIC_CONNECTOR},
    {"connector-", CONNECT_CONFIG, REST_CONNECTOR},
    {"tasks-fencing-", CONNECT_FENCING, REST_CONNECTOR},
    {"task-", CONNECT_TASK_CONFIG, REST_TASK},
    {"commit-", CONNECT_TASK_COUNT, REST_CONNECTOR},
    {"target-state-", CONNECT_TARGET_STATE, REST_CONNECTOR},
    {"restart-connector-", CONNECT_RESTART, REST_CONNECTOR},
    {"session-key", CONNECT_SESSION_KEY, REST_NONE},
    {"logger-cluster-", CONNECT_LOGGER, REST_NONE},
};

/* "<connector>-<task>": a name may hold dashes, so the last dash counts. */
static bool split_task(const char *rest, struct connect_record *r)
{
    const char *dash = strrchr(rest, '-');
    size_t digits = dash ? strspn(dash + 1, "0123456789") : 0;

    if (digits == 0 || digits > 9 || dash[1 + digits] || dash == rest)
        return false;
    r->task = (int)strtol(dash + 1, NULL, 10);
    r->connector = must_memdup(rest, (size_t)(dash - rest));
    return true;
}

/* Topic names hold no colon, so the first colon counts. */
static bool split_topic(const char *rest, struct connect_record *r)
{
    static const char between[] = ":connector-";
    const char *at = strstr(rest, between);

    if (!at)
        return false;
    r->topic = must_memdup(rest, (size_t)(at - rest));
    at += sizeof(between) - 1;
    r->connector = must_strdup(at);
    return true;
}

static bool read_rest(enum rest form, const char *rest,
                      struct connect_record *r)
{
    switch (form) {
    case REST_NONE:
        return true;
    case REST_CONNECTOR:
        r->connector = must_strdup(rest);
        return true;
    case REST_TASK:
        return split_task(rest, r);
    case REST_TOPIC_CONNECTOR:
        return split_topic(rest, r);
    }
    abort();
}

static void read_plain_key(const char *key, struct connect_record *r)
{
    for (size_t i = 0; i < ARRAY_LEN(key_kinds); i++) {
        const struct key_kind *k = &key_kinds[i];
        size_t len = strlen(k->prefix);

        if (strncmp(key, k->prefix, len) != 0)
            continue;
        if (read_rest(k->rest, key + len, r))
            r->kind = k->kind;
        return;
    }
}

/* ["<connector>", {partition}] */
static void read_offset_key(const json_t *key, struct connect_record *r)
{
    const json_t *name = json_array_get(key, 0);
    json_t *partition = json_array_get(key, 1);

    if (json_array_size(key) != 2 || !json_is_string(name))
        return;
    r->kind = CONNECT_OFFSET;
    r->connector =
        must_memdup(json_string_value(name), json_string_length(name));
    r->source_partition = json_incref(partition);
}

static void read_key(const void *key, size_t len, struct connect_record *r)
{
    AUTO_FREE char *text = NULL;
    AUTO_JSON json_t *array = NULL;

    if (!key || len == 0)
        return;
    if (*(const char *)key == '[') {
        array = json_loadb(key, len, 0, NULL);
        read_offset_key(array, r);
        return;
    }
    text = must_memdup(key, len);
    read_plain_key(text, r);
}

/* ---- values --------------------------------------------------------------*/

static char *field(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? must_strdup(s) : NULL;
}

static int64_t count(const json_t *o, const char *name)
{
    const json_t *n = json_object_get(o, name);

    return json_is_integer(n) ? json_integer_value(n) : -1;
}

static int read_status(const json_t *v, struct connect_record *r)
{
    r->state = field(v, "state");
    r->worker = field(v, "worker_id");
    r->trace = field(v, "trace");
    r->generation = count(v, "generation");
    return r->state ? 0 : -EBADMSG;
}

static int read_topic_in_use(const json_t *v, struct connect_record *r)
{
    int64_t task = count(json_object_get(v, "topic"), "task");

    r->task = task >= 0 && task <= INT32_MAX ? (int)task : -1;
    return 0;
}

static int read_config(const json_t *v, struct connect_record *r)
{
    json_t *p = json_object_get(v, "properties");

    if (!json_is_object(p))
        return -EBADMSG;
    r->config = json_incref(p);
    return 0;
}

/* KIP-875: only "state.v2" can be STOPPED; older workers write only "state". */
static int read_target_state(const json_t *v, struct connect_record *r)
{
    r->state = field(v, "state.v2");
    if (!r->state)
        r->state = field(v, "state");
    return r->state ? 0 : -EBADMSG;
}

static int read_count(const json_t *v, const char *name,
                      struct connect_record *r)
{
    r->task_count = count(v, name);
    return r->task_count < 0 ? -EBADMSG : 0;
}

static int read_value(json_t *v, struct connect_record *r)
{
    switch (r->kind) {
    case CONNECT_STATUS:
    case CONNECT_TASK_STATUS:
        return read_status(v, r);
    case CONNECT_TOPIC_IN_USE:
        return read_topic_in_use(v, r);
    case CONNECT_OFFSET:
        r->source_offset = json_incref(v);
        return 0;
    case CONNECT_CONFIG:
    case CONNECT_TASK_CONFIG:
        return read_config(v, r);
    case CONNECT_TASK_COUNT:
        return read_count(v, "tasks", r);
    case CONNECT_TARGET_STATE:
        return read_target_state(v, r);
    case CONNECT_FENCING:
        return read_count(v, "task-count", r);
    case CONNECT_UNKNOWN:
    case CONNECT_RESTART:
    case CONNECT_SESSION_KEY:
    case CONNECT_LOGGER:
        return 0;
    }
    abort();
}

/* Whether the value is parsed: not of unknown kinds, and not of secrets. */
static bool is_looked_at(enum connect_record_kind k)
{
    return k != CONNECT_UNKNOWN && k != CONNECT_SESSION_KEY &&
           k != CONNECT_LOGGER;
}

/* The key decides how the value is parsed. Values of secret or unknown kinds
 * are never parsed, so a secret cannot slip into an error or a log. */
int connect_record_parse(const void *key, size_t key_len, const void *value,
                         size_t value_len, struct connect_record *ret)
{
    struct connect_record r = {
        .task = -1,
        .generation = -1,
        .task_count = -1,
        .tombstone = !value,
    };
    AUTO_JSON json_t *v = NULL;
    int rc = 0;

    read_key(key, key_len, &r);
    if (value && is_looked_at(r.kind)) {
        v = json_loadb(value, value_len, JSON_DECODE_ANY, NULL);
        if (json_is_null(v))
            r.tombstone = true; /* the JSON value null deletes too */
        else
            rc = json_is_object(v) ? read_value(v, &r) : -EBADMSG;
    }
    if (rc < 0) {
        connect_record_done(&r);
        return rc;
    }
    *ret = r;
    return 0;
}

void connect_record_done(struct connect_record *r)
{
    free(r->connector);
    free(r->topic);
    free(r->state);
    free(r->worker);
    free(r->trace);
    json_decref(r->source_partition);
    json_decref(r->source_offset);
    json_decref(r->config);
    *r = (struct connect_record){0};
}
