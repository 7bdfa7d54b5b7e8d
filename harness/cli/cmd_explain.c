/* cmd_explain.c - ordeal explain: the meaning of a word, from the tables of
 * kinds, sections, findings and terms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/glossary.h"
#include "cli/usage.h"
#include "fault/target.h"
#include "load/load.h"

/* Print an empty line between two meanings of the same word. */
static void part(void)
{
    static bool begun;

    if (begun)
        putchar('\n');
    begun = true;
}

/* "name (kind)" and the meaning below. */
static void head(const char *name, const char *kind, const char *meaning)
{
    part();
    printf("%s (%s)\n  ", name, kind);
    usage_fold(stdout, meaning, 2, 2);
}

static void paragraph(const char *title, const char *text)
{
    printf("\n%s\n  ", title);
    usage_fold(stdout, text, 2, 2);
}

/* Print a table of args_explain(): lines of help are folded below their column,
 * lines of two columns stay. */
static void put_args(const struct arg *args, size_t n)
{
    AUTO_FREE char *text = args_explain(args, n);
    char *rest = text;

    for (char *line; (line = strsep(&rest, "\n")) != NULL && (*line || rest);) {
        int indent = (int)strspn(line, " ");

        printf("%.*s", indent, line);
        if (indent > 2)
            usage_fold(stdout, line + indent, (size_t)indent, (size_t)indent);
        else
            puts(line + indent);
    }
}

/* How a fault ends, and whether a step needs `for:`. */
static const char *ending(const struct fault_ops *f)
{
    if (f->needs_for)
        return "reverted after `for`, which a step needs";
    if (f->revert)
        return "reverted after `for`; without `for` when the timeline ends";
    return f->effect == FAULT_IRREVERSIBLE
               ? "cannot be undone, so a step takes no `for`"
               : "ends by itself, so a step takes no `for`";
}

static void explain_kind(const struct schema_kind *k)
{
    const struct fault_ops *fault =
        strcmp(k->set, "fault") == 0 ? fault_find(k->name) : NULL;
    const struct load_ops *load = strcmp(k->set, "endpoint") == 0
                                      ? load_into(endpoint_find(k->name))
                                      : NULL;

    head(k->name, k->set, k->help);
    if (k->target_key) {
        printf("\naimed by\n  %s: ", k->target_key);
        usage_fold(stdout, target_find(k->target_key)->words,
                   strlen(k->target_key) + 4, 4);
    }
    if (fault)
        paragraph("ends", ending(fault));
    if (strcmp(k->set, "target") == 0)
        paragraph("may be", target_find(k->name)->words);
    if (load)
        paragraph("a load writes", load_help(load));
    if (k->args_len > 0)
        printf("\narguments\n");
    put_args(k->args, k->args_len);
}

/* Is `word` the name of the section: "topics" for "topics.*", "scenario" for
 * the file itself? */
static bool is_section(const struct section *s, const char *word)
{
    const char *name = s->name[0] ? s->name : "scenario";
    size_t plain = strcspn(name, ".[");

    return strcmp(name, word) == 0 ||
           (strlen(word) == plain && strncmp(name, word, plain) == 0);
}

/* The keys by which a step names its target. */
static void explain_targets(void)
{
    size_t n;
    const struct target_ops *const *all = target_all(&n);

    printf("\ntarget, one at most\n");
    for (size_t i = 0; i < n; i++) {
        enum { KEY = 13 };

        printf("  %-*s", KEY - 2, all[i]->key);
        usage_fold(stdout, all[i]->words, KEY, KEY);
        printf("%*s", KEY, "");
        usage_fold(stdout, all[i]->help, KEY, KEY);
    }
}

static bool explain_section(const char *word)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    for (size_t i = 0; i < n; i++) {
        if (!is_section(&s[i], word))
            continue;
        head(s[i].name[0] ? s[i].name : word, "section of a scenario",
             s[i].help);
        printf("\nkeys\n");
        put_args(s[i].args, s[i].args_len);
        if (strcmp(s[i].name, "timeline[]") == 0)
            explain_targets();
        return true;
    }
    return false;
}

/* The table of the file itself, for keys without a table of their own. */
static const struct section *root_section(void)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    while (s->name[0])
        s++;
    return s;
}

/* The key `word` of a table; `whose`: "load", "fault sink_error". */
static bool explain_arg(const char *word, const struct arg *args, size_t n,
                        const char *what, const char *whose)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(args[i].name, word) != 0)
            continue;
        part();
        printf("%s (%s %s)\n", word, what, whose);
        put_args(&args[i], 1);
        return true;
    }
    return false;
}

/* The same key may stand in several sections, and be an argument of several
 * kinds, with a meaning in each. */
static bool explain_key(const char *word)
{
    size_t n, kinds_len;
    const struct section *s = scenario_sections(&n);
    AUTO_FREE struct schema_kind *kinds = plan_schema_kinds(&kinds_len);
    bool found = false;

    for (size_t i = 0; i < n; i++)
        found |= explain_arg(word, s[i].args, s[i].args_len, "key of",
                             s[i].name[0] ? s[i].name : "a scenario");
    for (size_t i = 0; i < kinds_len; i++) {
        AUTO_FREE char *whose = path_of("%s %s", kinds[i].set, kinds[i].name);

        found |= explain_arg(word, kinds[i].args, kinds[i].args_len,
                             "argument of", whose);
    }
    return found;
}

