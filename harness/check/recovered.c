/* recovered.c - the check for rate and lag being back in time after each fault.
 *
 *   - recovered: {within: 30s}
 *   - recovered: {within: 60s, fault: first-kill}
 *
 * The time counts from the mending of the fault. For a fault without a revert,
 * and for a system recovered before the mending, the time counts from the
 * landing. A recovery too late while another fault was in force is not judged,
 * since the other fault may be the cause; the check judges the other fault too.
 */
#include <stdio.h>
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/faults_own.h"

struct recovered {
    int64_t within_us;
    const char *fault;
};

static const struct arg args_of[] = {
    {.name = "within",
     .type = ARG_DURATION,
     .at = offsetof(struct recovered, within_us),
     .help = "allowed time from the mending of the fault to the recovery"},
    {.name = "fault",
     .type = ARG_STRING,
     .at = offsetof(struct recovered, fault),
     .dflt = "",
     .help = "label or kind of the faults judged; default: every fault"},
};

/* Why the run has no baseline to compare with; NULL: the run has a baseline. */
static const char *no_baseline(const json_t *run)
{
    const json_t *list = json_object_get(run, "not_judged");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));

        if (s && strncmp(s, "recovery:", 9) == 0)
            return s;
    }
    return NULL;
}

static bool is_mended(const json_t *fault)
{
    return fault_restores(fault) && look_number(fault, "mended_us", -1) >= 0;
}

/* Whether the time counts from the mending: a system may recover while the
 * fault is still in force. */
static bool from_mending(const json_t *fault)
{
    int64_t at = look_number(fault, "recovered_us", -1);

    return is_mended(fault) &&
           (at < 0 || at >= look_number(fault, "mended_us", -1));
}

static int64_t began_us(const json_t *fault)
{
    return look_number(fault, from_mending(fault) ? "mended_us" : "landed_us",
                       -1);
}

/* "expected recovery within 30s after the fault was mended at 15s" */
struct since_words {
    char text[160];
};

static struct since_words expected(const json_t *fault, int64_t within_us)
{
    struct since_words w;

    (void)snprintf(w.text, sizeof(w.text),
                   "expected recovery within %s after the fault %s at %s",
                   time_of(within_us).text,
                   from_mending(fault) ? "was mended" : "landed",
                   time_of(began_us(fault)).text);
    return w;
}

/* The last moment at which the run could see a recovery of the fault: the end
 * of the load, or earlier timeouts.recover after the mending. Without load no
 * rate recovers. */
static int64_t watched_until_us(const json_t *run, const json_t *fault)
{
    int64_t ended = look_number(json_object_get(run, "load"), "ended_us", -1);
    int64_t limit =
        look_number(json_object_get(run, "timeouts"), "recover_us", -1);
    int64_t mended = look_number(fault, "mended_us", -1);

    if (ended < 0)
        ended = look_number(json_object_get(run, "run"), "duration_us", 0);
    if (limit >= 0 && mended >= 0 && mended + limit < ended)
        return mended + limit;
    return ended;
}

/* Another fault in force while the recovery from `fault` was awaited, since no
 * system is expected to recover from a fault under another. NULL: none. */
static const json_t *disturber(const json_t *run, const json_t *fault,
                               int64_t within_us)
{
    const json_t *faults = json_object_get(run, "faults");
    int64_t from = began_us(fault);

    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *other = json_array_get(faults, i);
        int64_t landed = look_number(other, "landed_us", -1);
        int64_t mended = look_number(other, "mended_us", -1);

        if (other != fault && fault_landed(other) && landed >= 0 &&
            landed < from + within_us && (mended < 0 || mended > from))
            return other;
    }
    return NULL;
}

static void say_disturbed(const json_t *run, const json_t *fault,
                          int64_t within_us, struct check_result *ret)
{
    check_say(ret, CHECK_NOT_JUDGED, "%s: %s, but %s was in force meanwhile",
              fault_named(fault).text, expected(fault, within_us).text,
              fault_named(disturber(run, fault, within_us)).text);
}

