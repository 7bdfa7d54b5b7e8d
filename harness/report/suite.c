/* suite.c - the table at the end of a suite. */
#include "report/report.h"

#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"
#include "report/words_own.h"

enum { COLUMNS = 6, RECORDS = 3, DURATION = 5, FINDINGS_COLUMNS = 40 };

static const char *const headings[COLUMNS] = {
    "scenario", "outcome", "expected", "records", "findings", "duration"};

struct row {
    char *cells[COLUMNS];
};

static void row_done(struct row *r)
{
    for (size_t i = 0; i < COLUMNS; i++)
        free(r->cells[i]);
}

struct finding_sums {
    FILE *f;
    size_t columns;
    bool cut;
};

static void add_finding(void *ctx, const struct finding_row *row,
                        const json_t *finding)
{
    struct finding_sums *sums = ctx;
    AUTO_FREE char *one =
        text_of("%s%s %s", sums->columns ? ", " : "",
                grouped(look_int(finding, "records")).s, row->name);
    size_t columns = text_columns(one);

    if (sums->columns + columns > FINDINGS_COLUMNS) {
        sums->cut = true;
        return;
    }
    (void)fputs(one, sums->f);
    sums->columns += columns;
}

/* "1 041 lost, 812 duplicate, ...": the findings of all hops, in the order
 * of hops. */
static char *findings_of(const json_t *run)
{
    json_t *hops = look(run, "hops"), *hop;
    struct finding_sums sums = {0};
    struct text t;
    size_t i;

    text_open(&t);
    sums.f = t.f;
    json_array_foreach (hops, i, hop)
        words_each_finding(hop, add_finding, &sums);
    if (sums.cut)
        (void)fputs(", ...", t.f);
    else if (sums.columns == 0)
        (void)fputs(look_is(run, "outcome", "skip")   ? "-"
                    : look_is(run, "outcome", "pass") ? "none"
                                                      : "none seen",
                    t.f);
    return text_take(&t);
}

static struct row row_of(const json_t *run)
{
    int64_t records = look_int(run, "load.acknowledged");
    bool skipped = look_is(run, "outcome", "skip");

    return (struct row){{
        text_of("%s", look_text(run, "run.name")),
        text_of("%s", look_text(run, "outcome")),
        skipped ? text_of("-")
        : look_true(run, "as_expected")
            ? text_of("yes")
            : text_of("NO: %s", look_text(run, "expected.is")),
        text_of("%s", records >= 0 ? grouped(records).s : "-"),
        findings_of(run),
        text_of("%s", lasting(look_int(run, "run.duration_us")).s),
    }};
}

static const char *row_colour(const json_t *run)
{
    if (look_is(run, "outcome", "skip"))
        return "36";
    if (look_true(run, "as_expected"))
        return "32";
    return look_is(run, "outcome", "inconclusive") ? "33" : "31";
}

static void put_row(FILE *f, const struct row *r, const size_t *widths,
                    const char *code)
{
    if (code)
        (void)fprintf(f, "\033[%sm", code);
    for (size_t i = 0; i < COLUMNS; i++) {
        int gap = (int)(widths[i] - text_columns(r->cells[i]));
        bool right = i == RECORDS || i == DURATION;

        (void)fprintf(f, "%*s", right ? gap : 0, "");
        put_escaped(f, ESCAPE_TERMINAL, r->cells[i]);
        if (i + 1 < COLUMNS)
            (void)fprintf(f, "%*s", (right ? 0 : gap) + 2, "");
    }
    (void)fputs(code ? "\033[0m\n" : "\n", f);
}

static size_t count(const json_t *const *runs, size_t n, const char *outcome,
                    bool as_expected)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += look_is(runs[i], "outcome", outcome) &&
               look_true(runs[i], "as_expected") == as_expected;
    return sum;
}

static void put_sums(FILE *f, const json_t *const *runs, size_t n)
{
    size_t passed = count(runs, n, "pass", true);
    size_t odd = count(runs, n, "pass", false);
    size_t failed = count(runs, n, "fail", false);
    size_t unsure = count(runs, n, "inconclusive", false);
    size_t failing = count(runs, n, "fail", true);
    size_t open = count(runs, n, "inconclusive", true);
    size_t skipped =
        count(runs, n, "skip", false) + count(runs, n, "skip", true);

    (void)fprintf(f, "\n%zu run%s: %zu passed", n, n == 1 ? "" : "s", passed);
    if (failing)
        (void)fprintf(f, ", %zu failed as expected", failing);
    if (open)
        (void)fprintf(f, ", %zu inconclusive as expected", open);
    (void)fprintf(f, ", %zu failed, %zu inconclusive", failed, unsure);
    if (odd)
        (void)fprintf(f, ", %zu passed against expectation", odd);
    if (skipped)
        (void)fprintf(f, ", %zu skipped and not judged", skipped);
    (void)fputc('\n', f);
}

/* The first reason of each run that is not as expected. */
static void put_reasons(FILE *f, const json_t *const *runs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *reason =
            json_string_value(json_array_get(look(runs[i], "reasons"), 0));

        if (look_true(runs[i], "as_expected") || !reason)
            continue;
        emit(f, ESCAPE_TERMINAL, "  %s: %s: %s\n",
             look_text(runs[i], "run.name"), look_text(runs[i], "outcome"),
             reason);
    }
}

char *report_suite_table(const json_t *const *runs, size_t n, bool colour)
{
    struct row head;
    size_t widths[COLUMNS];
    struct text t;

    for (size_t c = 0; c < COLUMNS; c++) {
        head.cells[c] = text_of("%s", headings[c]);
        widths[c] = strlen(headings[c]);
    }
    for (size_t i = 0; i < n; i++) {
        AUTO(row_done) struct row r = row_of(runs[i]);

        for (size_t c = 0; c < COLUMNS; c++)
            if (text_columns(r.cells[c]) > widths[c])
                widths[c] = text_columns(r.cells[c]);
    }
    text_open(&t);
    put_row(t.f, &head, widths, colour ? "1" : NULL);
    row_done(&head);
    for (size_t i = 0; i < n; i++) {
        AUTO(row_done) struct row r = row_of(runs[i]);

        put_row(t.f, &r, widths, colour ? row_colour(runs[i]) : NULL);
    }
    put_sums(t.f, runs, n);
    put_reasons(t.f, runs, n);
    return text_take(&t);
}
