/* sink_hang.c - a sink that takes a request and does not answer.
 *
 * At the end of the fault each request that is still held gets the answer that
 * is true: 200 where its record was taken, a reset where it was not. So a
 * connector whose own time-out is longer than the fault sends nothing twice,
 * and the copies of one that gave up and sent again lie inside the disturbance.
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
     .help = "after the record is taken: answered 200 at the end of the fault; "
             "or before, and not taken: the connection is reset at the end"},
};

const struct fault_ops fault_sink_hang = {
    .name = "sink_hang",
    .help =
        "an http endpoint takes requests and does not answer before the end",
    .behaviour = "hang",
    SINK_ARGS(args, struct hang),
    SINK_FAULT,
};
