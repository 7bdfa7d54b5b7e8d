/* sink_reset.c - a sink that resets connections in place of an answer. */
#include "base/units.h"
#include "fault/sink_fault_own.h"

struct reset {
    int64_t share;
    int64_t after;
};

static const char *const whens[] = {"before", "after", NULL};

static const struct arg args[] = {
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct reset, share),
     .min = 1,
     .max = PPM,
     .dflt = "100%",
     .help = "of the requests that are reset, drawn by the seed"},
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct reset, after),
     .dflt = "before",
     .words = whens,
     .help = "before the record is taken, or after it: the sender cannot know "
             "then, and sends it again"},
};

static struct misbehaviour wanted(const struct fault_call *c)
{
    const struct reset *r = c->args;

    return (struct misbehaviour){
        .share = r->share,
        .retry_after_s = -1,
        .reset = r->after ? RESET_AFTER : RESET_BEFORE,
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

extern const struct fault_ops fault_sink_reset;
const struct fault_ops fault_sink_reset = {
    .name = "sink_reset",
    .help = "an http endpoint resets connections in place of an answer",
    .target = TARGET_ENDPOINT,
    .effect = FAULT_RESTORES,
    .needs_endpoint = ENDPOINT_CAN_MISBEHAVE,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct reset),
    .capture = sink_capture,
    .apply = apply,
    .landed = landed,
    .revert = sink_behave,
    .mended = sink_behaves,
};
