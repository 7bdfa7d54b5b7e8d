/* verdict_words.c - the verdict of a run for a terminal. */
#include "report/report.h"

#include <string.h>

#include "base/own.h"
#include "report/report_look_own.h"
#include "report/text_own.h"
#include "report/words_own.h"

enum {
    LABEL_COLUMNS = 13,
    WIDTH_DEFAULT = 80,
    WIDTH_LEAST = 40,
    RUNS_SHOWN = 5, /* of a finding; report.html has all */
    LINES_SHOWN = 20,
};

#define RED    "31"
#define GREEN  "32"
#define YELLOW "33"
#define CYAN   "36"
#define BOLD   "1"

struct sheet {
    FILE *f;
    const json_t *run;
    const json_t *hop; /* set while the findings of a hop are printed */
    size_t width;
    bool colour;
};

static void put_coloured(const struct sheet *s, const char *code,
                         const char *text)
{
    if (s->colour && code)
        (void)fprintf(s->f, "\033[%sm", code);
    put_escaped(s->f, ESCAPE_TERMINAL, text);
    if (s->colour && code)
        (void)fputs("\033[0m", s->f);
}

/* Print `text` from column `at` on, broken at blanks, with further lines
 * indented to `at`. A word longer than a line is not cut: half a path cannot
 * be copied. */
static void put_wrapped(const struct sheet *s, size_t at, const char *text)
{
    size_t column = at;

    while (*text) {
        size_t len = strcspn(text, " ");
        AUTO_FREE char *word = text_of("%.*s", (int)len, text);
        size_t columns = text_columns(word);

        if (column > at && column + 1 + columns > s->width) {
            (void)fprintf(s->f, "\n%*s", (int)at, "");
            column = at;
        } else if (column > at) {
            (void)fputc(' ', s->f);
            column++;
        }
        put_escaped(s->f, ESCAPE_TERMINAL, word);
        column += columns;
        text += len;
        text += strspn(text, " ");
    }
    (void)fputc('\n', s->f);
}

/* "  landed      text text
 *               text": a label and a text */
static void line(const struct sheet *s, const char *label, const char *code,
                 const char *text)
{
    size_t columns = text_columns(label);
    size_t gap = columns < LABEL_COLUMNS ? LABEL_COLUMNS - columns : 1;

    put_coloured(s, code, label);
    (void)fprintf(s->f, "%*s", (int)gap, "");
    put_wrapped(s, columns + gap, text);
}

static const char *status_colour(const char *status)
{
    static const struct {
        const char *status, *code;
    } table[] = {
        {"pass", GREEN},     {"held", GREEN},        {"landed", GREEN},
        {"fail", RED},       {"failed", RED},        {"broken", RED},
        {"skip", CYAN},      {"relaxed", CYAN},      {"inconclusive", YELLOW},
        {"refused", YELLOW}, {"not judged", YELLOW}, {"not landed", YELLOW},
        {"not due", YELLOW},
    };

    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].status, status) == 0)
            return table[i].code;
    return NULL;
}

static void put_banner(const struct sheet *s)
{
    static const struct {
        const char *outcome, *shout;
    } shouts[] = {{"pass", "PASS"},
                  {"fail", "FAIL"},
                  {"inconclusive", "INCONCLUSIVE"},
                  {"skip", "SKIPPED"}};
    const char *outcome = look_text(s->run, "outcome");
    bool odd = !look_true(s->run, "as_expected");
    const char *why = look_text(s->run, "run.why");
    AUTO_FREE char *name = text_of("  %s%s%s", look_text(s->run, "run.name"),
                                   *why ? ": " : "", why);

    for (size_t i = 0; i < ARRAY_LEN(shouts); i++)
        if (strcmp(shouts[i].outcome, outcome) == 0)
            put_coloured(s, status_colour(outcome), shouts[i].shout);
    if (!look_is(s->run, "expected.is", "pass"))
        put_coloured(s, odd ? RED : GREEN,
                     odd ? " (NOT AS EXPECTED)" : " (as expected)");
    put_coloured(s, BOLD, name);
    (void)fputs("\n\n", s->f);
}

static void put_list(const struct sheet *s, const char *key, const char *label,
                     const char *code)
{
    json_t *list = look(s->run, key), *item;
    size_t n = json_array_size(list), i;

    json_array_foreach (list, i, item) {
        const char *text = json_string_value(item);

        if (i < LINES_SHOWN)
            line(s, i ? "" : label, i ? NULL : code, text ? text : "");
    }
    if (n > LINES_SHOWN) {
        AUTO_FREE char *capped = words_capped(LINES_SHOWN, (int64_t)n, "");

        line(s, "", NULL, capped);
    }
}

static void put_finding(void *ctx, const struct finding_row *row,
                        const json_t *finding)
{
    const struct sheet *s = ctx;
    AUTO_FREE char *label = text_of("  %s", row->name);
    AUTO_FREE char *total = words_finding(finding);
    AUTO_FREE char *capped = NULL;
    bool fails = look_true(finding, "fails");
    json_t *worst = look(finding, "worst"), *one;
    size_t i, shown = 0;

    line(s, label, fails ? RED : NULL, total);
    json_array_foreach (worst, i, one) {
        AUTO_FREE char *text = words_run(s->run, s->hop, one);

        if (i >= RUNS_SHOWN || (!fails && i > 0))
            continue;
        line(s, i ? "" : "    at", NULL, text);
        shown++;
    }
    capped = words_capped(shown, look_int(finding, "runs"), "stretches");
    if (*capped)
        line(s, "", NULL, capped);
}

