/* summary.c - words_summary(): the paragraph at the top of every report. */
#include "report/words_own.h"

#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"

struct worst {
    const json_t *hop;
    const json_t *finding;
    const char *kind;
};

static void keep_failing(void *ctx, const struct finding_row *row,
                         const json_t *finding)
{
    struct worst *w = ctx;

    if (!w->finding && look_true(finding, "fails")) {
        w->finding = finding;
        w->kind = row->name;
    }
}

/* The gravest failing finding of the first hop with a failing finding. */
static struct worst gravest(const json_t *run)
{
    json_t *hops = look(run, "hops"), *hop;
    struct worst w = {NULL, NULL, NULL};
    size_t i;

    json_array_foreach (hops, i, hop) {
        if (w.finding)
            continue;
        w.hop = hop;
        words_each_finding(hop, keep_failing, &w);
    }
    return w;
}

static void put_gravest(FILE *f, const json_t *run, const struct worst *w)
{
    const json_t *first = json_array_get(look(w->finding, "worst"), 0);
    int64_t records = look_int(w->finding, "records");
    int64_t at_us = words_when_us(run, first);
    AUTO_FREE char *during = words_during(run, first);
    AUTO_FREE char *place = words_place(w->hop, first, "up");

    (void)fprintf(
        f, "%s of %s records %s %s between %s and %s", grouped(records).s,
        grouped(look_int(w->hop, "balance.upstream")).s,
        records == 1 ? "is" : "are", w->kind, look_text(w->hop, "upstream"),
        look_text(w->hop, "downstream"));
    if (*place)
        (void)fprintf(f, ", the longest stretch at %s", place);
    if (at_us >= 0)
        (void)fprintf(f, ", %s into the run", instant(at_us).s);
    if (*during)
        (void)fprintf(f, ", %s", during);
    (void)fprintf(f, ".");
}

static void put_faults(FILE *f, const json_t *run)
{
    size_t n = look_len(run, "faults");
    size_t landed = look_count(run, "faults", "outcome", "landed");

    if (n == 0)
        (void)fprintf(f, " The timeline had no fault.");
    else if (landed == n && n == 1)
        (void)fprintf(f, " The only fault landed, with proof.");
    else if (landed == n && n == 2)
        (void)fprintf(f, " Both faults landed, with proof.");
    else if (landed == n)
        (void)fprintf(f, " All %zu faults landed, with proof.", n);
    else
        (void)fprintf(f, " %zu of %zu fault%s did not land.", n - landed, n,
                      n == 1 ? "" : "s");
}

static void put_pass(FILE *f, const json_t *run)
{
    json_t *hops = look(run, "hops"), *hop;
    size_t i;

    json_array_foreach (hops, i, hop) {
        int64_t up = look_int(hop, "balance.upstream");
        int64_t copies = look_int(hop, "balance.downstream_copies");

        (void)fprintf(f, "%s%s of the %s records in %s arrived in %s",
                      i ? " " : "",
                      look_int(hop, "balance.delivered") == up
                          ? "Every one"
                          : grouped(look_int(hop, "balance.delivered")).s,
                      grouped(up).s, look_text(hop, "upstream"),
                      look_text(hop, "downstream"));
        if (copies > 0)
            (void)fprintf(f, ", with %s further cop%s", grouped(copies).s,
                          copies == 1 ? "y" : "ies");
        (void)fprintf(f, ".");
    }
    put_faults(f, run);
}

static void put_first_reason(FILE *f, const json_t *run, const char *before)
{
    const char *reason =
        json_string_value(json_array_get(look(run, "reasons"), 0));

    (void)fprintf(f, "%s: %s.", before, reason ? reason : "no reason is given");
}

/* For a fail with every hop held: the first failed check. */
static void put_failed_check(FILE *f, const json_t *run)
{
    json_t *checks = look(run, "checks"), *check;
    size_t i;

    (void)fprintf(f, "No promise was broken, but %zu of %zu checks failed",
                  look_count(run, "checks", "status", "failed"),
                  json_array_size(checks));
    json_array_foreach (checks, i, check) {
        if (!look_is(check, "status", "failed"))
            continue;
        (void)fprintf(f, ": %s.", look_text(check, "sentence"));
        return;
    }
    (void)fprintf(f, ".");
}

char *words_summary(const json_t *run)
{
    struct worst w = gravest(run);
    struct text t;

    text_open(&t);
    if (look_is(run, "outcome", "pass")) {
        put_pass(t.f, run);
    } else if (look_is(run, "outcome", "skip")) {
        put_first_reason(t.f, run, "The run was skipped");
    } else if (look_is(run, "outcome", "inconclusive")) {
        put_first_reason(t.f, run, "The run is inconclusive");
        if (w.finding) {
            (void)fprintf(t.f, " The findings so far: ");
            put_gravest(t.f, run, &w);
        }
    } else if (w.finding) {
        put_gravest(t.f, run, &w);
        put_faults(t.f, run);
    } else {
        put_failed_check(t.f, run);
    }
    if (look_true(run, "as_expected") && !look_is(run, "outcome", "pass"))
        (void)fprintf(t.f, " The scenario expects this outcome.");
    return text_take(&t);
}
