/* connect_fault.c - common steps of faults on a connector, over REST. */
#include "fault/connect_fault_own.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

struct connect *fault_connect(const struct fault_call *c)
{
    return field_connect(c->field, c->target->name);
}

void rest_holds(const struct target *t, char *out, size_t size)
{
    (void)snprintf(out, size, "connector %s", t->name);
}

json_t *rest_status(const struct fault_call *c, struct err *err)
{
    json_t *status;

    if (connect_status(fault_connect(c), c->target->name, &status,
                       c->field->call_us, err) < 0)
        return NULL;
    return status;
}

json_t *rest_config(const struct fault_call *c, struct err *err)
{
    json_t *config;

    if (connect_config(fault_connect(c), c->target->name, &config,
                       c->field->call_us, err) < 0)
        return NULL;
    return config;
}

/* ---- states ---- */

static const char *state_of(const json_t *part)
{
    const char *state = json_string_value(json_object_get(part, "state"));

    return state ? state : "";
}

static bool at_rest(const char *state)
{
    return strcmp(state, "RUNNING") == 0 || strcmp(state, "FAILED") == 0;
}

json_t *rest_states(const json_t *status)
{
    const json_t *tasks = json_object_get(status, "tasks");
    json_t *states = json_array();

    for (size_t i = 0; i < json_array_size(tasks); i++)
        (void)json_array_append_new(
            states, json_string(state_of(json_array_get(tasks, i))));
    return json_pack("{s:s, s:o}", "connector",
                     state_of(json_object_get(status, "connector")), "tasks",
                     states);
}

/* Leave the states in err, for a proof still awaited. */
static void say_states(const json_t *status, struct err *err)
{
    AUTO_JSON json_t *states = rest_states(status);
    AUTO_FREE char *text = json_dumps(states, JSON_COMPACT);

    err_set(err, -EAGAIN, "its status is %s", text ? text : "?");
}

bool rest_settled(const json_t *status, struct err *err)
{
    const json_t *tasks = json_object_get(status, "tasks");
    bool yes = at_rest(state_of(json_object_get(status, "connector"))) &&
               json_array_size(tasks) > 0;

    for (size_t i = 0; i < json_array_size(tasks); i++)
        yes &= at_rest(state_of(json_array_get(tasks, i)));
    if (!yes)
        say_states(status, err);
    return yes;
}

/* ---- status records ---- */

static uint64_t records_of(const struct fault_call *c, int task)
{
    if (!c->field->observer)
        return 0;
    return observer_task(c->field->observer, c->target->name, task).changes;
}

static void mark(const struct fault_call *c, json_t *marks, int task)
{
    AUTO_FREE char *key = path_of("%d", task);

    (void)json_object_set_new(marks, key,
                              json_integer((json_int_t)records_of(c, task)));
}

bool rest_written_since(int64_t asked_wall_us, int64_t asked_monotonic_us,
                        int64_t written_us)
{
    int64_t now_us = clk_wall_us();
    int64_t set_by_us =
        now_us - asked_wall_us - (clk_monotonic_us() - asked_monotonic_us);

    if (written_us >= asked_wall_us - asked_wall_us % US_PER_MS)
        return true;
    /* After the wall clock was set back, a record written now looks older than
     * the question, and a record written before looks like a record of the
     * future. */
    return set_by_us < -US_PER_S && written_us <= now_us &&
           written_us >= asked_wall_us + set_by_us - US_PER_S;
}

json_t *rest_marks(const struct fault_call *c, const json_t *status)
{
    const json_t *tasks = json_object_get(status, "tasks");
    json_t *marks = json_object();

    mark(c, marks, -1);
    for (size_t i = 0; i < json_array_size(tasks); i++)
        mark(c, marks,
             (int)json_integer_value(
                 json_object_get(json_array_get(tasks, i), "id")));
    return marks;
}

bool rest_moved(const struct fault_call *c, const json_t *marks, int task,
                struct err *err)
{
    AUTO_FREE char *key = path_of("%d", task);
    json_int_t before = json_integer_value(json_object_get(marks, key));
    struct task_seen seen;

