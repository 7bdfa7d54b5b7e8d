/* verdict.c - the outcome of a run, from run.json alone. */
#include "verdict/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "base/findings.h"
#include "base/own.h"
#include "check/check.h"
#include "verdict/sentence_own.h"

static json_t *list(json_t *run, const char *key)
{
    return json_object_get(run, key);
}

static const char *text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

static int64_t number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static void reason(json_t *run, json_t *said)
{
    json_array_append_new(list(run, "reasons"), said);
}

static bool any_is(json_t *run, const char *key, const char *status)
{
    size_t i;
    json_t *o;
    bool any = false;

    json_array_foreach (list(run, key), i, o)
        any |= strcmp(text(o, "status"), status) == 0;
    return any;
}

static bool is_within(const json_t *span, int64_t at_us)
{
    int64_t began = number(span, "began_us"), ended = number(span, "ended_us");

    return began >= 0 && at_us >= began && (ended < 0 || at_us <= ended);
}

/* Loads may begin late and end early: a fault between two of them strikes
 * nothing. A run.json without `each` has the span of all loads together. */
static bool load_ran(const json_t *load, int64_t at_us)
{
    const json_t *each = json_object_get(load, "each");
    bool ran = json_array_size(each) == 0;

    for (size_t i = 0; i < json_array_size(each); i++)
        ran |= is_within(json_array_get(each, i), at_us);
    return ran && is_within(load, at_us);
}

/* A pass without a fault in force says nothing, and is worse than no verdict.
 * Of a run cut short the reason is the cut, not each fault that was not due. */
static void guard_faults(json_t *run, bool cut_short)
{
    const json_t *load = json_object_get(run, "load");
    size_t i;
    json_t *f;

    json_array_foreach (list(run, "faults"), i, f) {
        if (cut_short && strcmp(text(f, "outcome"), "not due") == 0)
            continue;
        if (strcmp(text(f, "outcome"), "landed") != 0)
            reason(run,
                   sentence("%s: %s did not land: %s", text(f, "path"),
                            text(f, "kind"),
                            text(f, "why_not")[0] ? text(f, "why_not")
                                                  : "its time never came"));
        else if (!load_ran(load, number(f, "asked_us")))
            reason(run, sentence("%s: %s struck while no load ran",
                                 text(f, "path"), text(f, "kind")));
        else if (number(f, "mended_us") < 0)
            reason(run, sentence("%s: %s was not proven mended: %s",
                                 text(f, "path"), text(f, "kind"),
                                 text(f, "why_not")[0] ? text(f, "why_not")
                                                       : "its end never came"));
    }
}

/* Held, without a record upstream. */
static bool is_vacuous(const json_t *hop)
{
    const json_t *up =
        json_object_get(json_object_get(hop, "balance"), "upstream");

    return strcmp(text(hop, "status"), "held") == 0 && json_is_integer(up) &&
           json_integer_value(up) == 0;
}

static void guard_vacuity(json_t *run, const struct verdict_rules *rules)
{
    int64_t acked = number(json_object_get(run, "load"), "acknowledged");
    size_t i;
    json_t *o;

    if (acked < rules->records_min &&
        !rules->cut_short) /* cut_short says more */
        reason(run, sentence("too few records to tell: %" PRId64
                             " acknowledged, records-min is %" PRId64,
                             acked, rules->records_min));
    if (json_array_size(list(run, "hops")) == 0)
        reason(run, json_string("no hop was judged"));
    json_array_foreach (list(run, "hops"), i, o) {
        if (strcmp(text(o, "status"), "not judged") == 0 &&
            json_array_size(list(run, "reasons")) == 0)
            reason(run, sentence("%s was not judged", text(o, "name")));
        if (is_vacuous(o) && !rules->cut_short)
            reason(run,
                   sentence("%s: no record went over it", text(o, "name")));
    }
}

static void guard_checks(json_t *run)
{
    size_t i;
    json_t *o;

    json_array_foreach (list(run, "checks"), i, o) {
        if (strcmp(text(o, "status"), "not judged") == 0)
            reason(run, sentence("%s: %s: not judged: %s", text(o, "path"),
                                 text(o, "kind"), text(o, "sentence")));
    }
}

/* List events that could not be observed, even if no check asks. */
static void list_unjudged(json_t *run)
{
    size_t i;
    json_t *o;
    const char *key;
    json_t *e;

    json_array_foreach (list(run, "hops"), i, o) {
        if (!text(o, "connector")[0])
            continue; /* the load's own hop has no offsets and no owner */
        json_object_foreach (json_object_get(o, "events"), key, e) {
            if (!json_is_true(json_object_get(e, "judged")))
                json_array_append_new(list(run, "not_judged"),
                                      sentence("%s: %s: %s", text(o, "name"),
                                               key, text(e, "why_not")));
        }
    }
    json_array_foreach (list(run, "stations"), i, o) {
        e = json_object_get(o, "offsets");
        if (e && !json_is_true(json_object_get(e, "judged")))
            json_array_append_new(list(run, "not_judged"),
                                  sentence("%s: offset hole: %s",
                                           text(o, "name"),
                                           text(e, "why_not")));
    }
}

/* Whether a scenario's `word` ("late-failed") names the `kind` of run.json
 * ("late FAILED"). */
static bool same_kind(const char *word, const char *kind)
{
    const struct finding_row *row = finding_row(word);

    return row && strcmp(row->name, kind) == 0;
}

