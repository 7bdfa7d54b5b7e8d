/* hops.c - reads hops of run.json, and judges checks of record findings. */
#include "check/hops_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/evidence_look_own.h"

bool hop_chosen(const json_t *hop, const struct hop_choice *c)
{
    const char *connector = look_text(hop, "connector");

    if (c->connector)
        return strcmp(connector, c->connector) == 0;
    return c->load_too || connector[0];
}

int64_t hop_finding(const json_t *hop, const char *kind)
{
    const json_t *all = json_object_get(hop, "findings");

    return look_number(json_object_get(all, kind), "records", 0);
}

int64_t hop_doubtful(const json_t *hop, const char *kind)
{
    const json_t *all = json_object_get(hop, "findings");

    return look_number(json_object_get(all, kind), "unjudged", 0);
}

/* Whether the hop is "not judged" only for kinds of findings in doubt. A check
 * of a kind in doubt finds the doubt by hop_doubtful(); other checks may use
 * the hop. */
static bool only_in_doubt(const json_t *hop)
{
    const char *kind;
    json_t *f;

    json_object_foreach (json_object_get(hop, "findings"), kind, f) {
        if (look_number(f, "unjudged", 0) > 0)
            return true;
    }
    return false;
}

/* Why an absent record of the hop proves nothing; NULL: the hop is judged and
 * drained. */
static const char *not_whole(const json_t *hop)
{
    if (look_number(hop, "pending", 0) > 0)
        return "records had not arrived when the drain ended";
    if (strcmp(look_text(hop, "status"), "not judged") == 0 &&
        !only_in_doubt(hop))
        return "the hop was not judged";
    if (!json_is_true(json_object_get(hop, "drained")))
        return "the hop had not drained";
    return NULL;
}

static void add(struct hops_sum *sum, const json_t *hop)
{
    const json_t *b = json_object_get(hop, "balance");

    sum->hops++;
    sum->upstream += look_number(b, "upstream", 0);
    sum->delivered += look_number(b, "delivered", 0);
    sum->dead_lettered += look_number(b, "dead_lettered", 0);
    sum->filtered += look_number(b, "filtered", 0);
    sum->unjudged += look_number(b, "unjudged", 0);
}

bool hops_whole(const json_t *run, const struct hop_choice *c,
                struct hops_sum *ret_sum, struct check_result *ret)
{
    const json_t *hops = json_object_get(run, "hops");

    *ret_sum = (struct hops_sum){0};
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        const char *why = not_whole(hop);

        if (!hop_chosen(hop, c))
            continue;
        if (why) {
            check_say(ret, CHECK_NOT_JUDGED, "%s: %s", look_text(hop, "name"),
                      why);
            return false;
        }
        add(ret_sum, hop);
    }
    if (ret_sum->hops > 0 && ret_sum->upstream > 0)
        return true;
    check_say(ret, CHECK_NOT_JUDGED, "%s%s",
              ret_sum->hops > 0 ? "no record went over any hop"
                                : "the run has no hop",
              c->connector ? " of the connector" : "");
    return false;
}

struct run_words hop_worst(const json_t *hop, const char *kind)
{
    const json_t *all = json_object_get(hop, "findings");
    const json_t *list = json_object_get(json_object_get(all, kind), "worst");
    const json_t *w = json_array_get(list, 0);
    const json_t *down = json_object_get(w, "down_first");
    const json_t *up = json_object_get(w, "up_first");
    bool is_down = look_number(down, "offset", -1) >= 0;
    const json_t *at = is_down ? down : up;
    struct run_words r = {""};
    char place[120] = "";

    if (!w)
        return r;
    if (look_number(at, "offset", -1) >= 0)
        (void)snprintf(place, sizeof(place), ", %.60s[%d] offset %" PRId64,
                       look_text(hop, is_down ? "downstream" : "upstream"),
                       (int)look_number(at, "partition", -1),
                       look_number(at, "offset", -1));
    (void)snprintf(r.text, sizeof(r.text),
                   "; the longest stretch: %s of stream %" PRId64
                   " from sequence %" PRId64 " on%s",
                   count_of(look_number(w, "count", 0)).text,
                   look_number(w, "stream", 0), look_number(w, "first", 0),
                   place);
    return r;
}

/* Writes the findings of a hop as "10 lost, 2 unseen", the first kind found to
 * *ret_first (NULL: none). Returns the number of records. */
static int64_t list_kinds(const json_t *hop, const char *const *kinds,
                          char *out, size_t size, const char **ret_first)
{
    int64_t sum = 0;
    size_t at = 0;

    out[0] = 0;
    *ret_first = NULL;
    for (size_t k = 0; kinds[k]; k++) {
        int64_t n = hop_finding(hop, kinds[k]);

        if (n == 0)
            continue;
        if (at < size)
            at += (size_t)snprintf(out + at, size - at, "%s%s %s",
                                   sum > 0 ? ", " : "", count_of(n).text,
                                   kinds[k]);
        if (!*ret_first)
            *ret_first = kinds[k];
        sum += n;
    }
    return sum;
}

/* Whether a hop has records which may or may not be findings of the kinds: then
 * `ret` says not judged. */
static bool any_in_doubt(const json_t *run, const char *const *kinds,
                         struct check_result *ret)
{
    const json_t *hops = json_object_get(run, "hops");

    for (size_t i = 0; i < json_array_size(hops); i++)
        for (size_t k = 0; kinds[k]; k++) {
            const json_t *hop = json_array_get(hops, i);
            int64_t n = hop_doubtful(hop, kinds[k]);

            if (n == 0)
                continue;
            check_say(ret, CHECK_NOT_JUDGED,
                      "%s: whether %s records are %s cannot be told",
                      look_text(hop, "name"), count_of(n).text, kinds[k]);
            return true;
        }
    return false;
}

/* Findings decide first: a hop with findings fails the check even beside hops
 * never judged. The first such hop is shown, with the number of the others.
 * Only without findings do doubt and missing evidence matter. */
bool judge_findings(const json_t *run, const struct findings_asked *a,
                    struct hops_sum *ret_sum, struct check_result *ret)
{
    const struct hop_choice every = {.load_too = true};
    const json_t *hops = json_object_get(run, "hops");
    const json_t *worst = NULL;
    const char *kind;
    size_t bad = 0;
    char got[200], more[48] = "";

    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);

        if (list_kinds(hop, a->kinds, got, sizeof(got), &kind) == 0)
            continue;
        worst = worst ? worst : hop;
        bad++;
    }
    if (!worst)
        return !any_in_doubt(run, a->kinds, ret) &&
               hops_whole(run, &every, ret_sum, ret);
    (void)list_kinds(worst, a->kinds, got, sizeof(got), &kind);
    if (bad > 1)
        (void)snprintf(more, sizeof(more), " (1 of %zu such hops)", bad);
    check_say(
        ret, CHECK_FAILED, "%s: expected %s, got %s of %s records%s%s",
        look_text(worst, "name"), a->expected, got,
        count_of(look_number(json_object_get(worst, "balance"), "upstream", 0))
            .text,
        hop_worst(worst, kind).text, more);
    return false;
}
