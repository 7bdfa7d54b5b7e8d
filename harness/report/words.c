/* words.c - values of run.json in sentences. */
#include "report/words_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"

void words_each_finding(const json_t *hop, finding_fn say, void *ctx)
{
    json_t *all = look(hop, "findings"), *finding;
    const char *kind;

    for (int k = 0; k < FINDING_KINDS; k++) {
        const struct finding_row *row = finding_row_of((enum finding_kind)k);

        finding = json_object_get(all, row->name);
        if (look_int(finding, "records") > 0)
            say(ctx, row, finding);
    }
    json_object_foreach (all, kind, finding) {
        const struct finding_row unknown = {
            .name = kind,
            .meaning = "a kind that this version of ordeal does not know",
        };
        const struct finding_row *row = finding_row(kind);

        if ((!row || finding_is_event(row)) && look_int(finding, "records") > 0)
            say(ctx, &unknown, finding);
    }
}

char *words_expected(const json_t *run)
{
    return text_of("expected %s, got %s: %s, exit code %lld",
                   look_text(run, "expected.is"), look_text(run, "outcome"),
                   look_true(run, "as_expected") ? "as expected"
                                                 : "not as expected",
                   (long long)look_int(run, "exit_code"));
}

char *words_guarantee(const json_t *hop)
{
    int64_t bound = look_int(hop, "guarantee.duplicates_per_disturbance");
    const char *order = look_text(hop, "guarantee.ordering");
    bool exactly = look_is(hop, "guarantee.delivery", "exactly-once");
    struct text t;

    text_open(&t);
    (void)fprintf(t.f, "%s", look_text(hop, "guarantee.delivery"));
    if (exactly && *look_text(hop, "guarantee.once_by"))
        (void)fprintf(t.f, " by %s", look_text(hop, "guarantee.once_by"));
    if (strcmp(order, "none") == 0)
        (void)fprintf(t.f, ", in any order");
    else
        (void)fprintf(t.f, ", in order per %s", order);
    if (bound >= 0)
        (void)fprintf(t.f, ", at most %s duplicates a disturbance",
                      grouped(bound).s);
    if (*look_text(hop, "group"))
        (void)fprintf(t.f, "; run by the workers of group %s",
                      look_text(hop, "group"));
    return text_take(&t);
}

static void put_term(FILE *f, const char *plus, int64_t n, const char *what,
                     bool always)
{
    if (n > 0 || always)
        (void)fprintf(f, "%s%s %s", plus, grouped(n).s, what);
}

const char *words_closes(const json_t *hop)
{
    if (look_true(hop, "balance.closes"))
        return "closes";
    if (look_is(hop, "status", "not judged"))
        return "not judged";
    return "DOES NOT CLOSE";
}

char *words_balance(const json_t *hop)
{
    const json_t *b = look(hop, "balance");
    struct text t;

    if (look_is(hop, "status", "not judged") && look_int(b, "upstream") == 0 &&
        look_int(b, "delivered") == 0)
        return text_of("not read");
    text_open(&t);
    (void)fprintf(t.f, "%s in %s = ", grouped(look_int(b, "upstream")).s,
                  look_text(hop, "upstream"));
    put_term(t.f, "", look_int(b, "delivered"), "delivered", true);
    put_term(t.f, " + ", look_int(b, "dead_lettered"), "dead-lettered", false);
    put_term(t.f, " + ", look_int(b, "filtered"), "filtered", false);
    put_term(t.f, " + ", look_int(b, "lost"), "lost", true);
    put_term(t.f, " + ", look_int(b, "unseen"), "unseen", true);
    put_term(t.f, " + ", look_int(hop, "pending"), "pending", false);
    put_term(t.f, " + ", look_int(b, "unjudged"), "not judged", false);
    (void)fprintf(t.f, ": %s", words_closes(hop));
    put_term(t.f, "; ", look_int(b, "downstream_copies"), "further copies",
             false);
    return text_take(&t);
}

const char *words_no(const json_t *run)
{
    return look_true(run, "run.broken_off") ? "not known" : "none";
}

