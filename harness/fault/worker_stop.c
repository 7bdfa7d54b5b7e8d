/* worker_stop.c - SIGTERM: the worker shuts down in good order. */
#include "fault/process_fault_own.h"

const struct fault_ops fault_worker_stop = {
    .name = "worker_stop",
    .help = "stop a Connect worker in good order, start the worker again later",
    .target = &target_worker,
    .effect = FAULT_RESTORES,
    .needs = PLATFORM_CAN_SIGNAL_NODES,
    .state_size = sizeof(struct process_state),
    .holds = process_holds,
    .capture = process_capture,
    .apply = process_stop,
    .landed = process_stopped,
    .revert = process_revive,
    .mended = process_answers,
};
