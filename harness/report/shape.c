/* shape.c - is a document of the shape that reports/README.md promises? */
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "base/outcome.h"
#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"

/* The schema as a table. A path is keys joined by dots; "[]" stands for
 * every item of a list, "{}" for every value of an object. A row is skipped
 * where a parent is absent: the row of the parent, further up, decides
 * whether that is allowed. */
enum shape {
    TEXT,   /* a text; one of `words`, if the row has any */
    WHOLE,  /* a whole number */
    TRUTH,  /* true or false */
    OBJECT, /* an object */
    LIST,   /* a list */
    NAME,   /* a text or a whole number */
    PROOF,  /* a text or an object */
};

struct row {
    const char *path;
    enum shape shape;
    bool required;
    const char *words; /* "a|b|c" */
};

static const struct row rows[] = {
    {"schema", TEXT, true, "ordeal.run/1"},
    {"run", OBJECT, true, NULL},
    {"run.id", TEXT, true, NULL},
    {"run.number", WHOLE, false, NULL},
    {"run.name", TEXT, true, NULL},
    {"run.why", TEXT, false, NULL},
    {"run.file", TEXT, true, NULL},
    {"run.file_sha256", TEXT, false, NULL},
    {"run.folder", TEXT, false, NULL},
    {"run.seed", NAME, true, NULL},
    {"run.began", TEXT, true, NULL},
    {"run.ended", TEXT, false, NULL},
    {"run.duration_us", WHOLE, true, NULL},
    {"run.undeclared_us", WHOLE, false, NULL},
    {"run.sandbox", TEXT, false, "namespaces|fallback"},
    {"run.sandbox_reason", TEXT, false, NULL},
    {"run.program", OBJECT, true, NULL},
    {"run.program.version", TEXT, true, NULL},
    {"run.program.commit", TEXT, false, NULL},
    {"run.program.sha256", TEXT, false, NULL},
    {"run.host", OBJECT, false, NULL},
    {"run.host.kernel", TEXT, false, NULL},
    {"run.host.cpus", WHOLE, false, NULL},
    {"run.host.memory_bytes", WHOLE, false, NULL},
    {"run.host.waited", OBJECT, false, NULL},
    {"run.host.waited.cpu_ppm", WHOLE, true, NULL},
    {"run.host.waited.disk_ppm", WHOLE, true, NULL},
    {"run.host.waited.memory_ppm", WHOLE, true, NULL},
    {"world", OBJECT, false, NULL},
    {"world.id", TEXT, true, NULL},
    {"world.ordinal", WHOLE, true, NULL},
    {"world.before", LIST, false, NULL},
    {"world.before[]", TEXT, true, NULL},
    {"world.left", LIST, false, NULL},
    {"world.left[].kind", TEXT, true,
     "topic|group|connector|source-offset|broker-config|acl|client|node|fault|"
     "unknown"},
    {"world.left[].text", TEXT, true, NULL},
    {"outcome", TEXT, true, "pass|fail|inconclusive|skip"},
    {"expected", OBJECT, true, NULL},
    {"expected.is", TEXT, true, "pass|fail|inconclusive|skip"},
    {"expected.findings", OBJECT, false, NULL},
    {"expected.findings{}", NAME, true, NULL},
    {"as_expected", TRUTH, true, NULL},
    {"exit_code", WHOLE, true, NULL},
    {"reasons", LIST, true, NULL},
    {"reasons[]", TEXT, true, NULL},
    {"not_judged", LIST, true, NULL},
    {"not_judged[]", TEXT, true, NULL},
    {"platform", OBJECT, true, NULL},
    {"platform.nodes", LIST, false, NULL},
    {"platform.nodes[].name", TEXT, true, NULL},
    {"platform.nodes[].role", TEXT, true, NULL},
    {"platform.nodes[].group", TEXT, false, NULL},
    {"timeouts", OBJECT, false, NULL},
    {"timeouts{}", WHOLE, true, NULL},
    {"phases", LIST, true, NULL},
    {"phases[].name", TEXT, true, NULL},
    {"phases[].from_us", WHOLE, true, NULL},
    {"phases[].to_us", WHOLE, true, NULL},
    {"load", OBJECT, false, NULL},
    {"load.attempted", WHOLE, true, NULL},
    {"load.acknowledged", WHOLE, true, NULL},
    {"load.refused", WHOLE, true, NULL},
    {"load.aborted", WHOLE, true, NULL},
    {"load.indeterminate", WHOLE, true, NULL},
    {"load.each", LIST, false, NULL},
    {"load.each[].into", TEXT, true, NULL},
    {"load.each[].began_us", WHOLE, true, NULL},
    {"load.each[].ended_us", WHOLE, true, NULL},
    {"stations", LIST, true, NULL},
    {"stations[].name", TEXT, true, NULL},
    {"stations[].kind", TEXT, true, NULL},
    {"stations[].read", TRUTH, true, NULL},
    {"stations[].why_not", TEXT, false, NULL},
    {"stations[].isolation", TEXT, false, NULL},
    {"stations[].records", WHOLE, false, NULL},
    {"stations[].ours", WHOLE, false, NULL},
    {"stations[].distinct", WHOLE, false, NULL},
    {"stations[].copies", WHOLE, false, NULL},
    {"stations[].reordered", WHOLE, false, NULL},
    {"stations[].corrupt", WHOLE, false, NULL},
    {"stations[].foreign", WHOLE, false, NULL},
    {"stations[].offsets", OBJECT, false, NULL},
    {"stations[].offsets.judged", TRUTH, true, NULL},
    {"stations[].offsets.holes", WHOLE, false, NULL},
    {"stations[].offsets.missing", WHOLE, false, NULL},
    {"stations[].offsets.why_not", TEXT, false, NULL},
    {"hops", LIST, true, NULL},
    {"hops[].name", TEXT, true, NULL},
    {"hops[].connector", TEXT, false, NULL},
    {"hops[].group", TEXT, false, NULL},
    {"hops[].upstream", TEXT, true, NULL},
    {"hops[].downstream", TEXT, true, NULL},
    {"hops[].upstream_is", TEXT, false, "ledger|station"},
    {"hops[].guarantee", OBJECT, true, NULL},
    {"hops[].guarantee.delivery", TEXT, true,
     "at-most-once|at-least-once|exactly-once"},
    {"hops[].guarantee.ordering", TEXT, true, "none|stream|key"},
    {"hops[].guarantee.once_by", TEXT, false, "contents|deliveries"},
    {"hops[].guarantee.duplicates_per_disturbance", WHOLE, false, NULL},
    {"hops[].status", TEXT, true, "held|broken|not judged"},
    {"hops[].sentences", LIST, true, NULL},
    {"hops[].sentences[]", TEXT, true, NULL},
    {"hops[].drained", TRUTH, true, NULL},
    {"hops[].stalled", TRUTH, false, NULL},
    {"hops[].pending", WHOLE, true, NULL},
    {"hops[].longest_rewind", WHOLE, false, NULL},
    {"hops[].balance", OBJECT, true, NULL},
    {"hops[].balance.attempted", WHOLE, true, NULL},
    {"hops[].balance.acknowledged", WHOLE, true, NULL},
    {"hops[].balance.refused", WHOLE, true, NULL},
    {"hops[].balance.aborted", WHOLE, true, NULL},
    {"hops[].balance.indeterminate_appeared", WHOLE, true, NULL},
    {"hops[].balance.indeterminate_absent", WHOLE, true, NULL},
    {"hops[].balance.upstream", WHOLE, true, NULL},
    {"hops[].balance.delivered", WHOLE, true, NULL},
    {"hops[].balance.dead_lettered", WHOLE, true, NULL},
    {"hops[].balance.filtered", WHOLE, true, NULL},
    {"hops[].balance.lost", WHOLE, true, NULL},
    {"hops[].balance.unseen", WHOLE, true, NULL},
    {"hops[].balance.unjudged", WHOLE, false, NULL},
    {"hops[].balance.upstream_copies", WHOLE, true, NULL},
    {"hops[].balance.downstream_copies", WHOLE, true, NULL},
    {"hops[].balance.closes", TRUTH, true, NULL},
    {"hops[].streams", LIST, false, NULL},
    {"hops[].streams[].stream", WHOLE, true, NULL},
    {"hops[].streams[].name", TEXT, false, NULL},
    {"hops[].streams[].upstream", WHOLE, true, NULL},
    {"hops[].streams[].delivered", WHOLE, true, NULL},
    {"hops[].streams[].lost", WHOLE, true, NULL},
    {"hops[].streams[].unseen", WHOLE, true, NULL},
    {"hops[].findings", OBJECT, true, NULL},
    {"hops[].findings{}.records", WHOLE, true, NULL},
    {"hops[].findings{}.runs", WHOLE, true, NULL},
    {"hops[].findings{}.unjudged", WHOLE, false, NULL},
    {"hops[].findings{}.fails", TRUTH, true, NULL},
    {"hops[].findings{}.relaxed", TRUTH, false, NULL},
    {"hops[].findings{}.allowed", WHOLE, false, NULL},
    {"hops[].findings{}.worst", LIST, true, NULL},
    {"hops[].findings{}.worst[].stream", WHOLE, true, NULL},
    {"hops[].findings{}.worst[].first", WHOLE, true, NULL},
    {"hops[].findings{}.worst[].count", WHOLE, true, NULL},
    {"hops[].findings{}.worst[].note", TEXT, false, NULL},
    {"hops[].findings{}.worst[].rewind", TRUTH, false, NULL},
    {"hops[].findings{}.worst[].ambiguous", WHOLE, false, NULL},
    {"hops[].findings{}.worst[].overtaken_by_commit", TRUTH, false, NULL},
    {"hops[].findings{}.worst[].up_first", OBJECT, false, NULL},
    {"hops[].findings{}.worst[].up_last", OBJECT, false, NULL},
    {"hops[].findings{}.worst[].down_first", OBJECT, false, NULL},
    {"hops[].findings{}.worst[].down_last", OBJECT, false, NULL},
    {"hops[].events", OBJECT, false, NULL},
    {"hops[].events{}.count", WHOLE, true, NULL},
    {"hops[].events{}.judged", TRUTH, true, NULL},
    {"hops[].events{}.why_not", TEXT, false, NULL},
    {"hops[].events{}.worst", LIST, false, NULL},
    {"hops[].events{}.worst[].partition", WHOLE, true, NULL},
    {"hops[].events{}.worst[].time", TEXT, false, NULL},
    {"hops[].events{}.worst[].at_us", WHOLE, false, NULL},
    {"faults", LIST, true, NULL},
    {"faults[].path", TEXT, true, NULL},
    {"faults[].kind", TEXT, true, NULL},
    {"faults[].target", TEXT, false, NULL},
    {"faults[].resolved", TEXT, false, NULL},
    {"faults[].due_us", WHOLE, false, NULL},
    {"faults[].asked_us", WHOLE, true, NULL},
    {"faults[].began_us", WHOLE, false, NULL},
    {"faults[].waited_for", TEXT, false, NULL},
    {"faults[].applied_us", WHOLE, true, NULL},
    {"faults[].landed_us", WHOLE, true, NULL},
    {"faults[].noticed_us", WHOLE, true, NULL},
    {"faults[].reverted_us", WHOLE, true, NULL},
    {"faults[].mended_us", WHOLE, true, NULL},
    {"faults[].recovered_us", WHOLE, true, NULL},
    {"faults[].window_from_us", WHOLE, true, NULL},
    {"faults[].window_to_us", WHOLE, true, NULL},
    {"faults[].restores", TEXT, false, NULL},
    {"faults[].proof", PROOF, false, NULL},
    {"faults[].why_not", TEXT, false, NULL},
    {"faults[].outcome", TEXT, true, "landed|not landed|refused|not due"},
    {"faults[].disturbance", TRUTH, false, NULL},
    {"checks", LIST, true, NULL},
    {"checks[].path", TEXT, true, NULL},
    {"checks[].kind", TEXT, true, NULL},
    {"checks[].status", TEXT, true, "held|failed|not judged|relaxed"},
    {"checks[].sentence", TEXT, true, NULL},
    {"checks[].reason", TEXT, false, NULL},
    {"series", LIST, true, NULL},
    {"series[].t_us", WHOLE, true, NULL},
    {"series[].attempted", WHOLE, false, NULL},
    {"series[].acknowledged", WHOLE, false, NULL},
    {"series[].delivered", OBJECT, false, NULL},
    {"series[].delivered{}", WHOLE, true, NULL},
    {"series[].lag", OBJECT, false, NULL},
    {"series[].lag{}", WHOLE, true, NULL},
    {"series[].tasks", OBJECT, false, NULL},
    {"series[].tasks{}", TEXT, true, NULL},
    {"events", LIST, true, NULL},
    {"events[].t_us", WHOLE, true, NULL},
    {"events[].actor", TEXT, true, NULL},
    {"events[].what", TEXT, true, NULL},
    {"events[].text", TEXT, false, NULL},
    {"secrets", LIST, false, NULL},
    {"secrets[].name", TEXT, true, NULL},
    {"secrets[].replaced", TRUTH, true, NULL},
    {"secrets[].why_not", TEXT, false, NULL},
    {"artifacts", LIST, true, NULL},
    {"artifacts[].path", TEXT, true, NULL},
    {"artifacts[].sha256", TEXT, true, NULL},
    {"artifacts[].bytes", WHOLE, false, NULL},
};