char *words_load(const json_t *run)
{
    const json_t *l = look(run, "load");

    if (!l)
        return text_of("%s", words_no(run));
    return text_of("%s attempted = %s acknowledged + %s refused + %s aborted "
                   "+ %s indeterminate",
                   grouped(look_int(l, "attempted")).s,
                   grouped(look_int(l, "acknowledged")).s,
                   grouped(look_int(l, "refused")).s,
                   grouped(look_int(l, "aborted")).s,
                   grouped(look_int(l, "indeterminate")).s);
}

char *words_finding(const json_t *finding)
{
    int64_t records = look_int(finding, "records");
    int64_t runs = look_int(finding, "runs");
    int64_t allowed = look_int(finding, "allowed");
    bool fails = look_true(finding, "fails");
    AUTO_FREE char *bound = allowed >= 0
                                ? text_of(", %s allowed", grouped(allowed).s)
                                : text_of("%s", "");

    return text_of("%s record%s in %s stretch%s%s: %s", grouped(records).s,
                   records == 1 ? "" : "s", grouped(runs).s,
                   runs == 1 ? "" : "es", bound,
                   look_true(finding, "relaxed") ? "relaxed by the scenario"
                   : fails                       ? "breaks the promise"
                                                 : "within the promise");
}

static char *who(const json_t *place)
{
    const json_t *node = look(place, "node");

    if (json_is_integer(node) && json_integer_value(node) >= 0)
        return text_of(" by worker-%lld", (long long)json_integer_value(node));
    if (*look_text(place, "node"))
        return text_of(" by %s", look_text(place, "node"));
    return text_of("%s", "");
}

char *words_place(const json_t *hop, const json_t *worst, const char *which)
{
    bool up = strcmp(which, "up") == 0;
    const json_t *first = look(worst, up ? "up_first" : "down_first");
    const json_t *last = look(worst, up ? "up_last" : "down_last");
    int64_t partition = look_int(first, "partition");
    int64_t from = look_int(first, "offset"), to = look_int(last, "offset");
    AUTO_FREE char *by = who(first);
    struct text t;

    text_open(&t);
    if (partition < 0 && from < 0 && !*by)
        return text_take(&t);
    (void)fprintf(t.f, "%s", look_text(hop, up ? "upstream" : "downstream"));
    if (partition >= 0)
        (void)fprintf(t.f, "[%lld]", (long long)partition);
    if (from >= 0)
        (void)fprintf(t.f, " offset %s", grouped(from).s);
    if (from >= 0 && to >= 0 && to != from)
        (void)fprintf(t.f, " to %s", grouped(to).s);
    (void)fprintf(t.f, "%s", by);
    return text_take(&t);
}

int64_t words_when_us(const json_t *run, const json_t *worst)
{
    int64_t down_us = look_place_us(run, look(worst, "down_first"));

    return down_us >= 0 ? down_us : look_place_us(run, look(worst, "up_first"));
}

/* "4.2s before" or "4.2s after" the nearest fault, for a time outside of
 * every disturbance: a record that a task held when the task was killed was
 * written shortly before. */
static char *nearest_fault(const json_t *run, int64_t from_us, int64_t to_us)
{
    json_t *list = look(run, "faults"), *fault;
    const json_t *nearest = NULL;
    int64_t best_us = INT64_MAX;
    bool before = false;
    AUTO_FREE char *name = NULL;
    size_t i;

    json_array_foreach (list, i, fault) {
        int64_t begins_us = look_int(fault, "window_from_us");
        int64_t ends_us = look_int(fault, "window_to_us");
        bool ahead = begins_us > to_us;
        int64_t gap_us = ahead ? begins_us - to_us : from_us - ends_us;

        if (!look_is(fault, "outcome", "landed") || begins_us < 0 ||
            ends_us < 0 || gap_us >= best_us)
            continue;
        nearest = fault;
        best_us = gap_us;
        before = ahead;
    }
    if (!nearest)
        return text_of("outside of every disturbance");
    name = words_fault_name(nearest);
    return text_of("outside of every disturbance (%s %s %s)",
                   lasting(best_us).s, before ? "before" : "after", name);
}

/* Only topics have partitions. Timestamps of a topic are usually those of
 * the producer (CreateTime), and a mirroring connector keeps the timestamp:
 * the time of arrival is unknown. */
static bool is_of_topic(const json_t *worst)
{
    const json_t *first = look(worst, "down_first");

    return json_is_object(first) && look_int(first, "partition") >= 0;
}

