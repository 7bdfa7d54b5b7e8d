/* balance.c - the check for every record upstream of a hop being delivered,
 * dead-lettered, filtered, reported as a finding, or not judged.
 *
 * A balance with a remainder is a defect of the harness, whatever the connector
 * did. So the check is then not judged, neither held nor failed, and the run is
 * inconclusive.
 */
#include <inttypes.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static bool all_close(const json_t *run, struct check_result *ret)
{
    const json_t *hops = json_object_get(run, "hops");

    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        const json_t *b = json_object_get(hop, "balance");

        if (json_is_true(json_object_get(b, "closes")))
            continue;
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: expected %s upstream, got %s delivered, %s "
                  "dead-lettered, %s filtered, %s lost, %s unseen: the balance "
                  "does not close, a defect of the harness",
                  look_text(hop, "name"),
                  count_of(look_number(b, "upstream", 0)).text,
                  count_of(look_number(b, "delivered", 0)).text,
                  count_of(look_number(b, "dead_lettered", 0)).text,
                  count_of(look_number(b, "filtered", 0)).text,
                  count_of(look_number(b, "lost", 0)).text,
                  count_of(look_number(b, "unseen", 0)).text);
        return false;
    }
    return true;
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct hop_choice every = {.load_too = true};
    struct hops_sum sum;

    (void)logs_dir;
    (void)args;
    if (!hops_whole(run, &every, &sum, ret) || !all_close(run, ret))
        return;
    check_say(ret, CHECK_HELD,
              "closes on %zu hop%s%s: %s upstream, of them %s delivered, %s "
              "dead-lettered, %s filtered, %s not judged, %s findings",
              sum.hops, sum.hops == 1 ? "" : "s",
              sum.hops == 1 ? "" : ", counted on each",
              count_of(sum.upstream).text, count_of(sum.delivered).text,
              count_of(sum.dead_lettered).text, count_of(sum.filtered).text,
              count_of(sum.unjudged).text,
              count_of(sum.upstream - sum.delivered - sum.dead_lettered -
                       sum.filtered - sum.unjudged)
                  .text);
}

const struct check_ops check_balance = {
    .name = "balance",
    .help = "the balance closes on every hop: upstream records = delivered + "
            "dead-lettered + filtered + findings + not judged",
    .judge = judge,
};
