/* cmd_words.c - lint, list, schema: the commands about the words of scenarios,
 * without a run. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/look.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/usage.h"
#include "report/report.h"

static int lint(int argc, char **argv)
{
    struct bind_options none = {0};
    struct bound *b = NULL;
    size_t n = 0;
    int first, code;

    first = cli_operands(&command_lint, argc, argv, 1, INT_MAX);
    if (first < 0)
        return -first;
    code = bind_files(&none, argv + first, (size_t)(argc - first), &b, &n);
    if (code == 0)
        printf("%zu scenario%s without complaint\n", n, n == 1 ? "" : "s");
    bound_free(b, n);
    return code;
}

const struct command command_lint = {
    .name = "lint",
    .usage = "lint PATH...",
    .help = "check scenario files and say all complaints of all files",
    .more =
        "Reads, binds and checks as `ordeal run` does; downloads and starts "
        "nothing.\n",
    .complete = COMPLETE_FILES,
    .run = lint,
};

/* The set of "fault" or "faults": "fault". NULL: no set has the name. */
static const char *set_named(const char *word)
{
    static const char *const sets[] = {"fault", "check", "endpoint", "platform",
                                       "target"};

    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        size_t len = strlen(sets[i]);

        if (strncmp(word, sets[i], len) == 0 &&
            (word[len] == 0 || strcmp(word + len, "s") == 0))
            return sets[i];
    }
    return NULL;
}

/* Folded on a terminal; elsewhere a line each, for grep and the like. */
static void put_row(const char *name, const char *help)
{
    enum { NAME = 23 };

    printf("%-*s ", NAME - 1, name);
    if (isatty(STDOUT_FILENO))
        usage_fold(stdout, help, NAME, NAME);
    else
        puts(help);
}

static int is_plugin(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* List the fixtures. `plugin:` takes the name of a fixture, a path or a Maven
 * coordinate. */
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
            put_row(found[i]->d_name, look_text(plugin, "why"));
        free(found[i]);
    }
    free(found);
    return code;
}

static int list(int argc, char **argv)
{
    AUTO_FREE struct schema_kind *kinds = NULL;
    int first = cli_operands(&command_list, argc, argv, 1, 1);
    const char *set = first > 0 ? set_named(argv[first]) : NULL;
    size_t n;

    if (first < 0)
        return -first;
    if (strcmp(argv[first], "plugins") == 0)
        return list_plugins();
    if (!set)
        return cli_usage(&command_list);
    kinds = plan_schema_kinds(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(kinds[i].set, set) == 0)
            put_row(kinds[i].name, kinds[i].help);
    return 0;
}

static const char *const *list_words(void)
{
    static const char *const words[] = {"faults",    "checks",  "endpoints",
                                        "platforms", "targets", "plugins",
                                        NULL};

    return words;
}

const struct command command_list = {
    .name = "list",
    .usage = "list faults|checks|endpoints|platforms|targets|plugins",
    .help = "list the kinds that scenarios may name",
    .more = "`ordeal explain NAME` says more of each.\n",
    .complete = COMPLETE_WORDS,
    .words = list_words,
    .run = list,
};

static int schema(int argc, char **argv)
{
    AUTO_FREE struct schema_kind *kinds = NULL;
    AUTO_JSON json_t *s = NULL;
    int first = cli_operands(&command_schema, argc, argv, 0, 0);
    size_t n;

    if (first < 0)
        return -first;
    kinds = plan_schema_kinds(&n);
    s = scenario_schema(kinds, n);
    json_dumpf(s, stdout, JSON_INDENT(2));
    putchar('\n');
    return 0;
}

const struct command command_schema = {
    .name = "schema",
    .usage = "schema",
    .help = "print the JSON Schema of scenario files, for editors",
    .more = "The schema knows every kind, argument and default of this "
            "program.\n",
    .run = schema,
};
