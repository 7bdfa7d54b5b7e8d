/* broker_pause.c - SIGSTOP: the broker keeps its connections and does nothing.
 */
#include "fault/process_fault_own.h"

const struct fault_ops fault_broker_pause = {
    .name = "broker_pause",
    .help = "make a broker stand still, like a long pause of the JVM",
    .target = &target_broker,
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
