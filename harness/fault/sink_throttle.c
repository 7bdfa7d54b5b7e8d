/* sink_throttle.c - a sink asks callers to slow down, or is slow. */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct throttle {
    int64_t status, share, retry_after_us, delay_us;
};

static const struct arg args[] = {
    {.name = "status",
     .type = ARG_INT,
     .at = offsetof(struct throttle, status),
     .min = 400,
     .max = 599,
     .dflt = "429",
     .help = "HTTP status of the answer to a request; the record is not taken"},
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct throttle, share),
     .min = 0,
     .max = PPM,
     .dflt = "100%",
     .help = "share of the requests answered so, drawn by the seed; 0%: none, "
             "only the delay is in force"},
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
