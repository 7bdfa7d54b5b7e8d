/* junit.c - junit.xml: the verdict for pipelines. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"
#include "report/words_own.h"

#define X ESCAPE_XML

/* The common ground of GitLab, Jenkins and the readers for GitHub: flat
 * suites, unique pairs of classname and name, every message as an attribute
 * and as content. The first case is the verdict of the run. So a run that
 * ended before anything could be judged is a suite with an error in it, and
 * never an empty green suite. */

enum result { PASSED, FAILED, ERRED, SKIPPED };

struct suite {
    FILE *f; /* test cases; the head is printed once the counts are known */
    const json_t *run;
    size_t counts[SKIPPED + 1];
};

struct testcase {
    const char *name;
    enum result result;
    const char *message; /* one sentence: what is wrong */
    const char *detail;  /* may be NULL; printed for passed cases too */
    const char *output;  /* may be NULL; GitLab reads attachments from here */
    int64_t lasted_us;
};

static const char *element(enum result r)
{
    switch (r) {
    case PASSED:
        return "";
    case FAILED:
        return "failure";
    case ERRED:
        return "error";
    case SKIPPED:
        return "skipped";
    }
    abort();
}

static void put_seconds(FILE *f, int64_t us)
{
    (void)fprintf(f, " time=\"%.3f\"", us > 0 ? (double)us / 1e6 : 0.0);
}

static void put_case(struct suite *s, const struct testcase *c)
{
    const char *name = element(c->result);

    s->counts[c->result]++;
    emit(s->f, X,
         "    <testcase classname=\"ordeal.%s\" name=\"%s\" "
         "file=\"%s\"",
         look_text(s->run, "run.name"), c->name, look_text(s->run, "run.file"));
    put_seconds(s->f, c->lasted_us);
    (void)fputs(">\n", s->f);
    if (*name) {
        (void)fprintf(s->f, "      <%s", name);
        emit(s->f, X, " message=\"%s\">%s", c->message, c->message);
        if (c->detail)
            emit(s->f, X, "\n%s", c->detail);
        (void)fprintf(s->f, "</%s>\n", name);
        if (c->output)
            emit(s->f, X, "      <system-out>%s</system-out>\n", c->output);
    } else {
        emit(s->f, X, "      <system-out>%s\n%s%s</system-out>\n", c->message,
             c->detail ? c->detail : "", c->output ? c->output : "");
    }
    (void)fputs("    </testcase>\n", s->f);
}

/* A finding that the scenario expects passes. A status that could not be
 * told never passes: error, or skipped in a run as expected. */
static enum result result_of(const struct suite *s, const char *status)
{
    static const struct {
        const char *status;
        enum result plain, as_expected;
    } table[] = {
        {"held", PASSED, PASSED},       {"landed", PASSED, PASSED},
        {"broken", FAILED, PASSED},     {"failed", FAILED, PASSED},
        {"not judged", ERRED, SKIPPED}, {"not landed", ERRED, SKIPPED},
        {"refused", ERRED, SKIPPED},    {"relaxed", SKIPPED, SKIPPED},
        {"not due", ERRED, SKIPPED},
    };

    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].status, status) == 0)
            return look_true(s->run, "as_expected") ? table[i].as_expected
                                                    : table[i].plain;
    return ERRED;
}

static enum result verdict_result(const json_t *run)
{
    if (look_is(run, "outcome", "skip"))
        return SKIPPED;
    if (look_true(run, "as_expected"))
        return PASSED;
    return look_is(run, "outcome", "inconclusive") ? ERRED : FAILED;
}

static void put_verdict(struct suite *s)
{
    AUTO_FREE char *expected = words_expected(s->run);
    AUTO_FREE char *summary = words_summary(s->run);
    AUTO_FREE char *message = text_of("%s. %s", expected, summary);
    AUTO_FREE char *detail = report_verdict(s->run, false, 100);
    AUTO_FREE char *page = words_report_path(s->run, "report.html");
    AUTO_FREE char *output = text_of("[[ATTACHMENT|%s]]", page);

    put_case(s, &(struct testcase){
                    .name = "verdict",
                    .result = verdict_result(s->run),
                    .message = message,
                    .detail = detail,
                    .output = output,
                    .lasted_us = look_int(s->run, "run.duration_us"),
                });
}

struct lines {
    FILE *f;
    const json_t *run, *hop;
};

static void put_finding(void *ctx, const struct finding_row *row,
                        const json_t *finding)
{
    const struct lines *l = ctx;
    AUTO_FREE char *total = words_finding(finding);
    AUTO_FREE char *capped = NULL;
    json_t *worst = look(finding, "worst"), *one;
    size_t i;

    (void)fprintf(l->f, "%s: %s\n", row->name, total);
    json_array_foreach (worst, i, one) {
        AUTO_FREE char *text = words_run(l->run, l->hop, one);

        (void)fprintf(l->f, "  %s\n", text);
    }
    capped = words_capped(json_array_size(worst), look_int(finding, "runs"),
                          "stretches");
    if (*capped)
        (void)fprintf(l->f, "  %s\n", capped);
}

