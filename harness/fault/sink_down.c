/* sink_down.c - a sink refuses connections.
 *
 * The port stays bound while no socket listens at the port, so no other program
 * can take the port before the fault ends. Proof: the endpoint dials each
 * address of its server, and the kernel refuses the connections.
 */
#include "fault/sink_fault_own.h"

struct down {
    int64_t connections;
};

static const char *const connections[] = {"cut", "kept", NULL};

static const struct arg args[] = {
    {.name = "connections",
     .type = ARG_WORD,
     .at = offsetof(struct down, connections),
     .dflt = "cut",
     .words = connections,
     .help = "cut: close open connections as well; kept: open connections go "
             "on, and only new connections are refused"},
};

const struct fault_ops fault_sink_down = {
    .name = "sink_down",
    .help = "an http endpoint refuses connections, as if the program had ended",
    .behaviour = "down",
    SINK_ARGS(args, struct down),
    SINK_FAULT,
};