    if (!c->field->observer) {
        err_set(err, -EAGAIN, "nobody reads the status topic");
        return false;
    }
    seen = observer_task(c->field->observer, c->target->name, task);
    if (seen.changes > (uint64_t)before && at_rest(seen.state) &&
        rest_written_since(c->began_wall_us, c->began_monotonic_us,
                           seen.written_us))
        return true;
    err_set(err, -EAGAIN,
            "%s%s: %" PRIu64 " status records since it was asked, the last %s",
            task < 0 ? "connector" : "task ", task < 0 ? "" : key,
            seen.changes - (uint64_t)before,
            seen.state[0] ? seen.state : "of nothing");
    return false;
}

bool rest_all_moved(const struct fault_call *c, const json_t *marks,
                    struct err *err)
{
    const char *key;
    json_t *v;

    json_object_foreach ((json_t *)marks, key, v) {
        if (!rest_moved(c, marks, (int)strtol(key, NULL, 10), err))
            return false;
    }
    return true;
}

/* ---- target states ---- */

/* The state that Connect was last asked for. UNASSIGNED and the like count as
 * RUNNING: no other fault holds the connector, so a paused connector has been
 * PAUSED for long and shows the state. */
static const char *target_of(const json_t *status)
{
    const char *state = state_of(json_object_get(status, "connector"));

    if (strcmp(state, "PAUSED") == 0)
        return "PAUSED";
    return strcmp(state, "STOPPED") == 0 ? "STOPPED" : "RUNNING";
}

int rest_capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *status = rest_status(c, err);

    if (!status)
        return err->code;
    *ret = json_pack("{s:s, s:o}", "target", target_of(status), "marks",
                     rest_marks(c, status));
    return 0;
}

static const char *captured_target(const json_t *captured)
{
    const char *t = json_string_value(json_object_get(captured, "target"));

    return t ? t : "RUNNING";
}

int rest_capture_running(const struct fault_call *c, json_t **ret,
                         struct err *err)
{
    AUTO_JSON json_t *captured = NULL;
    int rc = rest_capture(c, &captured, err);

    if (rc < 0)
        return rc;
    if (strcmp(captured_target(captured), "RUNNING") != 0)
        return err_set(err, -EINVAL, "connector %s is %s, expected RUNNING",
                       c->target->name, captured_target(captured));
    *ret = TAKE(captured);
    return 0;
}

int rest_capture_unless(const struct fault_call *c, const char *state,
                        json_t **ret, struct err *err)
{
    AUTO_JSON json_t *captured = NULL;
    int rc = rest_capture(c, &captured, err);

    if (rc < 0)
        return rc;
    if (strcmp(captured_target(captured), state) == 0)
        return err_set(err, -EALREADY, "connector %s is %s already",
                       c->target->name, state);
    *ret = TAKE(captured);
    return 0;
}

int rest_in_state(const struct fault_call *c, const char *state, json_t *proof,
                  struct err *err)
{
    AUTO_JSON json_t *status = rest_status(c, err);

    if (!status)
        return 0;
    if (!connect_all_in_state(status, state, NULL)) {
        say_states(status, err);
        return 0;
    }
    (void)json_object_set_new(proof, "status", rest_states(status));
    return 1;
}

int rest_restore(const struct fault_call *c, struct err *err)
{
    const char *target = captured_target(c->captured);
    const char *verb = "resume";

    if (strcmp(target, "PAUSED") == 0)
        verb = "pause";
    else if (strcmp(target, "STOPPED") == 0)
        verb = "stop";
    /* Ask also if the status shows the wanted state already: the status lags
     * behind requests. */
    return connect_do(fault_connect(c), c->target->name, verb,
                      c->field->call_us, err);
}

int rest_restored(const struct fault_call *c, struct err *err)
{
    const char *target = captured_target(c->captured);
    AUTO_JSON json_t *status = rest_status(c, err);

    if (!status)
        return 0;
    if (strcmp(target, "RUNNING") == 0)
        return rest_settled(status, err);
    if (connect_all_in_state(status, target, NULL))
        return 1;
    say_states(status, err);
    return 0;
}
