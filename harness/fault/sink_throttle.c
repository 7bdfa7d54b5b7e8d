/* sink_throttle.c - a sink that asks to be spared, and is slow. */
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
     .help = "HTTP status of the answer; the record is not taken"},
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct throttle, share),
     .min = 0,
     .max = PPM,
     .dflt = "100%",
     .help = "of the requests that get it, drawn by the seed; 0%: none, which "
             "leaves the delay"},
    {.name = "retry-after",
     .type = ARG_DURATION,
     .at = offsetof(struct throttle, retry_after_us),
     .min = US_PER_S,
     .max = INT64_C(3600) * US_PER_S,
     .dflt = "",
     .help = "Retry-After header beside it, rounded up to whole seconds; left "
             "out: none"},
    {.name = "delay",
     .type = ARG_DURATION,
     .at = offsetof(struct throttle, delay_us),
     .min = 0,
     .max = INT64_C(600) * US_PER_S,
     .dflt = "0ms",
     .help = "before every answer, good ones too"},
};

static struct misbehaviour wanted(const struct fault_call *c)
{
    const struct throttle *t = c->args;

    return (struct misbehaviour){
        .status = t->share > 0 ? t->status : 0,
        .share = t->share,
        .retry_after_s = t->retry_after_us > 0
                             ? (t->retry_after_us + US_PER_S - 1) / US_PER_S
                             : -1,
        .delay_us = t->delay_us,
        .seed = c->seed >> 1, /* goes through JSON, signed */
    };
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

extern const struct fault_ops fault_sink_throttle;
const struct fault_ops fault_sink_throttle = {
    .name = "sink_throttle",
    .help = "an http endpoint asks its callers to slow down, or is slow",
    .target = TARGET_ENDPOINT,
    .effect = FAULT_RESTORES,
    .needs_endpoint = ENDPOINT_CAN_MISBEHAVE,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct throttle),
    .capture = sink_capture,
    .apply = apply,
    .landed = landed,
    .revert = sink_behave,
    .mended = sink_behaves,
};
