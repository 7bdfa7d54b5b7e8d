/* main.c - ordeal: finds the command, returns the exit code. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/outcome.h"
#include "cli/cli.h"
#include "cli/usage.h"
#include "scenario/doc.h"

/* In the order of the overview: first what a new user needs. */
static const struct command *const commands[] = {
    &command_demo,   &command_run,         &command_verify, &command_lint,
    &command_list,   &command_explain,     &command_schema, &command_doctor,
    &command_enter,  &command_report,      &command_fetch,  &command_selftest,
    &command_manual, &command_completions,
};

/* The file is rewritten when the commit changes, and included here alone:
 * nothing else is compiled again. */
static const char commit[] =
#include ORDEAL_COMMIT_FILE
    ;

static int no_command(const char *name)
{
    const char *names[ARRAY_LEN(commands)];
    const char *near;

    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        names[i] = commands[i]->name;
    near = nearest_word(name, names, ARRAY_LEN(commands));
    if (near)
        return cli_complain(EXIT_WRONG_USAGE,
                            "no command \"%s\", did you mean \"%s\"?", name,
                            near);
    return cli_complain(EXIT_WRONG_USAGE,
                        "no command \"%s\"; `ordeal help` lists them", name);
}

static int help(const char *name)
{
    const struct command *c = name ? command_find(name) : NULL;

    if (!name)
        usage_overview(stdout);
    else if (!c)
        return no_command(name);
    else
        usage_command(stdout, c);
    return 0;
}

static bool is_help(const char *arg)
{
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

int main(int argc, char **argv)
{
    const struct command *c;

    memory_or_die();
    commands_know(commands, ARRAY_LEN(commands));
    cli_know_commit(commit);
    if (argc < 2) {
        usage_overview(stderr);
        return EXIT_WRONG_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        printf("ordeal " ORDEAL_VERSION "%s%s%s\n", cli_commit()[0] ? " (" : "",
               cli_commit(), cli_commit()[0] ? ")" : "");
        return 0;
    }
    if (strcmp(argv[1], "help") == 0 || is_help(argv[1]))
        return help(argv[2]);
    c = command_find(argv[1]);
    if (!c)
        return no_command(argv[1]);
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_help(argv[i]))
            return help(c->name);
        if (c->options_first && argv[i][0] != '-')
            break; /* the rest belongs to another program */
    }
    return c->run(argc - 1, argv + 1);
}
