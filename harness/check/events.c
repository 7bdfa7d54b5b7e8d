/* events.c - judges checks for the absence of event findings. */
#include "check/events_own.h"

#include <inttypes.h>
#include <stdio.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

static void say_failed(const json_t *hop, const char *kind, const json_t *e,
                       struct check_result *ret)
{
    const json_t *w = json_array_get(json_object_get(e, "worst"), 0);
    int64_t from = look_number(w, "from", -1), to = look_number(w, "to", -1);
    int64_t a = look_number(w, "node_a", -1), b = look_number(w, "node_b", -1);
    char where[96] = "", offsets[96] = "", who[64] = "";

    if (w)
        (void)snprintf(where, sizeof(where), "; partition %d at %s",
                       (int)look_number(w, "partition", -1),
                       time_of(look_number(w, "at_us", -1)).text);
    if (w && from >= 0 && to >= 0)
        (void)snprintf(offsets, sizeof(offsets),
                       ", offset %" PRId64 ", then %" PRId64, from, to);
    if (w && a >= 0 && b >= 0)
        (void)snprintf(who, sizeof(who),
                       ", worker-%" PRId64 " and worker-%" PRId64, a, b);
    check_say(ret, CHECK_FAILED, "%s: %s: expected none, got %s%s%s%s",
              look_text(hop, "name"), kind,
              count_of(look_number(e, "count", 0)).text, where, offsets, who);
}

/* Looks for events of a kind on a hop. 1: found, and `ret` says failed. 0:
 * none. -1: the kind was not observed, and `ret` says not judged unless an
 * earlier hop already did. */
static int look_at(const json_t *hop, const char *kind,
                   struct check_result *ret)
{
    const json_t *e = json_object_get(json_object_get(hop, "events"), kind);
    const char *why = look_text(e, "why_not");

    if (!json_is_true(json_object_get(e, "judged"))) {
        if (ret->status == CHECK_HELD)
            check_say(ret, CHECK_NOT_JUDGED, "%s: %s: %s",
                      look_text(hop, "name"), kind,
                      why[0] ? why : "not observed");
        return -1;
    }
    if (look_number(e, "count", 0) == 0)
        return 0;
    say_failed(hop, kind, e, ret);
    return 1;
}

/* An event found on any hop decides, so a hop without observation does not end
 * the search: only after the last hop is the check not judged or held. */
void judge_events(const json_t *run, const struct events_asked *a,
                  struct check_result *ret)
{
    const struct hop_choice c = {.connector = a->connector};
    const json_t *hops = json_object_get(run, "hops");
    size_t n = 0, at = 0;
    char what[160] = "";

    ret->status = CHECK_HELD;
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);

        if (!hop_chosen(hop, &c))
            continue;
        n++;
        for (size_t k = 0; a->kinds[k]; k++)
            if (look_at(hop, a->kinds[k], ret) > 0)
                return;
    }
    if (ret->status != CHECK_HELD)
        return;
    for (size_t k = 0; a->kinds[k] && at < sizeof(what); k++)
        at += (size_t)snprintf(what + at, sizeof(what) - at, "%s%s",
                               k > 0 ? " and no " : "", a->kinds[k]);
    if (n == 0)
        check_say(ret, CHECK_NOT_JUDGED, "there is no hop of a connector");
    else
        check_say(ret, CHECK_HELD, "no %s seen on %zu hop%s", what, n,
                  n == 1 ? "" : "s");
}