char *words_during(const json_t *run, const json_t *worst)
{
    bool arrived = look_place_us(run, look(worst, "down_first")) >= 0;
    int64_t from_us = words_when_us(run, worst);
    int64_t last_us =
        look_place_us(run, look(worst, arrived ? "down_last" : "up_last"));
    int64_t to_us = last_us > from_us ? last_us : from_us;
    const json_t *fault = look_fault_at(run, from_us, to_us);
    AUTO_FREE char *name = fault ? words_fault_name(fault) : NULL;

    if (from_us < 0 || look_len(run, "faults") == 0)
        return text_of("%s", "");
    if (fault)
        return text_of("during %s", name);
    if (arrived && is_of_topic(worst))
        return text_of("%s", "");
    return nearest_fault(run, from_us, to_us);
}

/* Print ", written 23.4s to 23.7s", in time of the run. */
static void put_when(FILE *f, const json_t *run, const json_t *first,
                     const json_t *last, const char *verb)
{
    int64_t from_us = look_place_us(run, first);
    struct figure from = instant(from_us);
    struct figure to = instant(look_place_us(run, last));

    if (from_us < 0)
        return;
    (void)fprintf(f, ", %s at %s", verb, from.s);
    if (strcmp(to.s, "never") != 0 && strcmp(to.s, from.s) != 0)
        (void)fprintf(f, " to %s", to.s);
}

static void put_notes(FILE *f, const json_t *worst)
{
    if (look_true(worst, "rewind"))
        (void)fprintf(f, "; a rewind: delivered again from an earlier place");
    if (look_true(worst, "overtaken_by_commit"))
        (void)fprintf(f, "; a committed offset has passed the record%s",
                      look_int(worst, "count") == 1 ? "" : "s");
    if (*look_text(worst, "note"))
        (void)fprintf(f, "; %s", look_text(worst, "note"));
}

char *words_run(const json_t *run, const json_t *hop, const json_t *worst)
{
    int64_t first = look_int(worst, "first"), count = look_int(worst, "count");
    AUTO_FREE char *up = words_place(hop, worst, "up");
    AUTO_FREE char *down = words_place(hop, worst, "down");
    AUTO_FREE char *during = words_during(run, worst);
    struct text t;

    text_open(&t);
    (void)fprintf(t.f, "stream %lld seq %s",
                  (long long)look_int(worst, "stream"), grouped(first).s);
    if (count > 1)
        (void)fprintf(t.f, " to %s (%s records)", grouped(first + count - 1).s,
                      grouped(count).s);
    if (*up)
        (void)fprintf(t.f, ": %s", up);
    put_when(t.f, run, look(worst, "up_first"), look(worst, "up_last"),
             "written");
    if (*down)
        (void)fprintf(t.f, "; in %s", down);
    put_when(t.f, run, look(worst, "down_first"), look(worst, "down_last"),
             is_of_topic(worst) ? "made" : "arrived");
    if (*during)
        (void)fprintf(t.f, ", %s", during);
    put_notes(t.f, worst);
    return text_take(&t);
}

char *words_event(const char *kind, const json_t *event)
{
    if (!look_true(event, "judged"))
        return text_of("%s: not judged: %s", kind, look_text(event, "why_not"));
    if (look_int(event, "count") == 0)
        return text_of("%s: none", kind);
    return text_of("%s: %s", kind, grouped(look_int(event, "count")).s);
}

char *words_event_case(const json_t *run, const json_t *one)
{
    int64_t at_us = look_place_us(run, one);
    static const char *const nodes[] = {"node_a", "node_b"};
    int64_t from = look_int(one, "from"), to = look_int(one, "to");
    struct text t;

    text_open(&t);
    (void)fprintf(t.f, "partition %lld", (long long)look_int(one, "partition"));
    if (at_us >= 0)
        (void)fprintf(t.f, " at %s", instant(at_us).s);
    if (from >= 0)
        (void)fprintf(t.f, ", offset %s", grouped(from).s);
    if (from >= 0 && to >= 0)
        (void)fprintf(t.f, " to %s", grouped(to).s);
    for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
        AUTO_FREE char *name = look_any(one, nodes[i]);

        if (*name && strcmp(name, "-1") != 0)
            (void)fprintf(t.f, "%s %s%s", i ? " and" : ",",
                          json_is_integer(look(one, nodes[i])) ? "worker-" : "",
                          name);
    }
    if (look_int(one, "count") > 1)
        (void)fprintf(t.f, ", %s times", grouped(look_int(one, "count")).s);
    return text_take(&t);
}