static const char *const shape_words[] = {
    [TEXT] = "a text",
    [WHOLE] = "a whole number",
    [TRUTH] = "true or false",
    [OBJECT] = "an object",
    [LIST] = "a list",
    [NAME] = "a text or a whole number",
    [PROOF] = "a text or an object",
};

static const char *what_is(const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
        return "a whole number";
    case JSON_REAL:
        return "a fraction";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "nothing known";
}

static bool has_shape(const json_t *v, enum shape shape)
{
    switch (shape) {
    case TEXT:
        return json_is_string(v);
    case WHOLE:
        return json_is_integer(v);
    case TRUTH:
        return json_is_boolean(v);
    case OBJECT:
        return json_is_object(v);
    case LIST:
        return json_is_array(v);
    case NAME:
        return json_is_string(v) || json_is_integer(v);
    case PROOF:
        return json_is_string(v) || json_is_object(v);
    }
    return false;
}

static bool is_word(const char *text, const char *words)
{
    size_t len = strlen(text);

    for (const char *w = words; w; w = strchr(w, '|')) {
        w += *w == '|';
        if (strncmp(w, text, len) == 0 && (w[len] == '|' || w[len] == 0))
            return true;
    }
    return false;
}

static int check_value(const struct row *row, const char *where,
                       const json_t *v, struct err *err)
{
    if (!v || json_is_null(v)) {
        if (!row->required)
            return 0;
        return err_set(err, -EINVAL, "%s: expected %s, it is missing", where,
                       shape_words[row->shape]);
    }
    if (!has_shape(v, row->shape))
        return err_set(err, -EINVAL, "%s: expected %s, got %s", where,
                       shape_words[row->shape], what_is(v));
    if (row->words && !is_word(json_string_value(v), row->words))
        return err_set(err, -EINVAL, "%s: expected one of %s, got \"%s\"",
                       where, row->words, json_string_value(v));
    return 0;
}

