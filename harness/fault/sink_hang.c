/* sink_hang.c - a sink that takes requests without answering.
 *
 * When the fault ends, each request still held gets the true answer: 200 if the
 * record was taken, a reset if not. So a connector with a time-out longer than
 * the fault sends nothing twice. A connector that gives up earlier sends the
 * record again, and the copies lie inside the disturbance.
 */
#include "fault/sink_fault_own.h"

static const struct arg args[] = {
    SINK_SHARE_ARG(struct sink_silence, 1,
                   "share of the requests that hang, drawn by the seed"),
    SINK_WHEN_ARG("after",
                  "after: the record is taken, and answered with 200 when the "
                  "fault ends; before: the record is not taken, and the "
                  "connection is reset when the fault ends"),
};

const struct fault_ops fault_sink_hang = {
    .name = "sink_hang",
    .help = "an http endpoint takes requests, and answers when the fault ends",
    .behaviour = "hang",
    SINK_ARGS(args, struct sink_silence),
    SINK_FAULT,
};
