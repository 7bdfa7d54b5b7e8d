/* sink_error.c - a sink answers with an error. */
#include "fault/sink_fault_own.h"

struct error {
    int64_t status, share;
    const char *containing; /* or NULL */
};

static const struct arg args[] = {
    SINK_STATUS_ARG(struct error, "503"),
    SINK_SHARE_ARG(struct error, 1,
                   "share of the requests answered so, drawn by the seed"),
    {.name = "containing",
     .type = ARG_STRING,
     .at = offsetof(struct error, containing),
     .dflt = "",
     .help = "answer so only requests with this text in the body, for "
             "example records of a new schema"},
};

const struct fault_ops fault_sink_error = {
    .name = "sink_error",
    .help = "answer a share of an http endpoint's requests with an error",
    .behaviour = "answer",
    SINK_ARGS(args, struct error),
    SINK_FAULT,
};
