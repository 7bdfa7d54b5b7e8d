/* offsets_rewind.c - a connector made to go over its data once more.
 *
 * Connect moves offsets of stopped connectors only. So the steps are: stop the
 * connector, wait for the stop, move the offsets, look at them, start the
 * connector again. The plan is made once, from the last committed offsets, and
 * holds absolute offsets: asking twice moves nothing twice.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/own.h"
#include "fault/connect_fault_own.h"

struct rewind {
    int64_t by;
};

struct end {
    bool asked; /* to go on, after all */
};

static const struct arg args[] = {
    {.name = "by",
     .type = ARG_INT,
     .at = offsetof(struct rewind, by),
     .min = 0,
     .max = INT64_C(1000000000000),
     .dflt = "0",
     .help = "offsets to go back in each partition; 0: to the earliest. A "
             "source is always reset to the beginning"},
};

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *captured = NULL;
    AUTO_JSON json_t *status = rest_status(c, err);
    const char *type = json_string_value(json_object_get(status, "type"));
    json_t *offsets;

    if (!status || rest_capture(c, &captured, err) < 0)
        return err->code;
    if (!type)
        return err_set(err, -EBADMSG,
                       "connector %s: its status does not say sink or source",
                       c->target->name);
    if (connect_offsets(fault_connect(c), c->target->name, &offsets,
                        c->field->call_us, err) < 0)
        return err->code;
    (void)json_object_set_new(captured, "offsets",
                              json_incref(json_object_get(offsets, "offsets")));
    (void)json_object_set_new(captured, "type", json_string(type));
    json_decref(offsets);
    *ret = TAKE(captured);
    return 0;
}

static int apply(const struct fault_call *c, struct err *err)
{
    c->field->declare_reset(c->field->ctx, c->target->name);
    return connect_do(fault_connect(c), c->target->name, "stop",
                      c->field->call_us, err);
}

/* The committed offsets as of now, an array; NULL: cannot be told. New. */
static json_t *offsets_now(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *all = NULL;

    if (connect_offsets(fault_connect(c), c->target->name, &all,
                        c->field->call_us, err) < 0)
        return NULL;
    return json_incref(json_object_get(all, "offsets"));
}

/* ---- sinks ---- */

static json_int_t offset_of(const json_t *entry)
{
    return json_integer_value(
        json_object_get(json_object_get(entry, "offset"), "kafka_offset"));
}

/* {"partition": {...}, "from": 900, "to": 400} into `plan`. */
static int plan_one(const struct fault_call *c, const json_t *entry,
                    json_t *plan, struct err *err)
{
    const struct rewind *r = c->args;
    json_t *partition = json_object_get(entry, "partition");
    const char *topic =
        json_string_value(json_object_get(partition, "kafka_topic"));
    json_int_t number =
        json_integer_value(json_object_get(partition, "kafka_partition"));
    int64_t from = offset_of(entry), to, low, high;

    if (!topic)
        return err_set(err, -EBADMSG, "connector %s: an offset without topic",
                       c->target->name);
    if (kafka_watermarks(c->field->admin, topic, (int32_t)number, &low, &high,
                         c->field->call_us, err) < 0)
        return err->code;
    to = r->by == 0 || from - r->by < low ? low : from - r->by;
    if (to < from)
        (void)json_array_append_new(
            plan, json_pack("{s:O, s:I, s:I}", "partition", partition, "from",
                            (json_int_t)from, "to", (json_int_t)to));
    return 0;
}

/* The plan, kept in the proof; borrowed. NULL: not yet. */
static const json_t *plan_of(const struct fault_call *c, json_t *proof,
                             struct err *err)
{
    AUTO_JSON json_t *now = NULL;
    AUTO_JSON json_t *plan = json_array();
    json_t *made = json_object_get(proof, "moved");

    if (made)
        return made;
    now = offsets_now(c, err);
    if (!now)
        return NULL;
    for (size_t i = 0; i < json_array_size(now); i++)
        if (plan_one(c, json_array_get(now, i), plan, err) < 0)
            return NULL;
    (void)json_object_set(proof, "moved", plan);
    return json_object_get(proof, "moved");
}

