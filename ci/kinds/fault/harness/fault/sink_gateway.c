/* sink_gateway.c - a proxy in front of a sink gives up: 502 to 504, late. */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct gateway {
    int64_t status, delay, share;
};

static const struct arg args[] = {
    {.name = "status",
     .type = ARG_INT,
     .at = offsetof(struct gateway, status),
     .min = 502,
     .max = 504,
     .dflt = "504",
     .help = "HTTP status of the proxy; the record is not taken"},
    {.name = "delay",
     .type = ARG_DURATION,
     .at = offsetof(struct gateway, delay),
     .max = 600 * US_PER_S,
     .dflt = "500ms",
     .help = "before each answer, good answers included"},
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct gateway, share),
     .min = 1,
     .max = PPM,
     .dflt = "100%",
     .help = "share of the requests with the proxy's status, by the seed"},
};

const struct fault_ops fault_sink_gateway = {
    .name = "sink_gateway",
    .help = "a proxy in front of an http endpoint gives up: 502 to 504, late",
    .behaviour = "answer",
    SINK_ARGS(args, struct gateway),
    SINK_FAULT,
};