static int check_at(const struct row *row, const char *rest, const json_t *at,
                    const char *where, struct err *err);

static int check_at(const struct row *row, const char *rest, const json_t *at,
                    const char *where, struct err *err);

/* `rest` begins behind "[]" or "{}". Check each member against the rest. */
static int check_each(const struct row *row, const char *rest, json_t *all,
                      const char *where, struct err *err)
{
    const char *key;
    json_t *v;
    size_t i;
    int rc = 0;

    json_array_foreach (all, i, v) {
        AUTO_FREE char *here = text_of("%s[%zu]", where, i);

        if (rc == 0)
            rc = check_at(row, rest, v, here, err);
    }
    json_object_foreach (all, key, v) {
        AUTO_FREE char *here = text_of("%s.%s", where, key);

        if (rc == 0)
            rc = check_at(row, rest, v, here, err);
    }
    return rc;
}

static int check_at(const struct row *row, const char *rest, const json_t *at,
                    const char *where, struct err *err)
{
    size_t len = strcspn(rest += *rest == '.', ".[{");
    AUTO_FREE char *key = text_of("%.*s", (int)len, rest);
    AUTO_FREE char *here = text_of("%s%s%s", where, *where ? "." : "", key);
    const json_t *v;

    if (*rest == 0)
        return check_value(row, where, at, err);
    if (!json_is_object(at))
        return err_set(err, -EINVAL, "%s: expected an object, got %s", where,
                       what_is(at));
    v = json_object_get(at, key);
    if (rest[len] == 0)
        return check_value(row, here, v, err);
    if (!v || json_is_null(v))
        return 0;
    if (rest[len] == '.')
        return check_at(row, rest + len, v, here, err);
    return check_each(row, rest + len + 2, json_object_get(at, key), here, err);
}

