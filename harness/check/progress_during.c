/* progress_during.c - the check for records arriving at the ends of flows while
 * a fault is in force.
 *
 * The series has samples only. The records arrived between the first and the
 * last sample within the fault's time are a lower bound; the records arrived
 * between the samples around the time are an upper bound. With the expected
 * number between the two bounds, the check is not judged.
 */
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/faults_own.h"

struct progress {
    const char *fault;
    int64_t at_least;
};

static const struct arg args_of[] = {
    {.name = "fault",
     .type = ARG_STRING,
     .at = offsetof(struct progress, fault),
     .help = "label or kind of the fault"},
    {.name = "at-least",
     .type = ARG_INT,
     .at = offsetof(struct progress, at_least),
     .min = 1,
     .max = INT64_MAX,
     .help = "number of records, copies included"},
};

/* Whether the station is the end of a flow: hops lead into the station and none
 * leads on. */
static bool is_end(const json_t *run, const char *station)
{
    const json_t *hops = json_object_get(run, "hops");

    return look_named(hops, "downstream", station) &&
           !look_named(hops, "upstream", station);
}

/* The number of records at all ends in a sample. */
static int64_t arrived(const json_t *run, const json_t *sample)
{
    const char *station;
    int64_t n = 0;
    json_t *v;

    json_object_foreach (json_object_get(sample, "delivered"), station, v) {
        if (is_end(run, station))
            n += json_integer_value(v);
    }
    return n;
}

struct window {
    int64_t from_us, to_us;
    int64_t least, most; /* bounds of the records arrived within */
    size_t samples;      /* number of samples within */
};

static void look_into(const json_t *run, struct window *w)
{
    const json_t *series = json_object_get(run, "series");
    int64_t first = -1, last = -1, before = -1, after = -1;

    for (size_t i = 0; i < json_array_size(series); i++) {
        const json_t *s = json_array_get(series, i);
        int64_t t = look_number(s, "t_us", -1), n = arrived(run, s);

        if (t <= w->from_us)
            before = n;
        if (t >= w->from_us && t <= w->to_us) {
            first = first < 0 ? n : first;
            last = n;
            w->samples++;
        }
        if (t >= w->to_us && after < 0)
            after = n;
    }
    w->least = last - first;
    w->most = (after < 0 ? last : after) - (before < 0 ? first : before);
}

static void judge_one(const json_t *run, const json_t *fault, int64_t at_least,
                      struct check_result *ret)
{
    struct window w = {.from_us = look_number(fault, "landed_us", -1),
                       .to_us = look_number(fault, "reverted_us", -1)};

    if (w.to_us < 0)
        w.to_us = look_number(fault, "mended_us", -1);
    if (!fault_landed(fault) || w.from_us < 0 || w.to_us < 0) {
        check_say(ret, CHECK_NOT_JUDGED, "%s: the fault %s",
                  fault_named(fault).text,
                  fault_landed(fault)   ? "was not reverted"
                  : fault_is_due(fault) ? "did not land"
                                        : "was not due");
        return;
    }
    look_into(run, &w);
    if (w.samples < 2)
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: in force from %s to %s, expected 2 samples within, "
                  "got %zu",
                  fault_named(fault).text, time_of(w.from_us).text,
                  time_of(w.to_us).text, w.samples);
    else if (w.least >= at_least)
        check_say(ret, CHECK_HELD,
                  "%s: %s records arrived from %s to %s, at least %s expected",
                  fault_named(fault).text, count_of(w.least).text,
                  time_of(w.from_us).text, time_of(w.to_us).text,
                  count_of(at_least).text);
    else
        check_say(ret, w.most < at_least ? CHECK_FAILED : CHECK_NOT_JUDGED,
                  "%s: expected at least %s records to arrive from %s to %s, "
                  "got between %s and %s",
                  fault_named(fault).text, count_of(at_least).text,
                  time_of(w.from_us).text, time_of(w.to_us).text,
                  count_of(w.least).text, count_of(w.most).text);
}

/* The worst fault speaks: the first failure, else the first fault not judged,
 * else the first held. */
static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct progress *p = args;
    const json_t *faults = json_object_get(run, "faults");

    (void)logs_dir;
    check_say(ret, CHECK_NOT_JUDGED, "the run had no fault %s", p->fault);
    for (size_t i = 0, n = 0; i < json_array_size(faults); i++) {
        const json_t *f = json_array_get(faults, i);
        struct check_result one = {0};

        if (!fault_meant(f, p->fault))
            continue;
        judge_one(run, f, p->at_least, &one);
        if (n++ == 0 || one.status == CHECK_FAILED ||
            (one.status == CHECK_NOT_JUDGED && ret->status == CHECK_HELD))
            *ret = one;
        if (ret->status == CHECK_FAILED)
            return;
    }
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_fault(((const struct progress *)args)->fault, s, err);
}

const struct check_ops check_progress_during = {
    .name = "progress_during",
    .help = "records go on arriving while a fault is in force",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct progress),
    .refuse = refuse,
    .judge = judge,
};
