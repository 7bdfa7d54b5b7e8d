#include "engine/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "base/outcome.h"
#include "base/own.h"

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

static void reason(json_t *run, json_t *sentence)
{
    json_array_append_new(list(run, "reasons"), sentence);
}

static bool any_failed(json_t *run)
{
    size_t i;
    json_t *o;
    bool failed = false;

    json_array_foreach(list(run, "hops"), i, o) failed |=
        strcmp(text(o, "status"), "broken") == 0;
    json_array_foreach(list(run, "checks"), i, o) failed |=
        strcmp(text(o, "status"), "failed") == 0;
    return failed;
}

/* A chaos tool that passes because nothing happened is worse than none. */
static void guard_faults(json_t *run)
{
    const json_t *load = json_object_get(run, "load");
    int64_t began = number(load, "began_us"), ended = number(load, "ended_us");
    size_t i;
    json_t *f;

    json_array_foreach(list(run, "faults"), i, f)
    {
        int64_t asked = number(f, "asked_us");

        if (strcmp(text(f, "outcome"), "landed") != 0)
            reason(run,
                   json_sprintf("%s: %s did not land: %s", text(f, "path"),
                                text(f, "kind"),
                                text(f, "why_not")[0] ? text(f, "why_not")
                                                      : "its time never came"));
        else if (began < 0 || asked < began || (ended >= 0 && asked > ended))
            reason(run, json_sprintf("%s: %s struck while no load ran",
                                     text(f, "path"), text(f, "kind")));
        else if (number(f, "mended_us") < 0)
            reason(run,
                   json_sprintf("%s: %s was not proven mended: %s",
                                text(f, "path"), text(f, "kind"),
                                text(f, "why_not")[0] ? text(f, "why_not")
                                                      : "its end never came"));
    }
}

static void guard_vacuity(json_t *run, int64_t records_min)
{
    int64_t acked = number(json_object_get(run, "load"), "acknowledged");
    size_t i;
    json_t *o;

    if (acked < records_min)
        reason(run, json_sprintf("too few records to tell: %" PRId64
                                 " acknowledged, records-min is %" PRId64,
                                 acked, records_min));
    if (json_array_size(list(run, "hops")) == 0)
        reason(run, json_string("no hop was judged"));
    json_array_foreach(list(run, "hops"), i, o)
    {
        if (strcmp(text(o, "status"), "not judged") == 0 &&
            json_array_size(list(run, "reasons")) == 0)
            reason(run, json_sprintf("%s was not judged", text(o, "name")));
    }
}

static void guard_checks(json_t *run)
{
    size_t i;
    json_t *o;

    json_array_foreach(list(run, "checks"), i, o)
    {
        if (strcmp(text(o, "status"), "not judged") == 0)
            reason(run, json_sprintf("%s: %s: not judged: %s", text(o, "path"),
                                     text(o, "kind"), text(o, "sentence")));
    }
}

/* What nobody asked for a check on, and could not be seen, is said. */
static void list_unjudged(json_t *run)
{
    size_t i;
    json_t *o;
    const char *key;
    json_t *e;

    json_array_foreach(list(run, "hops"), i, o)
    {
        json_object_foreach(json_object_get(o, "events"), key, e)
        {
            if (!json_is_true(json_object_get(e, "judged")))
                json_array_append_new(list(run, "not_judged"),
                                      json_sprintf("%s: %s: %s",
                                                   text(o, "name"), key,
                                                   text(e, "why_not")));
        }
    }
    json_array_foreach(list(run, "stations"), i, o)
    {
        e = json_object_get(o, "offsets");
        if (e && !json_is_true(json_object_get(e, "judged")))
            json_array_append_new(list(run, "not_judged"),
                                  json_sprintf("%s: offset hole: %s",
                                               text(o, "name"),
                                               text(e, "why_not")));
    }
}

/* Records of a kind that failed, over all hops. */
static int64_t failing_records(json_t *run, const char *kind)
{
    size_t i;
    json_t *hop;
    int64_t n = 0;

    json_array_foreach(list(run, "hops"), i, hop)
    {
        const json_t *f =
            json_object_get(json_object_get(hop, "findings"), kind);

        if (json_is_true(json_object_get(f, "fails")))
            n += number(f, "records");
    }
    return n;
}

/* "doubly-accounted" of a file is "doubly accounted" of the evidence. */
static bool same_kind(const char *file_word, const char *kind)
{
    size_t i;

    for (i = 0; file_word[i] && kind[i]; i++)
        if (file_word[i] != kind[i] && !(file_word[i] == '-' && kind[i] == ' '))
            return false;
    return file_word[i] == kind[i];
}

static bool is_listed(const json_t *findings, const char *kind)
{
    const char *word;
    json_t *v;

    json_object_foreach((json_t *)findings, word,
                        v) if (same_kind(word, kind)) return true;
    return false;
}

/* Exactly that list, no more: each kind listed fails (so often, if a number
 * is given), and none else does. */
static bool findings_match(json_t *run, const json_t *want)
{
    const json_t *hop = json_array_get(list(run, "hops"), 0);
    const char *kind, *word;
    json_t *v;

    if (!json_is_object(want))
        return true;
    json_object_foreach(json_object_get(hop, "findings"), kind, v)
    {
        if (failing_records(run, kind) > 0 && !is_listed(want, kind))
            return false;
    }
    json_object_foreach((json_t *)want, word, v)
    {
        int64_t n = 0;
        const char *k;
        json_t *ignored;

        json_object_foreach(json_object_get(hop, "findings"), k,
                            ignored) if (same_kind(word, k)) n =
            failing_records(run, k);
        if (json_is_integer(v) ? n != json_integer_value(v) : n == 0)
            return false;
    }
    return true;
}

static enum outcome outcome_of(json_t *run, const struct verdict_rules *rules)
{
    if (any_failed(run))
        return OUTCOME_FAIL;
    if (rules->interrupted || rules->verify_only ||
        json_array_size(list(run, "reasons")) > 0)
        return OUTCOME_INCONCLUSIVE;
    return OUTCOME_PASS;
}

static int exit_code_of(enum outcome got, bool as_expected)
{
    if (as_expected)
        return OUTCOME_PASS;
    /* A pass that should have been a fail is the harness's or the file's
     * failure to show what it was written for. */
    return got == OUTCOME_PASS ? OUTCOME_FAIL : got;
}

void verdict_settle(json_t *run, const struct verdict_rules *rules)
{
    const json_t *expected = json_object_get(run, "expected");
    enum outcome got;
    bool as_expected;

    if (rules->interrupted)
        reason(run, json_string("the run was interrupted"));
    guard_faults(run);
    guard_vacuity(run, rules->records_min);
    guard_checks(run);
    list_unjudged(run);
    got = outcome_of(run, rules);
    as_expected = !rules->verify_only &&
                  strcmp(text(expected, "is"), outcome_name(got)) == 0 &&
                  findings_match(run, json_object_get(expected, "findings"));
    json_object_set_new(run, "outcome", json_string(outcome_name(got)));
    json_object_set_new(run, "as_expected", json_boolean(as_expected));
    json_object_set_new(run, "exit_code",
                        json_integer(exit_code_of(got, as_expected)));
}
