/* single_owner.c - the check for no worker delivering from a partition after
 * another worker took the partition over, unless a rebalance gave the partition
 * back.
 */
#include "check/events_own.h"
#include "check/evidence_look_own.h"

struct owner {
    const char *connector;
};

static const struct arg args_of[] = {
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct owner, connector),
     .dflt = "",
     .help = "the connector judged; default: every connector"},
};

static const char *const kinds[] = {"two owners", NULL};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct events_asked a = {kinds,
                                   ((const struct owner *)args)->connector};

    (void)logs_dir;
    judge_events(run, &a, ret);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct owner *)args)->connector, s, err);
}

const struct check_ops check_single_owner = {
    .name = "single_owner",
    .help = "no partition is delivered by two workers at a time",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct owner),
    .about = kinds,
    .refuse = refuse,
    .judge = judge,
};
