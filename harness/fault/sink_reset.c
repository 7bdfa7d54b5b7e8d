/* sink_reset.c - a sink resets connections in place of an answer. */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct reset {
    int64_t share;
    int64_t when;
};

static const char *const whens[] = {"before", "after", NULL};

static const struct arg args[] = {
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct reset, share),
     .min = 1,
     .max = PPM,
     .dflt = "100%",
     .help = "share of the requests reset, drawn by the seed"},
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct reset, when),
     .dflt = "before",
     .words = whens,
     .help = "before: the record is not taken; after: the record is taken, "
             "and the sender, not knowing, sends a copy"},
};

const struct fault_ops fault_sink_reset = {
    .name = "sink_reset",
    .help = "an http endpoint resets connections in place of an answer",
    .behaviour = "reset",
    SINK_ARGS(args, struct reset),
    SINK_FAULT,
};
