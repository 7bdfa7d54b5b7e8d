/* sink_hang.c - a sink that takes requests without answering.
 *
 * When the fault ends, each request still held gets the true answer: 200 if the
 * record was taken, a reset if not. So a connector with a time-out longer than
 * the fault sends nothing twice. A connector that gives up earlier sends the
 * record again, and the copies lie inside the disturbance.
 */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct hang {
    int64_t share;
    int64_t when;
};

static const char *const whens[] = {"before", "after", NULL};

static const struct arg args[] = {
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct hang, share),
     .min = 1,
     .max = PPM,
     .dflt = "100%",
     .help = "share of the requests that hang, drawn by the seed"},
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct hang, when),
     .dflt = "after",
     .words = whens,
     .help = "after: the record is taken, and answered with 200 when the fault "
             "ends; before: the record is not taken, and the connection is "
             "reset when the fault ends"},
};

const struct fault_ops fault_sink_hang = {
    .name = "sink_hang",
    .help = "an http endpoint takes requests, and answers when the fault ends",
    .behaviour = "hang",
    SINK_ARGS(args, struct hang),
    SINK_FAULT,
};
