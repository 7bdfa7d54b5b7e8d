/* broker_stop.c - SIGTERM: the broker shuts down in good order. */
#include "fault/process_fault_own.h"

const struct fault_ops fault_broker_stop = {
    .name = "broker_stop",
    .help = "stop a broker in good order, start the broker again later",
    .target = &target_broker,
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
