/* connector_recreate.c - a connector deleted, seen to be gone, and created
 * again.
 *
 * Offsets outlive a connector, so the new connector goes on where the old
 * connector was.
 */
#include <errno.h>
#include <string.h>

#include "base/own.h"
#include "fault/connect_fault_own.h"

struct recreate {
    bool was_gone;
};

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *captured = NULL;
    json_t *config;
    int rc = rest_capture_running(c, &captured, err);

    if (rc < 0)
        return rc;
    config = rest_config(c, err);
    if (!config)
        return err->code;
    (void)json_object_set_new(captured, "config", config);
    *ret = TAKE(captured);
    return 0;
}

static int apply(const struct fault_call *c, struct err *err)
{
    return connect_delete(fault_connect(c), c->target->name, c->field->call_us,
                          err);
}

enum presence { IS_THERE, IS_GONE, IS_UNKNOWN };

static enum presence look(const struct fault_call *c, struct err *err)
{
    struct err why = {0};
    AUTO_JSON json_t *config = rest_config(c, &why);

    if (config)
        return IS_THERE;
    if (why.code == -ENOENT)
        return IS_GONE;
    err_set(err, why.code, "%s", why.text);
    return IS_UNKNOWN;
}

static int put_again(const struct fault_call *c, struct err *err)
{
    return connect_put(fault_connect(c), c->target->name,
                       json_object_get(c->captured, "config"),
                       c->field->call_us, err);
}

/* Create the connector unless Connect has it. A worker that has not yet heard
 * of the last creation gets the same request again. True: the connector exists.
 */
static bool bring_back(const struct fault_call *c, struct err *err)
{
    switch (look(c, err)) {
    case IS_THERE:
        return true;
    case IS_GONE:
        if (put_again(c, err) == 0)
            err_set(err, -EAGAIN, "connector %s was put again a moment ago",
                    c->target->name);
        return false;
    case IS_UNKNOWN:
        return false;
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct recreate *r = c->state;
    AUTO_JSON json_t *status = NULL;

    if (!r->was_gone) {
        if (look(c, err) != IS_GONE) {
            err_set(err, -EAGAIN, "connector %s is still there",
                    c->target->name);
            return 0;
        }
        r->was_gone = true;
        (void)json_object_set_new(proof, "deleted",
                                  json_string("REST knew it no more"));
    }
    if (!bring_back(c, err))
        return 0;
    status = rest_status(c, err);
    if (!status || !rest_settled(status, err) ||
        !rest_moved(c, json_object_get(c->captured, "marks"), -1, err))
        return 0;
    (void)json_object_set_new(proof, "status", rest_states(status));
    return 1;
}

/* Called also after a harness that died between deletion and creation: nothing
 * else creates the connector again. */
static int mended(const struct fault_call *c, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (!bring_back(c, err))
        return 0;
    status = rest_status(c, err);
    return status && rest_settled(status, err);
}

const struct fault_ops fault_connector_recreate = {
    .name = "connector_recreate",
    .help = "delete a connector, create it again with the same configuration",
    .target = &target_connector,
    .effect = FAULT_ENDS_BY_ITSELF,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .state_size = sizeof(struct recreate),
    .holds = rest_holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .mended = mended,
};