/* The status and the sentences of a hop, joined into one message. */
static char *hop_message(const json_t *hop)
{
    json_t *sentences = look(hop, "sentences"), *sentence;
    struct text t;
    size_t i;

    text_open(&t);
    (void)fputs(look_text(hop, "status"), t.f);
    json_array_foreach (sentences, i, sentence)
        (void)fprintf(t.f, "%s%s", i ? "; " : ": ",
                      json_string_value(sentence));
    return text_take(&t);
}

static void put_hop(struct suite *s, const json_t *hop)
{
    AUTO_FREE char *guarantee = words_guarantee(hop);
    AUTO_FREE char *balance = words_balance(hop);
    AUTO_FREE char *name =
        text_of("guarantee: %s: %s", look_text(hop, "name"), guarantee);
    AUTO_FREE char *message = hop_message(hop);
    AUTO_FREE char *detail = NULL;
    struct text t;

    text_open(&t);
    (void)fprintf(t.f, "balance: %s\n", balance);
    words_each_finding(hop, put_finding, &(struct lines){t.f, s->run, hop});
    detail = text_take(&t);
    put_case(s, &(struct testcase){
                    .name = name,
                    .result = result_of(s, look_text(hop, "status")),
                    .message = message,
                    .detail = detail,
                });
}

static void put_fault(struct suite *s, const json_t *fault)
{
    AUTO_FREE char *because = words_fault_because(fault);
    AUTO_FREE char *who = words_fault_name(fault);
    AUTO_FREE char *name = text_of("fault landed: %s", who);
    AUTO_FREE char *times = words_fault_times(fault);
    AUTO_FREE char *message =
        text_of("%s: %s", look_text(fault, "outcome"), because);

    put_case(s, &(struct testcase){
                    .name = name,
                    .result = result_of(s, look_text(fault, "outcome")),
                    .message = message,
                    .detail = times,
                });
}

static void put_check(struct suite *s, const json_t *check)
{
    AUTO_FREE char *name = text_of("check: %s %s", look_text(check, "path"),
                                   look_text(check, "kind"));
    AUTO_FREE char *message = text_of("%s: %s", look_text(check, "status"),
                                      look_text(check, "sentence"));
    const char *reason = look_text(check, "reason");

    put_case(s, &(struct testcase){
                    .name = name,
                    .result = result_of(s, look_text(check, "status")),
                    .message = message,
                    .detail = *reason ? reason : NULL,
                });
}

static void put_cases(struct suite *s)
{
    json_t *hops = look(s->run, "hops"), *faults = look(s->run, "faults");
    json_t *checks = look(s->run, "checks"), *one;
    size_t i;

    put_verdict(s);
    json_array_foreach (hops, i, one)
        put_hop(s, one);
    json_array_foreach (faults, i, one)
        put_fault(s, one);
    json_array_foreach (checks, i, one)
        put_check(s, one);
}

static void put_properties(FILE *f, const json_t *run)
{
    static const char *const paths[] = {"outcome",
                                        "expected.is",
                                        "run.id",
                                        "run.file_sha256",
                                        "run.sandbox",
                                        "platform.kind",
                                        "run.program.version"};

    AUTO_FREE char *seed = words_seed(run);

    (void)fputs("    <properties>\n", f);
    emit(f, X, "      <property name=\"run.seed\" value=\"%s\"/>\n", seed);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        AUTO_FREE char *value = look_any(run, paths[i]);

        emit(f, X, "      <property name=\"%s\" value=\"%s\"/>\n", paths[i],
             value);
    }
    (void)fputs("    </properties>\n", f);
}

static void put_counts(FILE *f, const struct suite *s)
{
    size_t all = 0;

    for (size_t i = 0; i < ARRAY_LEN(s->counts); i++)
        all += s->counts[i];
    (void)fprintf(f,
                  " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                  "skipped=\"%zu\"",
                  all, s->counts[FAILED], s->counts[ERRED], s->counts[SKIPPED]);
    put_seconds(f, look_int(s->run, "run.duration_us"));
}

static char *render(const json_t *run)
{
    struct text body, t;
    struct suite s = {.run = run};
    AUTO_FREE char *cases = NULL;

    text_open(&body);
    s.f = body.f;
    put_cases(&s);
    cases = text_take(&body);
    text_open(&t);
    (void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", t.f);
    put_counts(t.f, &s);
    emit(t.f, X, ">\n  <testsuite name=\"%s\" timestamp=\"%s\"",
         look_text(run, "run.name"), look_text(run, "run.began"));
    put_counts(t.f, &s);
    (void)fputs(">\n", t.f);
    put_properties(t.f, run);
    (void)fputs(cases, t.f);
    (void)fputs("  </testsuite>\n</testsuites>\n", t.f);
    return text_take(&t);
}

const struct report_format report_junit = {
    .name = "junit",
    .file_name = "junit.xml",
    .help = "JUnit XML that GitLab, Jenkins and GitHub's readers accept",
    .render = render,
};