static void put_events(const struct sheet *s)
{
    json_t *events = look(s->hop, "events"), *event;
    const char *kind;
    bool first = true;

    json_object_foreach (events, kind, event) {
        AUTO_FREE char *text = words_event(kind, event);

        if (look_true(event, "judged") && look_int(event, "count") == 0)
            continue;
        line(s, first ? "  events" : "", NULL, text);
        first = false;
    }
}

/* Do the reasons of the run already contain the sentence? */
static bool is_told(const json_t *run, const char *sentence)
{
    json_t *reasons = look(run, "reasons"), *reason;
    size_t i;

    json_array_foreach (reasons, i, reason) {
        if (strstr(json_string_value(reason), sentence))
            return true;
    }
    return false;
}

static void put_because(const struct sheet *s, const json_t *hop)
{
    json_t *sentences = look(hop, "sentences"), *sentence;
    const char *label = "  because";
    size_t i;

    json_array_foreach (sentences, i, sentence) {
        if (is_told(s->run, json_string_value(sentence)))
            continue;
        line(s, label, NULL, json_string_value(sentence));
        label = "";
    }
}

static void put_hop(struct sheet *s, const json_t *hop)
{
    AUTO_FREE char *name =
        text_of("%s: %s", look_text(hop, "name"), look_text(hop, "status"));
    AUTO_FREE char *guarantee = words_guarantee(hop);
    AUTO_FREE char *balance = words_balance(hop);

    s->hop = hop;
    line(s, "hop", status_colour(look_text(hop, "status")), name);
    line(s, "  promised", NULL, guarantee);
    line(s, "  balance", NULL, balance);
    if (!look_is(hop, "status", "held"))
        put_because(s, hop);
    words_each_finding(hop, put_finding, s);
    put_events(s);
}

static void put_fault(const struct sheet *s, const json_t *fault)
{
    const char *outcome = look_text(fault, "outcome");
    AUTO_FREE char *label = text_of("  %s", outcome);
    AUTO_FREE char *name = words_fault_name(fault);
    AUTO_FREE char *times = words_fault_times(fault);
    AUTO_FREE char *text = text_of("%s%s%s", name, *times ? ": " : "", times);
    bool landed = strcmp(outcome, "landed") == 0;
    AUTO_FREE char *because = words_fault_because(fault);

    line(s, label, status_colour(outcome), text);
    if (*because)
        line(s, landed ? "    proof" : "    why not", NULL, because);
}

static void put_faults(const struct sheet *s)
{
    json_t *faults = look(s->run, "faults"), *fault;
    size_t landed = look_count(s->run, "faults", "outcome", "landed");
    size_t n = json_array_size(faults), i;
    AUTO_FREE char *sum = text_of("%zu of %zu landed", landed, n);

    line(s, "faults", landed == n ? GREEN : YELLOW, n ? sum : words_no(s->run));
    json_array_foreach (faults, i, fault)
        put_fault(s, fault);
}

static void put_checks(const struct sheet *s)
{
    json_t *checks = look(s->run, "checks"), *check;
    size_t held = look_count(s->run, "checks", "status", "held");
    size_t n = json_array_size(checks), i;
    AUTO_FREE char *sum = text_of("%zu of %zu held", held, n);

    line(s, "checks", held == n ? GREEN : YELLOW, n ? sum : words_no(s->run));
    json_array_foreach (checks, i, check) {
        const char *status = look_text(check, "status");
        AUTO_FREE char *label = text_of("  %s", status);
        AUTO_FREE char *text = words_check(check);

        line(s, label, status_colour(status), text);
    }
}

static void put_ending(const struct sheet *s)
{
    AUTO_FREE char *load = words_load(s->run);
    AUTO_FREE char *seed = words_seed(s->run);
    AUTO_FREE char *path = words_report_path(s->run, "report.html");
    AUTO_FREE char *undeclared = words_undeclared(s->run);
    AUTO_FREE char *how =
        text_of("%s on the %s platform, seed %s",
                lasting(look_int(s->run, "run.duration_us")).s,
                look_text(s->run, "platform.kind"), seed);

    line(s, "load", NULL, load);
    line(s, "run", NULL, how);
    if (*undeclared)
        line(s, "undeclared", NULL, undeclared);
    line(s, "report", BOLD, path);
}

char *report_verdict(const json_t *run, bool colour, int width)
{
    struct text t;
    struct sheet s = {.run = run, .colour = colour};
    AUTO_FREE char *summary = words_summary(run);
    AUTO_FREE char *expected = words_expected(run);
    json_t *hops = look(run, "hops"), *hop;
    size_t i;

    text_open(&t);
    s.f = t.f;
    s.width = width == 0            ? WIDTH_DEFAULT
              : width < WIDTH_LEAST ? WIDTH_LEAST
                                    : (size_t)width;
    put_banner(&s);
    line(&s, "summary", BOLD, summary);
    line(&s, "verdict", BOLD, expected);
    put_list(&s, "reasons", "why", BOLD);
    put_list(&s, "not_judged", "not judged", YELLOW);
    (void)fputc('\n', t.f);
    json_array_foreach (hops, i, hop)
        put_hop(&s, hop);
    put_faults(&s);
    put_checks(&s);
    put_ending(&s);
    return text_take(&t);
}
