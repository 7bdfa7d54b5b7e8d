/* no_loss.c - the check for every record upstream of a hop being downstream, in
 * the dead-letter queue, or filtered.
 */
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static const char *const kinds[] = {"lost", "unseen", NULL};

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct findings_asked a = {kinds, "every record to arrive"};
    struct hops_sum sum;

    (void)logs_dir;
    (void)args;
    if (!judge_findings(run, &a, &sum, ret))
        return;
    check_say(ret, CHECK_HELD,
              "%s of %s records delivered, %s dead-lettered, %s filtered, on "
              "%zu hop%s",
              count_of(sum.delivered).text, count_of(sum.upstream).text,
              count_of(sum.dead_lettered).text, count_of(sum.filtered).text,
              sum.hops, sum.hops == 1 ? "" : "s");
}

const struct check_ops check_no_loss = {
    .name = "no_loss",
    .help = "no record is lost or unseen on any hop",
    .relaxes = kinds,
    .about = kinds,
    .judge = judge,
};