static json_t *request_of(const json_t *plan)
{
    json_t *offsets = json_array();

    for (size_t i = 0; i < json_array_size(plan); i++) {
        const json_t *move = json_array_get(plan, i);

        (void)json_array_append_new(
            offsets, json_pack("{s:O, s:{s:O}}", "partition",
                               json_object_get(move, "partition"), "offset",
                               "kafka_offset", json_object_get(move, "to")));
    }
    return json_pack("{s:o}", "offsets", offsets);
}

/* Whether every partition of the plan has the planned offset. */
static bool has_moved(const json_t *plan, const json_t *now)
{
    size_t found = 0;

    for (size_t i = 0; i < json_array_size(plan); i++) {
        const json_t *move = json_array_get(plan, i);

        for (size_t k = 0; k < json_array_size(now); k++) {
            const json_t *entry = json_array_get(now, k);

            found += json_equal(json_object_get(entry, "partition"),
                                json_object_get(move, "partition")) &&
                     offset_of(entry) ==
                         json_integer_value(json_object_get(move, "to"));
        }
    }
    return found == json_array_size(plan);
}

static int rewind_sink(const struct fault_call *c, json_t *proof,
                       struct err *err)
{
    const json_t *plan = plan_of(c, proof, err);
    AUTO_JSON json_t *request = plan ? request_of(plan) : NULL;
    AUTO_JSON json_t *now = NULL;

    if (!plan)
        return 0;
    if (json_array_size(plan) == 0)
        return err_set(err, -ENODATA,
                       "connector %s: no committed offset lies behind the "
                       "earliest one, there is nothing to go back over",
                       c->target->name);
    /* Connect refuses while members of the group are still leaving: ask again.
     */
    if (connect_alter_offsets(fault_connect(c), c->target->name, request,
                              c->field->call_us, err) < 0)
        return 0;
    now = offsets_now(c, err);
    if (!now)
        return 0;
    if (has_moved(plan, now))
        return 1;
    err_set(err, -EAGAIN, "its offsets are not where they were to be");
    return 0;
}

/* ---- sources ---- */

static int reset_source(const struct fault_call *c, json_t *proof,
                        struct err *err)
{
    AUTO_JSON json_t *before = offsets_now(c, err);
    AUTO_JSON json_t *after = NULL;

    if (!before)
        return 0;
    if (!json_object_get(proof, "reset")) {
        if (json_array_size(before) == 0)
            return err_set(err, -ENODATA,
                           "connector %s: no offset was committed, there is "
                           "nothing to go back over",
                           c->target->name);
        (void)json_object_set(proof, "reset", before);
    }
    if (connect_reset_offsets(fault_connect(c), c->target->name,
                              c->field->call_us, err) < 0)
        return 0;
    after = offsets_now(c, err);
    if (after && json_array_size(after) > 0)
        err_set(err, -EAGAIN, "it still has offsets");
    return after && json_array_size(after) == 0;
}

/* ---- both ---- */

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    const char *type = json_string_value(json_object_get(c->captured, "type"));
    json_t *stopped = json_object_get(proof, "status");
    struct err later = {0};
    int rc;

    if (!stopped && rest_in_state(c, "STOPPED", proof, err) != 1)
        return 0;
    rc = strcmp(type, "source") == 0 ? reset_source(c, proof, err)
                                     : rewind_sink(c, proof, err);
    if (rc == 1)
        best_effort(rest_restore(c, &later)); /* else mended() does */
    return rc;
}

/* The connector must not stay stopped, even if nothing was moved. Ask once in
 * any case: the status lags behind a stop asked for a moment ago. */
static int mended(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *status = rest_status(c, err);
    struct end *end = c->state;

    if (!status)
        return 0;
    if (!end->asked) {
        if (rest_restore(c, err) < 0)
            return 0;
        end->asked = true;
        return -EINPROGRESS;
    }
    if (connect_all_in_state(status, "STOPPED", NULL) &&
        rest_restore(c, err) < 0)
        return 0;
    return rest_restored(c, err);
}

const struct fault_ops fault_offsets_rewind = {
    .name = "offsets_rewind",
    .help = "move a connector's offsets back: a declared replay",
    .target = &target_connector,
    .effect = FAULT_IRREVERSIBLE,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct rewind),
    .state_size = sizeof(struct end),
    .holds = rest_holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .mended = mended,
};
