/* connector_stop.c - the tasks of the connector are removed altogether. */
#include "fault/connect_fault_own.h"

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    return rest_capture_unless(c, "STOPPED", ret, err);
}

static int apply(const struct fault_call *c, struct err *err)
{
    return connect_do(fault_connect(c), c->target->name, "stop",
                      c->field->call_us, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    return rest_in_state(c, "STOPPED", proof, err);
}

const struct fault_ops fault_connector_stop = {
    .name = "connector_stop",
    .help = "stop a connector, which ends all tasks; resume later",
    .target = &target_connector,
    .effect = FAULT_RESTORES,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .holds = rest_holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .revert = rest_restore,
    .mended = rest_restored,
};
