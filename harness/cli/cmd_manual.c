/* cmd_manual.c - ordeal manual: the page ordeal(1) in the macros of man(7),
 * from the tables of the commands. Written at the build, shown by `man
 * ordeal`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "cli/cli.h"
#include "cli/usage.h"

/* Print a text for roff. "\-" is a hyphen that can be copied into a shell. A
 * dot or an apostrophe at the beginning of a line would be read as a
 * request. */
static void put(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
}

static void put_line(const char *text)
{
    put(text);
    putchar('\n');
}

static void put_sentence(const char *text)
{
    AUTO_FREE char *sentence = usage_sentence(text);

    put_line(sentence);
}

static void put_option(const struct option_row *row)
{
    AUTO_FREE char *left = usage_option(row);

    fputs(".TP\n.B ", stdout);
    put_line(left + strspn(left, " "));
    put_sentence(row->help);
}

/* Paragraphs as in usage.c: a line that begins with a space is an example. */
static void put_more(const char *more)
{
    while (*more) {
        size_t len = strcspn(more, "\n");
        AUTO_FREE char *line = must_memdup(more, len);

        fputs(*line == ' ' ? ".PP\n.nf\n" : ".PP\n", stdout);
        put_line(line);
        if (*line == ' ')
            puts(".fi");
        more += len + (more[len] == '\n');
    }
}

static void put_command(const struct command *c)
{
    fputs(".SS ", stdout);
    put_line(c->name);
    fputs(".B ordeal ", stdout);
    put_line(c->usage);
    puts(".PP");
    put_sentence(c->help);
    put_more(c->more);
    for (size_t i = 0; i < command_options(c); i++)
        put_option(command_option(c, i));
}

static void put_pairs(const char *section, const char *const (*rows)[2],
                      size_t n)
{
    printf(".SH %s\n", section);
    for (size_t i = 0; i < n; i++) {
        fputs(".TP\n.B ", stdout);
        put_line(rows[i][0]);
        put_line(rows[i][1]);
    }
}

static const char *const codes[][2] = {
    {"0", "pass, or as the scenario expects"},
    {"1", "fail"},
    {"2", "inconclusive, or an error of the harness"},
    {"64", "wrong usage, scenario, path or name; nothing was started"},
    {"77", "skipped: the platform or the kernel cannot do what is asked"},
};

static const char *const variables[][2] = {
    {"NO_COLOR", "if set, no colours"},
    {"ORDEAL_FIXTURES", "folder with kafka/ and plugins/, in place of the one "
                        "that is installed"},
    {"ORDEAL_CACHE, XDG_CACHE_HOME", "where downloads are kept: $ORDEAL_CACHE, "
                                     "$XDG_CACHE_HOME/ordeal or "
                                     "~/.cache/ordeal"},
    {"KAFKA_HOME", "an unpacked Kafka, in place of jars from Maven"},
    {"JAVA_HOME", "the Java of the local platform, else the one in PATH"},
};

static const char *const files[][2] = {
    {"reports/<time>-<name>-<seed>/", "the evidence of a run; report.html is "
                                      "the page to begin with"},
};

static int manual(int argc, char **argv)
{
    int first = cli_operands(&command_manual, argc, argv, 0, 0);
    const struct command *const *commands;
    size_t n;

    if (first < 0)
        return -first;
    printf(".TH ORDEAL 1 \"\" \"ordeal %s\" \"User Commands\"\n",
           ORDEAL_VERSION);
    puts(".SH NAME");
    put_line("ordeal - puts Kafka connectors through an ordeal");
    puts(".SH SYNOPSIS\n.B ordeal\nCOMMAND [ARGUMENT]...\n.SH DESCRIPTION");
    put_line("Runs a Kafka connector with its workers and brokers, causes "
             "faults on purpose, and says, with proof, whether a record was "
             "lost, doubled, reordered or changed on the way.");
    puts(".SH COMMANDS");
    commands = commands_all(&n);
    for (size_t i = 0; i < n; i++)
        put_command(commands[i]);
    put_pairs("EXIT STATUS", codes, ARRAY_LEN(codes));
    put_pairs("ENVIRONMENT", variables, ARRAY_LEN(variables));
    put_pairs("FILES", files, ARRAY_LEN(files));
    return 0;
}

const struct command command_manual = {
    .name = "manual",
    .usage = "manual",
    .help = "print this manual as a page for man(1)",
    .more = "",
    .run = manual,
};