/* Explain a finding or an event, by the word of scenarios or by the name in
 * run.json. */
static bool explain_finding(const char *word)
{
    const struct finding_row *row = finding_row(word);

    if (!row)
        return false;
    head(row->word, finding_is_event(row) ? "event" : "finding", row->meaning);
    if (row->unjudged)
        paragraph("no run is judged for it yet", row->unjudged);
    else
        paragraph("rule", row->rule);
    if (finding_is_event(row) && !row->unjudged)
        paragraph("seen by", row->seen_by);
    printf("\nin run.json\n  \"%s\"\n", row->name);
    return true;
}

static bool explain_glossary_word(const char *word)
{
    const struct glossary_row *row = glossary_find(word);

    if (!row)
        return false;
    head(row->word, "term", row->meaning);
    return true;
}

static void list_glossary(void)
{
    enum { WORD = 18 };

    for (size_t i = 0; i < glossary_len; i++) {
        printf("%-*s", WORD, glossary[i].word);
        usage_fold(stdout, glossary[i].meaning, WORD, WORD);
    }
}

/* ---- the words ---- */

/* Every word that can be explained, NULL behind the last. A new array of
 * static words. */
static const char **all_words(size_t *ret_len)
{
    size_t kinds_len, n = 0;
    AUTO_FREE struct schema_kind *kinds = plan_schema_kinds(&kinds_len);
    const struct section *root = root_section();
    const char **words = must_calloc(kinds_len + root->args_len + FINDING_ROWS +
                                         glossary_len + 3,
                                     sizeof(*words));

    for (size_t i = 0; i < kinds_len; i++)
        words[n++] = kinds[i].name;
    for (size_t i = 0; i < root->args_len; i++)
        words[n++] = root->args[i].name;
    for (size_t i = 0; i < FINDING_ROWS; i++)
        words[n++] = finding_rows[i].word;
    for (size_t i = 0; i < glossary_len; i++)
        words[n++] = glossary[i].word;
    words[n++] = "scenario";
    words[n++] = "glossary";
    *ret_len = n;
    return words;
}

static const char *const *explain_words(void)
{
    static const char *const *words;
    size_t n;

    if (!words)
        words = all_words(&n);
    return words;
}

/* "\"lost\", \"late-failed\"": at most three words like `word`, the nearest
 * first; "": none. New. */
static char *nearest_of(const char *word)
{
    enum { SHOWN = 3 };
    size_t n;
    AUTO_FREE const char **words = all_words(&n);
    char *text = path_of("%s", "");

    for (int shown = 0; shown < SHOWN; shown++) {
        const char *near = nearest_word(word, words, n);
        AUTO_FREE char *before = text;
        size_t kept = 0;

        if (!near) {
            text = TAKE(before);
            break;
        }
        text = path_of("%s%s\"%s\"", before, shown ? ", " : "", near);
        for (size_t i = 0; i < n; i++)
            if (strcmp(words[i], near) != 0)
                words[kept++] = words[i];
        n = kept;
    }
    return text;
}

static int unknown(const char *word)
{
    const struct section *root = root_section();
    AUTO_FREE const char **names = must_calloc(root->args_len, sizeof(*names));
    AUTO_FREE char *near = nearest_of(word);
    AUTO_FREE char *keys = NULL;

    if (*near)
        return cli_complain(EXIT_WRONG_USAGE,
                            "nothing is called \"%s\", did you mean %s?", word,
                            near);
    for (size_t i = 0; i < root->args_len; i++)
        names[i] = root->args[i].name;
    keys = word_list(names, root->args_len);
    return cli_complain(
        EXIT_WRONG_USAGE,
        "nothing is called \"%s\"; `ordeal list faults` (or "
        "checks, endpoints, platforms, targets) shows the names of "
        "kinds, `ordeal explain glossary` words of reports, "
        "sections are scenario, %s",
        word, keys);
}

static bool explain_kinds(const char *word)
{
    size_t n;
    AUTO_FREE struct schema_kind *kinds = plan_schema_kinds(&n);
    bool found = false;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(kinds[i].name, word) != 0)
            continue;
        explain_kind(&kinds[i]);
        found = true;
    }
    return found;
}

static int explain(int argc, char **argv)
{
    static bool (*const explainers[])(const char *) = {
        explain_kinds, explain_section, explain_key, explain_finding,
        explain_glossary_word};
    int first = cli_operands(&command_explain, argc, argv, 1, 1);
    bool found = false;

    if (first < 0)
        return -first;
    if (strcmp(argv[first], "glossary") == 0) {
        list_glossary();
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(explainers); i++)
        found |= explainers[i](argv[first]);
    return found ? 0 : unknown(argv[first]);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "explain NAME|glossary",
    .help =
        "say what a word means: a fault, check, endpoint, platform, section "
        "or key of a scenario, finding, event or term",
    .more = "`ordeal explain glossary` lists the terms of reports and of this "
            "manual.\n",
    .complete = COMPLETE_WORDS,
    .words = explain_words,
    .run = explain,
};
