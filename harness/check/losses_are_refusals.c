/* losses_are_refusals.c - the check for as many records being lost on the way
 * into an endpoint as the endpoint refused and never took.
 *
 * Equal counts are taken to mean: the connector dropped exactly the records
 * refused, and the harness counted the losses right. More losses than refusals
 * mean a loss with another cause. Fewer losses than refusals leave open whether
 * each loss was a refusal, so the check is then not judged.
 */
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "check/evidence_look_own.h"
#include "check/hops_own.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

struct refusals {
    const char *on;
};

static const struct arg args_of[] = {
    {.name = "on",
     .type = ARG_STRING,
     .at = offsetof(struct refusals, on),
     .help = "the endpoint refusing records"},
};

static void judge_hop(const json_t *hop, const char *on,
                      struct check_result *ret)
{
    const json_t *r = json_object_get(hop, "refusals");
    int64_t refused = look_number(r, "refused_and_never_taken", -1);
    int64_t lost = look_number(r, "lost_or_unseen", -1);
    const char *name = look_text(hop, "name");

    if (strcmp(look_text(hop, "status"), "not judged") == 0 ||
        !json_is_true(json_object_get(hop, "drained")))
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: the hop was not judged after a drain", name);
    else if (refused < 0 || lost < 0)
        check_say(ret, CHECK_NOT_JUDGED, "%s: %s counts no refused records",
                  name, on);
    else if (lost > refused)
        check_say(ret, CHECK_FAILED,
                  "%s: expected each of %s lost records to be refused by %s, "
                  "got %s refused%s",
                  name, count_of(lost).text, on, count_of(refused).text,
                  hop_worst(hop, "lost").text);
    else if (lost < refused)
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: %s refused %s records for good, %s are lost: the "
                  "numbers do not tell whether each lost record was refused",
                  name, on, count_of(refused).text, count_of(lost).text);
    else if (lost == 0)
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: expected losses, got none, and %s refused no record for "
                  "good",
                  name, on);
    else
        check_say(ret, CHECK_HELD,
                  "%s: each of %s lost records was refused and never taken by "
                  "%s",
                  name, count_of(lost).text, on);
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const char *on = ((const struct refusals *)args)->on;
    const json_t *hops = json_object_get(run, "hops");

    (void)logs_dir;
    check_say(ret, CHECK_NOT_JUDGED, "%s: no hop leads into the endpoint", on);
    for (size_t i = 0, n = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        struct check_result one = {0};

        if (strcmp(look_text(hop, "downstream"), on) != 0)
            continue;
        judge_hop(hop, on, &one);
        if (n++ == 0 || one.status == CHECK_FAILED ||
            (one.status == CHECK_NOT_JUDGED && ret->status == CHECK_HELD))
            *ret = one;
        if (ret->status == CHECK_FAILED)
            return;
    }
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    const char *on = ((const struct refusals *)args)->on;
    AUTO_FREE const char **names =
        must_calloc(s->endpoints_len, sizeof(*names));

    for (size_t i = 0; i < s->endpoints_len; i++) {
        names[i] = s->endpoints[i].name;
        if (strcmp(names[i], on) == 0)
            return 0;
    }
    return err_set(err, -EINVAL, "on: \"%s\" is no endpoint%s", on,
                   did_you_mean(nearest_word(on, names, s->endpoints_len)));
}

const struct check_ops check_losses_are_refusals = {
    .name = "losses_are_refusals",
    .help = "as many records are lost as an endpoint refused for good",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct refusals),
    .refuse = refuse,
    .judge = judge,
};
