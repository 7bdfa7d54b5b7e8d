/* node_pause.c - SIGSTOP to a broker or a worker. */
#include "fault/process_fault_own.h"

const struct fault_ops fault_node_pause = {
    .name = "node_pause",
    .help = "make one broker or worker stand still, as its machine would",
    .target = &target_node,
    .effect = FAULT_RESTORES,
    .needs_for = true,
    .needs = PLATFORM_CAN_SIGNAL_NODES,
    .state_size = sizeof(struct process_state),
    .holds = process_holds,
    .capture = process_capture,
    .apply = process_pause,
    .landed = process_paused,
    .revert = process_revive,
    .mended = process_answers,
};
