/* offset_continuity - no commit of a sink's group moved back, unless the run
 * itself moved it.
 *
 * A commit ahead of what has arrived is how buffering sinks work, so it is
 * asked for by name only.
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
     .help = "no commit ahead of what has arrived either"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct continuity, connector),
     .dflt = "",
     .help = "of this connector only"},
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
