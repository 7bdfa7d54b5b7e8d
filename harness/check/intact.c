/* intact.c - the check for records arriving as written, at the right place. */
#include <stdio.h>

#include "base/findings.h"
#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static const char *const kinds[] = {
    "corrupt", "diverged", "phantom", "misrouted", "stale", "altered", NULL};

/* "corrupt, diverged or stale": the kinds judged, or the kinds not judged, so
 * that the sentence claims nothing about a kind no run can have. */
static void list_kinds(bool judged, char *out, size_t size)
{
    const char *of[ARRAY_LEN(kinds)];
    size_t n = 0, at = 0;

    for (size_t i = 0; kinds[i]; i++)
        if (!finding_row(kinds[i])->unjudged == judged)
            of[n++] = kinds[i];
    out[0] = 0;
    for (size_t i = 0; i < n && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s",
                               i == 0       ? ""
                               : i + 1 == n ? " or "
                                            : ", ",
                               of[i]);
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct findings_asked a = {kinds, "every record as it was written"};
    char judged[120], unjudged[120];
    struct hops_sum sum;

    (void)logs_dir;
    (void)args;
    if (!judge_findings(run, &a, &sum, ret))
        return;
    list_kinds(true, judged, sizeof(judged));
    list_kinds(false, unjudged, sizeof(unjudged));
    check_say(ret, CHECK_HELD,
              "%s records delivered on %zu hop%s, none of them found %s%s%s",
              count_of(sum.delivered).text, sum.hops, sum.hops == 1 ? "" : "s",
              judged, unjudged[0] ? "; not judged: " : "", unjudged);
}

const struct check_ops check_intact = {
    .name = "intact",
    .help = "no record is corrupt, diverged, phantom, misrouted or stale "
            "(altered is not judged yet)",
    .relaxes = kinds,
    .about = kinds,
    .judge = judge,
};
