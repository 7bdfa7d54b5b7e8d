/* cmd_run.c - ordeal run: bind everything first, then run. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "cli/bound.h"
#include "cli/cli.h"
#include "cli/run_suite.h"

struct run_options {
    struct suite_options runs; /* first, as the shared rows expect */
    struct bind_options bind;
    bool dry_run;
};

static int take_set(const struct option_row *row, void *at, const char *value)
{
    (void)row;
    return bind_option_given(at, value);
}

static int take_secret(const struct option_row *row, void *at,
                       const char *value)
{
    (void)row;
    return bind_option_secret(at, value);
}

static const struct option_row rows[] = {
    {.name = "dry-run",
     .letter = 'n',
     .help = "print the bound plan and start nothing",
     .at = offsetof(struct run_options, dry_run),
     .take = take_flag},
    {.name = "set",
     .value = "KEY=VALUE",
     .takes = "KEY=VALUE",
     .help = "value of a variable of the file (`vars:`); @FILE takes the first "
             "line of FILE, a secret, so that no process shows the value on "
             "its command line; @@ stands for @; may be repeated",
     .at = offsetof(struct run_options, bind),
     .take = take_set},
    {.name = "secret",
     .value = "KEY=FILE",
     .takes = "KEY=FILE with a readable file",
     .complete = COMPLETE_FILES,
     .help =
         "the same with the first line of FILE as value, which the evidence "
         "shows as <secret:KEY>",
     .at = offsetof(struct run_options, bind),
     .take = take_secret},
    {.name = "platform",
     .value = "NAME",
     .help = "where to run, in place of the file's",
     .at = offsetof(struct run_options, bind.platform),
     .take = take_text},
    {.name = "kafka",
     .value = "VERSION",
     .help = "Kafka under test, in place of the file's",
     .at = offsetof(struct run_options, bind.kafka),
     .take = take_text},
    {.name = "plugin",
     .value = "PATH",
     .complete = COMPLETE_FILES,
     .help = "connector plugin, in place of the file's; PATH starts here, the "
             "file's in the folder of the file",
     .at = offsetof(struct run_options, bind.plugin),
     .take = take_text},
};

static int dry_run(const struct run_options *o, struct bound *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct scenario *s = &b[i].plan.scenario;
        AUTO_FREE char *text =
            plan_text(&b[i].plan, o->runs.seed.given ? &o->runs.seed.is
                                  : s->has_seed      ? &s->seed
                                                     : NULL);

        struct err why = {0};

        printf("%s%s", i ? "\n" : "", text);
        if (plan_able(&b[i].plan, &why) < 0)
            printf("skipped      %s\n", why.text);
    }
    return 0;
}

static int run(int argc, char **argv)
{
    struct run_options o = {.runs = suite_defaults()};
    struct bound *b = NULL;
    size_t n = 0;
    int first, code = cli_options(&command_run, argc, argv, &o, &first);

    if (code != 0)
        return code;
    if (first == argc)
        return cli_usage(&command_run);
    code = bind_files(&o.bind, argv + first, (size_t)(argc - first), &b, &n);
    if (code == 0)
        code = o.dry_run ? dry_run(&o, b, n) : suite_run(&o.runs, b, n);
    bound_free(b, n);
    return code;
}

const struct command command_run = {
    .name = "run",
    .usage = "run [OPTION]... PATH...",
    .help = "run scenarios: files, or folders of them",
    .more = "Every file is read and checked before anything starts. Each run "
            "leaves a folder of evidence with report.html in it.\n",
    .options = rows,
    .options_len = ARRAY_LEN(rows),
    .shared = suite_rows,
    .shared_len = SUITE_ROWS,
    .complete = COMPLETE_FILES,
    .run = run,
};
