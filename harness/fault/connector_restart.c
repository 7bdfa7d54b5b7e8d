/* connector_restart.c - the connector and all tasks end and start anew. */
#include "base/own.h"
#include "fault/connect_fault_own.h"

static int apply(const struct fault_call *c, struct err *err)
{
    return connect_do(fault_connect(c), c->target->name, "restart",
                      c->field->call_us, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (!rest_all_moved(c, json_object_get(c->captured, "marks"), err))
        return 0;
    status = rest_status(c, err);
    if (!status || !rest_settled(status, err))
        return 0;
    (void)json_object_set_new(proof, "status", rest_states(status));
    (void)json_object_set_new(proof, "records", rest_marks(c, status));
    return 1;
}

const struct fault_ops fault_connector_restart = {
    .name = "connector_restart",
    .help = "restart a connector with all tasks, over REST",
    .target = &target_connector,
    .effect = FAULT_ENDS_BY_ITSELF,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .holds = rest_holds,
    .capture = rest_capture_running,
    .apply = apply,
    .landed = landed,
};
