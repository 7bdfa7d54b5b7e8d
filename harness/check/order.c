/* order.c - the check for the records of each stream being first seen in the
 * order of the sequence. */
#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static const char *const kinds[] = {"reordered", NULL};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct findings_asked a = {kinds, "every stream in order"};
    struct hops_sum sum;

    (void)logs_dir;
    (void)args;
    if (!judge_findings(run, &a, &sum, ret))
        return;
    check_say(ret, CHECK_HELD,
              "%s records first seen in the order of their streams, on %zu "
              "hop%s",
              count_of(sum.delivered).text, sum.hops, sum.hops == 1 ? "" : "s");
}

const struct check_ops check_order = {
    .name = "order",
    .help =
        "no record overtakes an earlier record of the same stream on any hop",
    .relaxes = kinds,
    .about = kinds,
    .judge = judge,
};
