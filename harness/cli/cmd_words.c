/* cmd_words.c - lint, list, explain, schema: words about scenarios. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "report/report.h"

static int lint(int argc, char **argv)
{
    struct bind_options none = {0};
    struct bound *b = NULL;
    size_t n = 0;
    int code;

    if (argc < 2)
        return cli_usage(&command_lint);
    code = bind_files(&none, argv + 1, (size_t)argc - 1, &b, &n);
    if (code == 0)
        printf("%zu scenario%s without complaint\n", n, n == 1 ? "" : "s");
    bound_free(b, n);
    return code;
}

const struct command command_lint = {
    .name = "lint",
    .usage = "lint PATH...",
    .help = "check scenario files; says all complaints of all files",
    .more = "",
    .run = lint,
};

/* "fault", "faults" -> "fault"; NULL: no such set. */
static const char *set_named(const char *word)
{
    static const char *const sets[] = {"fault", "check", "endpoint",
                                       "platform"};

    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        size_t len = strlen(sets[i]);

        if (strncmp(word, sets[i], len) == 0 &&
            (word[len] == 0 || strcmp(word + len, "s") == 0))
            return sets[i];
    }
    return NULL;
}

static int is_plugin(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* What `plugin:` may name beside a path and a coordinate. */
static int list_plugins(void)
{
    AUTO_FREE char *dir = path_of("%s/plugins", cli_fixtures_dir());
    struct dirent **found = NULL;
    int n = scandir(dir, &found, is_plugin, alphasort);
    int code = 0;

    if (n < 0)
        return cli_complain(EXIT_WRONG_USAGE,
                            "%s: %s; ORDEAL_FIXTURES must name the project's "
                            "fixtures folder",
                            dir, strerror(errno));
    for (int i = 0; i < n; i++) {
        AUTO_FREE char *path =
            path_of("%s/%s/plugin.json", dir, found[i]->d_name);
        AUTO_JSON json_t *plugin = NULL;
        struct err err = {0};

        if (json_read(path, &plugin, &err) < 0)
            code = cli_refuse(&err);
        else
            printf("%-22s %s\n", found[i]->d_name, look_text(plugin, "why"));
        free(found[i]);
    }
    free(found);
    return code;
}

static int list(int argc, char **argv)
{
    AUTO_FREE struct schema_kind *kinds = NULL;
    const char *set = argc == 2 ? set_named(argv[1]) : NULL;
    size_t n;

    if (argc == 2 && strcmp(argv[1], "plugins") == 0)
        return list_plugins();
    if (!set)
        return cli_usage(&command_list);
    kinds = plan_schema_kinds(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(kinds[i].set, set) == 0)
            printf("%-22s %s\n", kinds[i].name, kinds[i].help);
    return 0;
}

const struct command command_list = {
    .name = "list",
    .usage = "list faults|checks|endpoints|platforms|plugins",
    .help = "what scenarios may name",
    .more = "",
    .run = list,
};

static void explain_kind(const struct schema_kind *k)
{
    AUTO_FREE char *args = args_explain(k->args, k->args_len);

    printf("%s (%s)\n  %s\n", k->name, k->set, k->help);
    if (k->target_key)
        printf("\naimed by\n  %s: ...\n", k->target_key);
    if (k->args_len > 0)
        printf("\narguments\n%s", args);
}

/* "topics" for "topics.*", "scenario" for the file itself. */
static bool is_section(const struct section *s, const char *word)
{
    const char *name = s->name[0] ? s->name : "scenario";
    size_t plain = strcspn(name, ".[");

    return strcmp(name, word) == 0 ||
           (strlen(word) == plain && strncmp(name, word, plain) == 0);
}

static bool explain_section(const char *word)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *args = NULL;

        if (!is_section(&s[i], word))
            continue;
        args = args_explain(s[i].args, s[i].args_len);
        printf("%s (section of a scenario)\n  %s\n\nkeys\n%s",
               s[i].name[0] ? s[i].name : word, s[i].help, args);
        return true;
    }
    return false;
}

