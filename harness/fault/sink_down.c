/* sink_down.c - a sink that refuses connections.
 *
 * The port stays bound while nothing listens at it, so that no other program
 * can take the port before the end of the fault. The proof is a connection that
 * the endpoint tries at each of its addresses and that the kernel refuses.
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
     .help = "cut: connections that are open are closed as well; kept: they go "
             "on, and new ones alone are refused"},
};

const struct fault_ops fault_sink_down = {
    .name = "sink_down",
    .help = "an http endpoint refuses connections, as if its program had ended",
    .behaviour = "down",
    SINK_ARGS(args, struct down),
    SINK_FAULT,
};
