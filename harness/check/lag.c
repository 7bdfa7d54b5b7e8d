/* lag.c - the check for connectors being fewer than a number of records behind,
 * at the end of the run or in all samples. */
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

enum when { AT_END, ALWAYS };

struct lag {
    int64_t below;
    int64_t when; /* enum when */
    const char *connector;
};

static const char *const when_words[] = {"end", "always", NULL};

static const struct arg args_of[] = {
    {.name = "below",
     .type = ARG_INT,
     .at = offsetof(struct lag, below),
     .min = 1,
     .max = INT64_MAX,
     .help = "bound of the lag in records, exclusive; 1: no lag allowed"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct lag, connector),
     .dflt = "",
     .help = "the connector judged; default: every connector"},
    {.name = "when",
     .type = ARG_WORD,
     .at = offsetof(struct lag, when),
     .dflt = "end",
     .help = "end: in the last sample; always: in every sample",
     .words = when_words},
};

/* The highest lag of a connector over the samples asked for. */
struct peak {
    int64_t records, at_us;
    bool seen;
    bool gap; /* a sample asked for has no lag of the connector */
};

static struct peak peak_of(const json_t *series, const char *connector,
                           enum when when)
{
    size_t n = json_array_size(series);
    struct peak p = {.records = -1, .at_us = -1};

    for (size_t i = when == ALWAYS || n == 0 ? 0 : n - 1; i < n; i++) {
        const json_t *s = json_array_get(series, i);
        int64_t v = look_number(json_object_get(s, "lag"), connector, -1);

        p.gap |= v < 0;
        p.seen |= v >= 0;
        if (v > p.records) {
            p.records = v;
            p.at_us = look_number(s, "t_us", -1);
        }
    }
    return p;
}

/* The connector with the highest lag decides, since a lag too high fails the
 * check even if samples of other connectors are missing. */
static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct lag *l = args;
    const struct hop_choice c = {.connector = l->connector};
    const json_t *hops = json_object_get(run, "hops");
    const char *when = l->when == ALWAYS ? "at all times" : "at the end";
    const char *unseen = NULL, *worst = NULL;
    struct peak top = {.records = -1};

    (void)logs_dir;
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        const char *name = look_text(hop, "connector");
        struct peak p;

        if (!hop_chosen(hop, &c))
            continue;
        p = peak_of(json_object_get(run, "series"), name, (enum when)l->when);
        if (!p.seen || p.gap)
            unseen = name;
        if (p.seen && p.records > top.records) {
            top = p;
            worst = name;
        }
    }
    if (worst && top.records >= l->below)
        check_say(ret, CHECK_FAILED,
                  "%s: expected lag below %s %s, got %s records at %s", worst,
                  count_of(l->below).text, when, count_of(top.records).text,
                  time_of(top.at_us).text);
    else if (unseen)
        check_say(ret, CHECK_NOT_JUDGED, "%s: no lag was seen %s", unseen,
                  when);
    else if (!worst)
        check_say(ret, CHECK_NOT_JUDGED, "the run has no connector");
    else
        check_say(ret, CHECK_HELD,
                  "%s was the most behind, by %s records at %s, below %s "
                  "expected %s",
                  worst, count_of(top.records).text, time_of(top.at_us).text,
                  count_of(l->below).text, when);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct lag *)args)->connector, s, err);
}

const struct check_ops check_lag = {
    .name = "lag",
    .help = "connectors lag less than a number of records behind",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct lag),
    .refuse = refuse,
    .judge = judge,
};
