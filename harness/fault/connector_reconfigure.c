/* connector_reconfigure.c - another configuration while the connector runs.
 *
 * After a change the connector starts anew at once, and makes new tasks a
 * moment later. In between the new connector and the old tasks are RUNNING. So
 * the state counts only after no status record has come for a while.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "fault/connect_fault_own.h"
#include "scenario/doc.h"

struct reconfigure {
    const json_t *set;
    int64_t keep;
};

enum { CALM_US = 2 * US_PER_S };

struct calm {
    bool known;
    uint64_t changes; /* status records so far */
    int64_t since_us; /* time of the last change */
    bool put_back;    /* the old values were put, and had been others: */
    int64_t put_wall_us, put_monotonic_us;
};

static const struct arg args[] = {
    {.name = "set",
     .type = ARG_JSON,
     .at = offsetof(struct reconfigure, set),
     .min = 1,
     .max = 100,
     .kind = JSON_OBJECT,
     .help =
         "configuration keys with new values, such as {tasks.max: 4}; null: "
         "delete the key"},
    {.name = "keep",
     .type = ARG_BOOL,
     .at = offsetof(struct reconfigure, keep),
     .dflt = "false",
     .help = "true: keep the new values; false: restore the old values when "
             "the fault ends"},
};

/* The values as Connect takes them: texts, and null for a key to be deleted. */
static json_t *wanted_of(const struct fault_call *c, struct err *err)
{
    const struct reconfigure *r = c->args;
    AUTO_JSON json_t *wanted = json_object();
    const char *key;
    json_t *v;

    json_object_foreach ((json_t *)r->set, key, v) {
        AUTO_FREE char *text = scalar_text(v);

        if (!text && !json_is_null(v)) {
            err_set(err, -EINVAL,
                    "set.%s: expected a text, a number, true, false or null",
                    key);
            return NULL;
        }
        (void)json_object_set_new(wanted, key,
                                  text ? json_string(text) : json_null());
    }
    return TAKE(wanted);
}

/* The present values in `config` for the keys of `of`; null for a missing key.
 */
static json_t *values_of(const json_t *config, const json_t *of)
{
    json_t *values = json_object();
    const char *key;
    json_t *ignored;

    json_object_foreach ((json_t *)of, key, ignored) {
        json_t *now = json_object_get(config, key);

        (void)json_object_set(values, key, now ? now : json_null());
    }
    return values;
}

static bool has_values(const json_t *config, const json_t *values)
{
    AUTO_JSON json_t *now = values_of(config, values);

    return json_equal(now, values);
}

/* *ret_put: other values were in force and Connect was asked to change them,
 * whether or not the request succeeded. */
static int put_values(const struct fault_call *c, const json_t *values,
                      bool *ret_put, struct err *err)
{
    AUTO_JSON json_t *config = rest_config(c, err);
    const char *key;
    json_t *v;

    if (!config)
        return err->code;
    *ret_put = !has_values(config, values);
    if (!*ret_put)
        return 0;
    json_object_foreach ((json_t *)values, key, v) {
        if (json_is_null(v))
            (void)json_object_del(config, key);
        else
            (void)json_object_set(config, key, v);
    }
    return connect_put(fault_connect(c), c->target->name, config,
                       c->field->call_us, err);
}

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    const struct reconfigure *r = c->args;
    AUTO_JSON json_t *captured = NULL;
    AUTO_JSON json_t *wanted = wanted_of(c, err);
    AUTO_JSON json_t *config = wanted ? rest_config(c, err) : NULL;

    if (!config || rest_capture_running(c, &captured, err) < 0)
        return err->code;
    if (has_values(config, wanted))
        return err_set(err, -EALREADY, "connector %s has these values already",
                       c->target->name);
    (void)json_object_set(captured, "new", wanted);
    (void)json_object_set_new(captured, "old", values_of(config, wanted));
    (void)json_object_set_new(captured, "keep", json_boolean(r->keep));
    *ret = TAKE(captured);
    return 0;
}

