/* offset_continuity.c - the check for no committed offset of a sink's consumer
 * group moving back, unless a fault of the run moved the offset.
 *
 * Sinks with a buffer commit offsets ahead of the records delivered, so commits
 * ahead are an event only if the scenario asks for `committed-ahead`.
 */
#include "check/events_own.h"
#include "check/evidence_look_own.h"

struct continuity {
    int64_t committed_ahead;
    const char *connector;
};

static const struct arg args_of[] = {
    {.name = "committed-ahead",
     .type = ARG_BOOL,
     .at = offsetof(struct continuity, committed_ahead),
     .dflt = "false",
     .help = "true: also no offset is committed ahead of the records arrived"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct continuity, connector),
     .dflt = "",
     .help = "the connector judged; default: every connector"},
};

static const char *const both[] = {"offset regression", "committed ahead",
                                   NULL};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    static const char *const one[] = {"offset regression", NULL};
    const struct continuity *c = args;
    const struct events_asked a = {c->committed_ahead ? both : one,
                                   c->connector};

    (void)logs_dir;
    judge_events(run, &a, ret);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct continuity *)args)->connector, s,
                            err);
}

const struct check_ops check_offset_continuity = {
    .name = "offset_continuity",
    .help = "no committed offset moves back by itself",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct continuity),
    .about = both,
    .refuse = refuse,
    .judge = judge,
};
