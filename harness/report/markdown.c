/* markdown.c - report.md: the verdict as GitHub Markdown. */
#include "report/report.h"

#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"
#include "report/words_own.h"

#define M ESCAPE_MARKDOWN

enum {
    HARMLESS_SHOWN = 3
}; /* most runs listed of a finding within the promise */

/* A sign in front of a status word ("not judged"), to be found at a glance
 * in a table. */
static const char *mark(const char *status)
{
    static const struct {
        const char *status, *mark;
    } table[] = {
        {"pass", "✅"},       {"held", "✅"},         {"landed", "✅"},
        {"fail", "❌"},       {"failed", "❌"},       {"broken", "❌"},
        {"skip", "⏭️"},  {"relaxed", "⏭️"}, {"inconclusive", "❓"},
        {"not judged", "❓"}, {"not landed", "❓"},   {"refused", "❓"},
        {"not due", "❓"}};

    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].status, status) == 0)
            return table[i].mark;
    return "";
}

static void put_list(FILE *f, const json_t *run, const char *key,
                     const char *heading)
{
    json_t *list = look(run, key), *item;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    (void)fprintf(f, "## %s\n\n", heading);
    json_array_foreach (list, i, item)
        emit(f, M, "- %s\n", json_string_value(item));
    (void)fputc('\n', f);
}

static void put_head(FILE *f, const json_t *run)
{
    const char *outcome = look_text(run, "outcome");
    AUTO_FREE char *summary = words_summary(run);
    AUTO_FREE char *expected = words_expected(run);

    emit(f, M, "# %s %s: %s\n\n", mark(outcome), outcome,
         look_text(run, "run.name"));
    if (*look_text(run, "run.why"))
        emit(f, M, "*%s*\n\n", look_text(run, "run.why"));
    emit(f, M, "%s\n\n**Verdict:** %s\n\n", summary, expected);
}

struct writer {
    FILE *f;
    const json_t *run;
    const json_t *hop;
};

static void put_finding(void *ctx, const struct finding_row *row,
                        const json_t *finding)
{
    const struct writer *w = ctx;
    AUTO_FREE char *total = words_finding(finding);
    AUTO_FREE char *capped = NULL;
    json_t *worst = look(finding, "worst"), *one;
    bool fails = look_true(finding, "fails");
    size_t i, shown = 0;

    emit(w->f, M, "\n**%s** — %s (%s)\n\n", row->name, total, row->meaning);
    json_array_foreach (worst, i, one) {
        AUTO_FREE char *text = words_run(w->run, w->hop, one);

        if (!fails && i >= HARMLESS_SHOWN)
            continue;
        emit(w->f, M, "- %s\n", text);
        shown++;
    }
    capped = words_capped(shown, look_int(finding, "runs"), "stretches");
    if (*capped)
        emit(w->f, M, "- %s\n", capped);
}

static void put_events(const struct writer *w)
{
    FILE *f = w->f;
    json_t *events = look(w->hop, "events"), *event;
    const char *kind;

    if (json_object_size(events) > 0)
        (void)fputs("\nEvents:\n\n", f);
    json_object_foreach (events, kind, event) {
        AUTO_FREE char *text = words_event(kind, event);
        json_t *worst = look(event, "worst"), *one;
        size_t i;

        emit(f, M, "- %s\n", text);
        json_array_foreach (worst, i, one) {
            AUTO_FREE char *each = words_event_case(w->run, one);

            emit(f, M, "  - %s\n", each);
        }
    }
}

static void put_hop(struct writer *w, const json_t *hop)
{
    AUTO_FREE char *guarantee = words_guarantee(hop);
    AUTO_FREE char *balance = words_balance(hop);
    const char *status = look_text(hop, "status");
    json_t *sentences = look(hop, "sentences"), *sentence;
    size_t i;

    w->hop = hop;
    emit(w->f, M, "## %s %s: %s\n\n", mark(status), look_text(hop, "name"),
         status);
    emit(w->f, M, "- promised: %s\n- balance: %s\n", guarantee, balance);
    json_array_foreach (sentences, i, sentence)
        emit(w->f, M, "- %s\n", json_string_value(sentence));
    words_each_finding(hop, put_finding, w);
    put_events(w);
    (void)fputc('\n', w->f);
}