static int apply(const struct fault_call *c, struct err *err)
{
    bool ignored = false;

    return put_values(c, json_object_get(c->captured, "new"), &ignored, err);
}

/* Whether the status shows as many tasks as the connector made, all RUNNING or
 * FAILED. */
static int tasks_are_up(const struct fault_call *c, json_t **ret_status,
                        struct err *err)
{
    AUTO_FREE char *path = path_of("/connectors/%s", c->target->name);
    AUTO_JSON json_t *connector = NULL;
    AUTO_JSON json_t *status = NULL;
    size_t made, up;

    if (connect_request(fault_connect(c), "GET", path, NULL, c->field->call_us,
                        &connector, err) < 0)
        return 0;
    status = rest_status(c, err);
    if (!status || !rest_settled(status, err))
        return 0;
    made = json_array_size(json_object_get(connector, "tasks"));
    up = json_array_size(json_object_get(status, "tasks"));
    if (made == up && made > 0) {
        *ret_status = TAKE(status);
        return 1;
    }
    err_set(err, -EAGAIN, "the connector made %zu tasks, %zu have a status",
            made, up);
    return 0;
}

static bool is_calm(const struct fault_call *c, struct err *err)
{
    struct calm *calm = c->state;
    int64_t now = clk_now(c->field->clk);
    uint64_t changes =
        c->field->observer
            ? observer_status_changes(c->field->observer, c->target->name)
            : 0;

    if (!calm->known || calm->changes != changes) {
        calm->known = true;
        calm->changes = changes;
        calm->since_us = now;
    }
    if (now - calm->since_us >= CALM_US)
        return true;
    err_set(err, -EAGAIN, "its status still changes");
    return false;
}

static int shows(const struct fault_call *c, const char *which, struct err *err)
{
    AUTO_JSON json_t *config = rest_config(c, err);

    if (!config)
        return 0;
    if (has_values(config, json_object_get(c->captured, which)))
        return 1;
    err_set(err, -EAGAIN, "its configuration does not have the %s values yet",
            which);
    return 0;
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (!shows(c, "new", err) ||
        !rest_moved(c, json_object_get(c->captured, "marks"), -1, err) ||
        !tasks_are_up(c, &status, err) || !is_calm(c, err))
        return 0;
    (void)json_object_set(proof, "config", json_object_get(c->captured, "new"));
    (void)json_object_set_new(proof, "status", rest_states(status));
    return 1;
}

static bool stays(const struct fault_call *c)
{
    return json_is_true(json_object_get(c->captured, "keep"));
}

static int revert(const struct fault_call *c, struct err *err)
{
    struct calm *calm = c->state;

    if (stays(c))
        return 0;
    calm->known = false;
    calm->put_wall_us = clk_wall_us();
    calm->put_monotonic_us = clk_monotonic_us();
    return put_values(c, json_object_get(c->captured, "old"), &calm->put_back,
                      err);
}

/* Until the workers act on the old values just put, the tasks of the fault's
 * configuration look up and calm. */
static bool began_anew(const struct fault_call *c, struct err *err)
{
    const struct calm *calm = c->state;
    struct task_seen seen;

    if (!calm->put_back || !c->field->observer)
        return true;
    seen = observer_task(c->field->observer, c->target->name, -1);
    if (rest_written_since(calm->put_wall_us, calm->put_monotonic_us,
                           seen.written_us))
        return true;
    err_set(err, -EAGAIN, "it has not begun anew with its old values");
    return false;
}

static int mended(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (stays(c))
        return 1;
    return shows(c, "old", err) && began_anew(c, err) &&
           tasks_are_up(c, &status, err) && is_calm(c, err);
}

const struct fault_ops fault_connector_reconfigure = {
    .name = "connector_reconfigure",
    .help = "change configuration values of a running connector",
    .target = &target_connector,
    .effect = FAULT_RESTORES,
    .changes = FAULT_CHANGES_CONFIG,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct reconfigure),
    .state_size = sizeof(struct calm),
    .holds = rest_holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .revert = revert,
    .stays = stays,
    .mended = mended,
};
