/* sink_reset.c - a sink resets connections in place of an answer. */
#include "fault/sink_fault_own.h"

static const struct arg args[] = {
    SINK_SHARE_ARG(struct sink_silence, 1,
                   "share of the requests reset, drawn by the seed"),
    SINK_WHEN_ARG(
        "before",
        "before: the record is not taken; after: the record is taken, "
        "and the sender, not knowing, sends a copy"),
};

const struct fault_ops fault_sink_reset = {
    .name = "sink_reset",
    .help = "an http endpoint resets connections in place of an answer",
    .behaviour = "reset",
    SINK_ARGS(args, struct sink_silence),
    SINK_FAULT,
};
