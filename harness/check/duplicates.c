/* duplicates.c - the check for a bound on the duplicates over the connectors'
 * hops.
 *
 *   - duplicates: {max: 500}
 *   - duplicates: {per-disturbance: 2000, connector: orders-to-shop}
 *
 * Without a bound no duplicate is allowed. With both bounds, both must hold.
 */
#include <inttypes.h>
#include <stdio.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

struct duplicates {
    int64_t max;
    int64_t per_disturbance;
    const char *connector;
};

static const struct arg args_of[] = {
    {.name = "max",
     .type = ARG_INT,
     .at = offsetof(struct duplicates, max),
     .min = -1,
     .max = INT64_MAX,
     .dflt = "-1",
     .help = "most duplicates in the whole run; -1: no such bound"},
    {.name = "per-disturbance",
     .type = ARG_INT,
     .at = offsetof(struct duplicates, per_disturbance),
     .min = -1,
     .max = INT32_MAX,
     .dflt = "-1",
     .help = "most duplicates for each fault applied; -1: no such bound"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct duplicates, connector),
     .dflt = "",
     .help = "the connector whose hops count; default: every connector"},
};

/* The number of faults applied. Faults with overlapping windows count one by
 * one: the bounds of the faults add up. */
static int64_t disturbances(const json_t *run)
{
    const json_t *faults = json_object_get(run, "faults");
    int64_t n = 0;

    for (size_t i = 0; i < json_array_size(faults); i++)
        n += look_number(json_array_get(faults, i), "applied_us", -1) >= 0;
    return n;
}

/* The number of duplicates allowed in the whole run, by the lower of the two
 * bounds; the bound in words goes to `why`. */
static int64_t bound_of(const struct duplicates *d, int64_t faults, char *why,
                        size_t size)
{
    int64_t by_faults = d->per_disturbance * faults;

    if (d->max < 0 && d->per_disturbance < 0) {
        (void)snprintf(why, size, "none");
        return 0;
    }
    if (d->per_disturbance < 0 || (d->max >= 0 && d->max <= by_faults)) {
        (void)snprintf(why, size, "at most %s", count_of(d->max).text);
        return d->max;
    }
    (void)snprintf(why, size, "at most %s (%s for each of %s disturbances)",
                   count_of(by_faults).text, count_of(d->per_disturbance).text,
                   count_of(faults).text);
    return by_faults;
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct duplicates *d = args;
    const struct hop_choice c = {.connector = d->connector};
    const json_t *hops = json_object_get(run, "hops");
    const json_t *worst = NULL;
    struct hops_sum sum;
    int64_t got = 0, bound;
    char why[192];

    (void)logs_dir;
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);

        if (!hop_chosen(hop, &c))
            continue;
        got += hop_finding(hop, "duplicate");
        if (!worst ||
            hop_finding(hop, "duplicate") > hop_finding(worst, "duplicate"))
            worst = hop;
    }
    bound = bound_of(d, disturbances(run), why, sizeof(why));
    if (got > bound) {
        check_say(ret, CHECK_FAILED, "%s: expected %s, got %s duplicates%s",
                  look_text(worst, "name"), why, count_of(got).text,
                  hop_worst(worst, "duplicate").text);
        return;
    }
    if (!hops_whole(run, &c, &sum, ret))
        return;
    check_say(ret, CHECK_HELD,
              "%s duplicates of %s records on %zu hop%s, %s allowed",
              count_of(got).text, count_of(sum.upstream).text, sum.hops,
              sum.hops == 1 ? "" : "s", why);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct duplicates *)args)->connector, s,
                            err);
}

static const char *const relaxed[] = {"duplicate", NULL};

const struct check_ops check_duplicates = {
    .name = "duplicates",
    .help = "the connectors' hops delivered at most a number of duplicates",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct duplicates),
    .relaxes = relaxed,
    .about = relaxed,
    .refuse = refuse,
    .judge = judge,
};
