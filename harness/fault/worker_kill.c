/* worker_kill.c - SIGKILL: nothing is flushed, nobody is told. */
#include "fault/process_fault_own.h"

const struct fault_ops fault_worker_kill = {
    .name = "worker_kill",
    .help = "kill -9 a Connect worker, start the worker again later",
    .target = &target_worker,
    .effect = FAULT_RESTORES,
    .needs = PLATFORM_CAN_SIGNAL_NODES,
    .state_size = sizeof(struct process_state),
    .holds = process_holds,
    .capture = process_capture,
    .apply = process_kill,
    .landed = process_killed,
    .revert = process_revive,
    .mended = process_answers,
};
