/* intact - what arrives is what was written, where it belongs. */
#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static const char *const kinds[] = {
    "corrupt", "altered", "diverged", "phantom", "misrouted", "stale", NULL};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct findings_asked a = {kinds, "every record as it was written"};
    struct hops_sum sum;

    (void)logs_dir;
    (void)args;
    if (!judge_findings(run, &a, &sum, ret))
        return;
    check_say(ret, CHECK_HELD,
              "%s records delivered on %zu hop%s, none of them found corrupt, "
              "diverged, phantom or misrouted",
              count_of(sum.delivered).text, sum.hops, sum.hops == 1 ? "" : "s");
}

const struct check_ops check_intact = {
    .name = "intact",
    .help = "no record is corrupt, altered, diverged, phantom, misrouted or "
            "stale",
    .relaxes = kinds,
    .about = kinds,
    .judge = judge,
};
