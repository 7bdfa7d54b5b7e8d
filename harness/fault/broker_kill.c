/* broker_kill.c - SIGKILL: nothing is flushed, nobody is told. */
#include "fault/process_fault_own.h"

const struct fault_ops fault_broker_kill = {
    .name = "broker_kill",
    .help = "kill -9 a broker, start the broker again later",
    .target = &target_broker,
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
