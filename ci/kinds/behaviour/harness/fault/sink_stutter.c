/* sink_stutter.c - a sink that answers each n-th request late. */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct stutter {
    int64_t every, delay;
};

static const struct arg args[] = {
    {.name = "every",
     .type = ARG_INT,
     .at = offsetof(struct stutter, every),
     .min = 2,
     .max = 1000000,
     .dflt = "10",
     .help = "each request whose number is a multiple is answered late"},
    {.name = "delay",
     .type = ARG_DURATION,
     .at = offsetof(struct stutter, delay),
     .min = US_PER_MS,
     .max = 600 * US_PER_S,
     .dflt = "200ms",
     .help = "before such an answer, which is good"},
};

const struct fault_ops fault_sink_stutter = {
    .name = "sink_stutter",
    .help = "an http endpoint answers each n-th request late",
    .behaviour = "stutter",
    SINK_ARGS(args, struct stutter),
    SINK_FAULT,
};
