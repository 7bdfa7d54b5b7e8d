/* sink_error.c - a sink that answers with an error. */
#include <stdio.h>

#include "base/units.h"
#include "fault/sink_fault_own.h"

struct error {
    int64_t status, share;
    const char *containing; /* or NULL */
};

static const struct arg args[] = {
    {.name = "status",
     .type = ARG_INT,
     .at = offsetof(struct error, status),
     .min = 400,
     .max = 599,
     .dflt = "503",
     .help = "HTTP status of the answer; the record is not taken"},
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct error, share),
     .min = 1,
     .max = PPM,
     .dflt = "100%",
     .help = "of the requests that get it, drawn by the seed"},
    {.name = "containing",
     .type = ARG_STRING,
     .at = offsetof(struct error, containing),
     .dflt = "",
     .help = "only requests whose body contains this get it: a record of a "
             "schema that the sink does not know"},
};

static struct misbehaviour wanted(const struct fault_call *c)
{
    const struct error *e = c->args;
    struct misbehaviour m = {
        .status = e->status,
        .share = e->share,
        .retry_after_s = -1,
        .seed = c->seed >> 1, /* goes through JSON, signed */
    };

    (void)snprintf(m.containing, sizeof(m.containing), "%s",
                   e->containing ? e->containing : "");
    return m;
}

static int apply(const struct fault_call *c, struct err *err)
{
    struct misbehaviour m = wanted(c);

    return sink_misbehave(c, &m, err);
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct misbehaviour m = wanted(c);

    return sink_misbehaved(c, &m, proof, err);
}

extern const struct fault_ops fault_sink_error;
const struct fault_ops fault_sink_error = {
    .name = "sink_error",
    .help = "answer a share of an http endpoint's requests with an error",
    .target = TARGET_ENDPOINT,
    .effect = FAULT_RESTORES,
    .needs_endpoint = ENDPOINT_CAN_MISBEHAVE,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct error),
    .capture = sink_capture,
    .apply = apply,
    .landed = landed,
    .revert = sink_behave,
    .mended = sink_behaves,
};
