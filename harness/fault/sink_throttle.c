/* sink_throttle.c - a sink asks callers to slow down, or is slow. */
#include "fault/sink_fault_own.h"

struct throttle {
    int64_t status, share, retry_after_us, delay_us;
};

static const struct arg args[] = {
    SINK_STATUS_ARG(struct throttle, "429"),
    SINK_SHARE_ARG(struct throttle, 0,
                   "share of the requests answered so, drawn by the seed; 0%: "
                   "none, only the delay is in force"),
    {.name = "retry-after",
     .type = ARG_DURATION,
     .at = offsetof(struct throttle, retry_after_us),
     .min = US_PER_S,
     .max = INT64_C(3600) * US_PER_S,
     .dflt = "",
     .help = "Retry-After header of such an answer, rounded up to whole "
             "seconds; left out: none"},
    {.name = "delay",
     .type = ARG_DURATION,
     .at = offsetof(struct throttle, delay_us),
     .min = 0,
     .max = INT64_C(600) * US_PER_S,
     .dflt = "0ms",
     .help = "time before every answer, also before good answers"},
};

const struct fault_ops fault_sink_throttle = {
    .name = "sink_throttle",
    .help = "an http endpoint asks callers to slow down, or is slow",
    .behaviour = "answer",
    SINK_ARGS(args, struct throttle),
    SINK_FAULT,
};