/* The table of the file itself, for keys that have no table of their own. */
static const struct section *root_section(void)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    while (s->name[0])
        s++;
    return s;
}

static bool explain_key(const char *word)
{
    const struct section *root = root_section();

    for (size_t i = 0; i < root->args_len; i++) {
        AUTO_FREE char *args = NULL;

        if (strcmp(root->args[i].name, word) != 0)
            continue;
        args = args_explain(&root->args[i], 1);
        printf("%s (key of a scenario)\n%s", word, args);
        return true;
    }
    return false;
}

/* A finding or an event, by the word of scenarios or the name of run.json. */
static bool explain_finding(const char *word)
{
    const struct finding_row *row = finding_row(word);

    if (!row)
        return false;
    printf("%s (%s)\n  %s\n", row->word,
           finding_is_event(row) ? "event" : "finding", row->meaning);
    if (row->unjudged)
        printf("\nnothing judges it yet\n  %s\n", row->unjudged);
    else
        printf("\nrule\n  %s\n", row->rule);
    if (finding_is_event(row) && !row->unjudged)
        printf("\nseen by\n  %s\n", row->seen_by);
    printf("\nin run.json\n  \"%s\"\n", row->name);
    return true;
}

static int unknown(const char *word, const struct schema_kind *kinds, size_t n)
{
    const struct section *root = root_section();
    size_t all = n + root->args_len + FINDING_ROWS;
    AUTO_FREE const char **names = calloc(all, sizeof(*names));
    AUTO_FREE char *keys = NULL;
    const char *near;

    if (!names)
        abort();
    for (size_t i = 0; i < n; i++)
        names[i] = kinds[i].name;
    for (size_t i = 0; i < root->args_len; i++)
        names[n + i] = root->args[i].name;
    for (size_t i = 0; i < FINDING_ROWS; i++)
        names[n + root->args_len + i] = finding_rows[i].word;
    keys = word_list(names + n, root->args_len);
    near = nearest_word(word, names, all);
    if (near)
        return cli_complain(EXIT_WRONG_USAGE,
                            "nothing is called \"%s\", did you mean \"%s\"?",
                            word, near);
    return cli_complain(EXIT_WRONG_USAGE,
                        "nothing is called \"%s\"; `ordeal list faults` (or "
                        "checks, endpoints, platforms) shows the names of "
                        "kinds, sections are scenario, %s",
                        word, keys);
}

static int explain(int argc, char **argv)
{
    AUTO_FREE struct schema_kind *kinds = NULL;
    bool found = false;
    size_t n;

    if (argc != 2)
        return cli_usage(&command_explain);
    kinds = plan_schema_kinds(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(kinds[i].name, argv[1]) != 0)
            continue;
        if (found)
            putchar('\n');
        explain_kind(&kinds[i]);
        found = true;
    }
    found |= explain_section(argv[1]) || explain_key(argv[1]) ||
             explain_finding(argv[1]);
    return found ? 0 : unknown(argv[1], kinds, n);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "explain KIND|SECTION|FINDING",
    .help = "a fault, check, endpoint, platform or section: its arguments; "
            "or a finding or event: its rule",
    .more = "",
    .run = explain,
};

static int schema(int argc, char **argv)
{
    AUTO_FREE struct schema_kind *kinds = NULL;
    AUTO_JSON json_t *s = NULL;
    size_t n;

    (void)argv;
    if (argc != 1)
        return cli_usage(&command_schema);
    kinds = plan_schema_kinds(&n);
    s = scenario_schema(kinds, n);
    json_dumpf(s, stdout, JSON_INDENT(2));
    putchar('\n');
    return 0;
}

const struct command command_schema = {
    .name = "schema",
    .usage = "schema",
    .help = "JSON Schema of scenario files, for editors",
    .more = "",
    .run = schema,
};