static bool is_listed(const json_t *findings, const char *kind)
{
    const char *word;
    json_t *v;

    json_object_foreach ((json_t *)findings, word, v) {
        if (same_kind(word, kind))
            return true;
    }
    return false;
}

/* How often the scenario's `word` was found, over all hops: records of a
 * failing finding, or events seen. */
static int64_t times_found(json_t *run, const char *word)
{
    size_t i;
    const char *kind;
    json_t *hop, *f;
    int64_t n = 0;

    json_array_foreach (list(run, "hops"), i, hop) {
        json_object_foreach (json_object_get(hop, "findings"), kind, f) {
            if (same_kind(word, kind) &&
                json_is_true(json_object_get(f, "fails")))
                n += number(f, "records");
        }
        json_object_foreach (json_object_get(hop, "events"), kind, f) {
            if (same_kind(word, kind) &&
                json_is_true(json_object_get(f, "judged")))
                n += number(f, "count");
        }
    }
    return n;
}

/* Whether a finding of records fails and is not on the list. Events without a
 * check are reported, no more. */
static bool finding_unlisted(json_t *run, const json_t *want)
{
    size_t i;
    const char *kind;
    json_t *hop, *f;
    bool any = false;

    json_array_foreach (list(run, "hops"), i, hop) {
        json_object_foreach (json_object_get(hop, "findings"), kind, f)
            any |= json_is_true(json_object_get(f, "fails")) &&
                   !is_listed(want, kind);
    }
    return any;
}

static bool check_is_listed(const json_t *want, const char *kind)
{
    const struct check_ops *ops = check_find(kind);

    for (size_t i = 0; ops && ops->about && ops->about[i]; i++)
        if (is_listed(want, ops->about[i]))
            return true;
    return false;
}

/* Whether a check failed and none of the check's findings is on the list. */
static bool check_unlisted(json_t *run, const json_t *want)
{
    size_t i;
    json_t *o;

    json_array_foreach (list(run, "checks"), i, o) {
        if (strcmp(text(o, "status"), "failed") == 0 &&
            !check_is_listed(want, text(o, "kind")))
            return true;
    }
    return false;
}

/* Whether exactly the list was found: each kind listed (so often, if a number
 * is given), and nothing else fails. A failed run with reasons does not match:
 * an unjudged part may hide further findings, or the cause of the listed
 * findings. */
static bool findings_match(json_t *run, enum outcome got, const json_t *want)
{
    const char *word;
    json_t *v;

    if (!json_is_object(want))
        return true;
    if (finding_unlisted(run, want) || check_unlisted(run, want) ||
        (got == OUTCOME_FAIL && json_array_size(list(run, "reasons")) > 0))
        return false;
    json_object_foreach ((json_t *)want, word, v) {
        int64_t n = times_found(run, word);

        if (json_is_integer(v) ? n != json_integer_value(v) : n == 0)
            return false;
    }
    return true;
}

enum outcome verdict_outcome(const struct outcome_facts *f)
{
    if (f->hop_broken || (f->check_failed && !f->half))
        return OUTCOME_FAIL;
    if (f->half || f->never_passes || f->in_doubt)
        return OUTCOME_INCONCLUSIVE;
    return OUTCOME_PASS;
}

static enum outcome outcome_of(json_t *run, const struct verdict_rules *rules)
{
    return verdict_outcome(&(struct outcome_facts){
        .hop_broken = any_is(run, "hops", "broken"),
        .check_failed = any_is(run, "checks", "failed"),
        .half = rules->interrupted || rules->cut_short,
        .never_passes = rules->verify_only,
        .in_doubt = json_array_size(list(run, "reasons")) > 0,
    });
}

static int exit_code_of(enum outcome got, bool as_expected)
{
    if (as_expected)
        return OUTCOME_PASS;
    /* A pass where a fail was expected is a failure of the harness or of the
     * scenario: the finding expected was not provoked. */
    return got == OUTCOME_PASS ? OUTCOME_FAIL : got;
}

void verdict_guard_whole(json_t *run, const struct verdict_whole *whole)
{
    const struct {
        const char *list;
        size_t want;
    } rows[] = {{"stations", whole->stations},
                {"hops", whole->hops},
                {"faults", whole->faults},
                {"checks", whole->checks}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t got = json_array_size(list(run, rows[i].list));

        if (got != rows[i].want)
            reason(run, sentence("the evidence is incomplete: %zu of %zu %s: a "
                                 "defect of the harness, please report it with "
                                 "the run folder",
                                 got, rows[i].want, rows[i].list));
    }
}

void verdict_settle(json_t *run, const struct verdict_rules *rules)
{
    const json_t *expected = json_object_get(run, "expected");
    enum outcome got;
    bool as_expected;

    if (rules->interrupted) /* the interruption causes all other reasons */
        json_array_insert_new(list(run, "reasons"), 0,
                              json_string("the run was interrupted"));
    guard_faults(run, rules->cut_short || rules->interrupted);
    guard_vacuity(run, rules);
    guard_checks(run);
    list_unjudged(run);
    got = outcome_of(run, rules);
    as_expected =
        !rules->verify_only && !rules->interrupted &&
        strcmp(text(expected, "is"), outcome_name(got)) == 0 &&
        findings_match(run, got, json_object_get(expected, "findings"));
    json_object_set_new(run, "outcome", json_string(outcome_name(got)));
    json_object_set_new(run, "as_expected", json_boolean(as_expected));
    json_object_set_new(run, "exit_code",
                        json_integer(exit_code_of(got, as_expected)));
}