static bool is_relaxed(const json_t *run)
{
    return look_count(run, "checks", "status", "relaxed") > 0;
}

static int check_pass(const json_t *run, struct err *err)
{
    json_t *hops = look(run, "hops"), *hop;
    size_t i;

    json_array_foreach (hops, i, hop) {
        if (look_is(hop, "status", "broken") && !is_relaxed(run))
            return err_set(err, -EINVAL,
                           "outcome: pass, yet hops[%zu] (%s) is broken", i,
                           look_text(hop, "name"));
        if (!look_true(hop, "balance.closes"))
            return err_set(err, -EINVAL,
                           "outcome: pass, yet the balance of hops[%zu] (%s) "
                           "does not close",
                           i, look_text(hop, "name"));
    }
    if (look_count(run, "faults", "outcome", "not landed") > 0)
        return err_set(err, -EINVAL, "outcome: pass, yet a fault did not land");
    if (look_count(run, "checks", "status", "failed") > 0)
        return err_set(err, -EINVAL, "outcome: pass, yet a check failed");
    return 0;
}

/* Only contradictions in favour of the run are refused: a document that
 * claims less than could be claimed is harmless. */
static int check_honest(const json_t *run, struct err *err)
{
    bool as_expected = look_true(run, "as_expected");

    if (look_int(run, "exit_code") == OUTCOME_PASS && !as_expected)
        return err_set(err, -EINVAL, "exit_code: 0, yet not as expected");
    if (as_expected && !look_is(run, "outcome", look_text(run, "expected.is")))
        return err_set(err, -EINVAL,
                       "as_expected: true, yet %s was expected and the "
                       "outcome is %s",
                       look_text(run, "expected.is"),
                       look_text(run, "outcome"));
    return look_is(run, "outcome", "pass") ? check_pass(run, err) : 0;
}

int report_check(const json_t *run, struct err *err)
{
    if (!json_is_object(run))
        return err_set(err, -EINVAL, "expected an object");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int rc = check_at(&rows[i], rows[i].path, run, "", err);

        if (rc < 0)
            return rc;
    }
    return check_honest(run, err);
}
