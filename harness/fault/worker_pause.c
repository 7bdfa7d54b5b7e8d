/* worker_pause.c - SIGSTOP: the worker keeps its connections and does nothing.
 */
#include "fault/process_fault_own.h"

const struct fault_ops fault_worker_pause = {
    .name = "worker_pause",
    .help = "make a Connect worker stand still, like a long pause of the JVM",
    .target = &target_worker,
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
