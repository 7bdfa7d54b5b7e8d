/* task_restart.c - a task ends and starts anew; other tasks go on. */
#include "base/own.h"
#include "fault/connect_fault_own.h"

static int apply(const struct fault_call *c, struct err *err)
{
    return connect_restart_task(fault_connect(c), c->target->name,
                                c->target->task, c->field->call_us, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (!rest_moved(c, json_object_get(c->captured, "marks"), c->target->task,
                    err))
        return 0;
    status = rest_status(c, err);
    if (!status)
        return 0;
    (void)json_object_set_new(proof, "task", json_integer(c->target->task));
    (void)json_object_set_new(proof, "status", rest_states(status));
    (void)json_object_set_new(proof, "records", rest_marks(c, status));
    return 1;
}

const struct fault_ops fault_task_restart = {
    .name = "task_restart",
    .help = "restart a task of a connector, over REST",
    .target = &target_task,
    .effect = FAULT_ENDS_BY_ITSELF,
    .needs = PLATFORM_CAN_CONNECT_REST,
    .holds = rest_holds,
    .capture = rest_capture_running,
    .apply = apply,
    .landed = landed,
};