static void put_faults(FILE *f, const json_t *run)
{
    json_t *faults = look(run, "faults"), *fault;
    size_t i;

    if (json_array_size(faults) == 0)
        return;
    (void)fputs("## Faults\n\n| | fault | times | proof |\n"
                "| --- | --- | --- | --- |\n",
                f);
    json_array_foreach (faults, i, fault) {
        const char *outcome = look_text(fault, "outcome");
        AUTO_FREE char *name = words_fault_name(fault);
        AUTO_FREE char *times = words_fault_times(fault);
        AUTO_FREE char *because = words_fault_because(fault);

        emit(f, M, "| %s %s | %s | %s | %s |\n", mark(outcome), outcome, name,
             times, because);
    }
    (void)fputc('\n', f);
}

static void put_checks(FILE *f, const json_t *run)
{
    json_t *checks = look(run, "checks"), *check;
    size_t i;

    if (json_array_size(checks) == 0)
        return;
    (void)fputs("## Checks\n\n| | check |\n| --- | --- |\n", f);
    json_array_foreach (checks, i, check) {
        const char *status = look_text(check, "status");
        AUTO_FREE char *text = words_check(check);

        emit(f, M, "| %s %s | %s |\n", mark(status), status, text);
    }
    (void)fputc('\n', f);
}

static void put_stations(FILE *f, const json_t *run)
{
    static const char *const counts[] = {"records",   "distinct", "copies",
                                         "reordered", "corrupt",  "foreign"};
    json_t *stations = look(run, "stations"), *station;
    size_t i;

    if (json_array_size(stations) == 0)
        return;
    (void)fputs("## Stations\n\n| station | kind | records | distinct | "
                "copies | reordered | corrupt | foreign |\n"
                "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
                f);
    json_array_foreach (stations, i, station) {
        emit(f, M, "| %s | %s |", look_text(station, "name"),
             look_text(station, "kind"));
        for (size_t c = 0; c < ARRAY_LEN(counts); c++)
            emit(f, M, " %s |",
                 look_true(station, "read")
                     ? grouped(look_int(station, counts[c])).s
                     : "not read");
        (void)fputc('\n', f);
    }
    (void)fputc('\n', f);
}

static void put_run(FILE *f, const json_t *run)
{
    AUTO_FREE char *load = words_load(run);
    AUTO_FREE char *seed = words_seed(run);
    AUTO_FREE char *undeclared = words_undeclared(run);

    (void)fputs("## Run\n\n", f);
    emit(f, M, "- load: %s\n- began %s, lasted %s, seed %s\n", load,
         look_text(run, "run.began"),
         lasting(look_int(run, "run.duration_us")).s, seed);
    if (*undeclared)
        emit(f, M, "- undeclared time: %s\n", undeclared);
    emit(f, M, "- scenario %s, sha256 %s\n", look_text(run, "run.file"),
         look_text(run, "run.file_sha256"));
    emit(f, M, "- platform %s, sandbox %s, ordeal %s\n",
         look_text(run, "platform.kind"), look_text(run, "run.sandbox"),
         look_text(run, "run.program.version"));
}

static char *render(const json_t *run)
{
    json_t *hops = look(run, "hops"), *hop;
    struct writer w = {.run = run};
    struct text t;
    size_t i;

    text_open(&t);
    w.f = t.f;
    put_head(t.f, run);
    put_list(t.f, run, "reasons", "Why");
    put_list(t.f, run, "not_judged", "Not judged");
    json_array_foreach (hops, i, hop)
        put_hop(&w, hop);
    put_faults(t.f, run);
    put_checks(t.f, run);
    put_stations(t.f, run);
    put_run(t.f, run);
    return text_take(&t);
}

const struct report_format report_markdown = {
    .name = "markdown",
    .file_name = "report.md",
    .help = "the verdict as GitHub Markdown, for step summaries and comments",
    .render = render,
};
