/* connector_pause.c - the tasks stay where they run, and do nothing. */
#include "fault/connect_fault_own.h"

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    return rest_capture_unless(c, "PAUSED", ret, err);
}

static int apply(const struct fault_call *c, struct err *err)
{
    return connect_do(fault_connect(c), c->target->name, "pause",
                      c->field->call_us, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    return rest_in_state(c, "PAUSED", proof, err);
}

const struct fault_ops fault_connector_pause = {
    .name = "connector_pause",
    .help = "pause a connector with all tasks, resume later",
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