/* A missing recovery fails the check only if no other cause is possible: the
 * run had a baseline, no other fault disturbed, the fault was mended, and the
 * run watched for the whole time allowed. */
static void say_never(const json_t *run, const json_t *fault, int64_t within_us,
                      struct check_result *ret)
{
    int64_t from = began_us(fault);
    int64_t seen = watched_until_us(run, fault) - from;
    const char *none = no_baseline(run);

    if (none)
        check_say(ret, CHECK_NOT_JUDGED, "%s", none);
    else if (disturber(run, fault, within_us))
        say_disturbed(run, fault, within_us, ret);
    else if (fault_restores(fault) && !is_mended(fault))
        check_say(ret, CHECK_NOT_JUDGED, "%s: the fault was not proven mended",
                  fault_named(fault).text);
    else if (seen < within_us)
        check_say(ret, CHECK_NOT_JUDGED, "%s: %s, got none in the %s watched",
                  fault_named(fault).text, expected(fault, within_us).text,
                  time_of(seen > 0 ? seen : 0).text);
    else
        check_say(ret, CHECK_FAILED, "%s: %s, got none in %s",
                  fault_named(fault).text, expected(fault, within_us).text,
                  time_of(seen).text);
}

/* Returns the time from the fault to the recovery, or -1 with the reason in
 * `ret`: failed or not judged. */
static int64_t judge_one(const json_t *run, const json_t *fault,
                         int64_t within_us, struct check_result *ret)
{
    int64_t at = look_number(fault, "recovered_us", -1);
    int64_t took = at - began_us(fault);

    if (!fault_landed(fault)) {
        check_say(ret, CHECK_NOT_JUDGED, "%s: the fault %s",
                  fault_named(fault).text,
                  fault_is_due(fault) ? "did not land" : "was not due");
        return -1;
    }
    if (at < 0) {
        say_never(run, fault, within_us, ret);
        return -1;
    }
    if (took <= within_us)
        return took > 0 ? took : 0;
    if (disturber(run, fault, within_us)) {
        say_disturbed(run, fault, within_us, ret);
        return -1;
    }
    check_say(ret, CHECK_FAILED, "%s: %s, got %s", fault_named(fault).text,
              expected(fault, within_us).text, time_of(took).text);
    return -1;
}

static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct recovered *r = args;
    const json_t *faults = json_object_get(run, "faults");
    const json_t *slowest = NULL;
    struct check_result not_held = {0};
    int64_t longest = -1;
    size_t n = 0;

    (void)logs_dir;
    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *f = json_array_get(faults, i);
        struct check_result one = {0};
        int64_t took;

        if (!fault_meant(f, r->fault))
            continue;
        n++;
        took = judge_one(run, f, r->within_us, &one);
        /* The first failure counts, else the first fault not judged. */
        if (took < 0 && (not_held.status == CHECK_HELD ||
                         (not_held.status == CHECK_NOT_JUDGED &&
                          one.status == CHECK_FAILED)))
            not_held = one;
        if (took > longest) {
            longest = took;
            slowest = f;
        }
    }
    if (not_held.status != CHECK_HELD)
        *ret = not_held;
    else if (n == 0)
        check_say(ret, CHECK_NOT_JUDGED,
                  "the run had no fault to recover from");
    else
        check_say(ret, CHECK_HELD,
                  "%zu fault%s, the slowest %s after %s, %s allowed", n,
                  n == 1 ? "" : "s", fault_named(slowest).text,
                  time_of(longest).text, time_of(r->within_us).text);
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_fault(((const struct recovered *)args)->fault, s, err);
}

const struct check_ops check_recovered = {
    .name = "recovered",
    .help = "rate and lag are back within a time after each fault",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct recovered),
    .refuse = refuse,
    .judge = judge,
};