char *words_fault_name(const json_t *fault)
{
    const char *target = look_text(fault, "target");
    const char *resolved = look_text(fault, "resolved");
    const char *on = *resolved ? resolved : target;
    bool both = *resolved && *target && strcmp(resolved, target) != 0;

    return text_of("%s %s%s%s%s%s%s", look_text(fault, "path"),
                   look_text(fault, "kind"), *on ? " on " : "", on,
                   both ? " (" : "", both ? target : "", both ? ")" : "");
}

/* Lateness below 20 ms is the machine's, and nothing to tell. */
static void say_late(FILE *f, const json_t *fault)
{
    int64_t due_us = look_int(fault, "due_us");
    int64_t late_us = look_int(fault, "began_us") - due_us;
    const char *behind = look_text(fault, "waited_for");

    if (due_us < 0 || late_us < 20 * US_PER_MS)
        return;
    (void)fprintf(f, " (%s late", lasting(late_us - late_us % US_PER_MS).s);
    if (*behind)
        (void)fprintf(f, ", held by %s", behind);
    (void)fprintf(f, ")");
}

char *words_fault_times(const json_t *fault)
{
    static const struct {
        const char *key, *word;
    } marks[] = {{"asked_us", "asked"},
                 {"landed_us", "landed"},
                 {"noticed_us", "noticed"},
                 {"mended_us", "mended"},
                 {"recovered_us", "recovered"}};
    bool landed = look_is(fault, "outcome", "landed");
    struct text t;

    text_open(&t);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        int64_t us = look_int(fault, marks[i].key);

        if (us >= 0)
            (void)fprintf(t.f, "%s%s at %s", i ? ", " : "", marks[i].word,
                          instant(us).s);
        else if (landed)
            (void)fprintf(t.f, ", never seen %s", marks[i].word);
        if (i == 0)
            say_late(t.f, fault);
    }
    return text_take(&t);
}

char *words_fault_because(const json_t *fault)
{
    bool landed = look_is(fault, "outcome", "landed");
    json_t *proof = look(fault, "proof"), *value;
    const char *key, *between = "";
    struct text t;

    if (!landed || json_is_string(proof))
        return text_of("%s", look_text(fault, landed ? "proof" : "why_not"));
    text_open(&t);
    json_object_foreach (proof, key, value) {
        AUTO_FREE char *as =
            json_is_string(value)
                ? text_of("%s", json_string_value(value))
                : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

        (void)fprintf(t.f, "%s%s: %s", between, key, as ? as : "");
        between = ", ";
    }
    return text_take(&t);
}

char *words_check(const json_t *check)
{
    const char *reason = look_text(check, "reason");

    return text_of("%s %s: %s%s%s%s", look_text(check, "path"),
                   look_text(check, "kind"), look_text(check, "sentence"),
                   *reason ? " (reason: " : "", reason, *reason ? ")" : "");
}

char *words_capped(size_t shown, int64_t of, const char *what)
{
    if ((int64_t)shown >= of)
        return text_of("%s", "");
    return text_of("%zu of %s %s shown", shown, grouped(of).s, what);
}

char *words_undeclared(const json_t *run)
{
    int64_t us = look_int(run, "run.undeclared_us");

    if (us < 0)
        return text_of("%s", "");
    return text_of("%s beside warm-up, timeline, quiet, baseline and one flush",
                   lasting(us - us % US_PER_MS).s);
}

char *words_seed(const json_t *run)
{
    const json_t *seed = look(run, "run.seed");

    /* JSON integers are signed: a seed of 2^63 or more is stored as a
     * negative number */
    if (json_is_integer(seed))
        return text_of("%llu", (unsigned long long)json_integer_value(seed));
    return text_of("%s", look_text(run, "run.seed"));
}

char *words_report_path(const json_t *run, const char *file_name)
{
    const char *folder = look_text(run, "run.folder");

    if (*folder)
        return text_of("%s/%s", folder, file_name);
    return text_of("reports/%s/%s", look_text(run, "run.id"), file_name);
}
