/* main.c - ordeal: which command, and its exit code. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/outcome.h"
#include "cli/cli.h"

static const struct command *const commands[] = {
    &command_run,     &command_verify, &command_lint,     &command_list,
    &command_explain, &command_schema, &command_doctor,   &command_enter,
    &command_fetch,   &command_report, &command_selftest,
};

static const char exit_codes[] =
    "exit codes: 0 pass (or as the scenario expects), 1 fail, 2 inconclusive "
    "or\nharness error, 64 wrong usage, scenario, path or name, 77 skipped\n";

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void print_overview(FILE *f)
{
    fprintf(f,
            "ordeal %s - puts Kafka connectors through an ordeal and says, "
            "with proof,\nwhether a record was lost, doubled, reordered or "
            "changed\n\nusage: ordeal COMMAND [ARGUMENT]...\n\n",
            ORDEAL_VERSION);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(f, "  %-9s%s\n", commands[i]->name, commands[i]->help);
    fprintf(f, "\n`ordeal help COMMAND` says more; %s", exit_codes);
}

static int help(int argc, char **argv)
{
    const struct command *c = argc > 1 ? find(argv[1]) : NULL;

    if (argc < 2) {
        print_overview(stdout);
        return 0;
    }
    if (!c)
        return cli_complain(EXIT_WRONG_USAGE, "no command \"%s\"", argv[1]);
    printf("usage: ordeal %s\n\n%s\n%s%s\n%s", c->usage, c->help,
           c->more[0] ? "\n" : "", c->more, exit_codes);
    return 0;
}

int main(int argc, char **argv)
{
    const struct command *c;

    memory_or_die();
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_WRONG_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        printf("ordeal %s\n", ORDEAL_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return help(argc - 1, argv + 1);
    c = find(argv[1]);
    if (!c)
        return cli_complain(EXIT_WRONG_USAGE,
                            "no command \"%s\"; `ordeal help` lists them",
                            argv[1]);
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return help(2, (char *[]){argv[0], argv[1]});
    return c->run(argc - 1, argv + 1);
}
