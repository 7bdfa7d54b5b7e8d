/* usage.c - help texts of commands, from the tables of options. */
#include "cli/usage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

enum { COLUMNS = 80, LEFT_MOST = 26 };

const char usage_exit_codes[] =
    "exit codes: 0 pass (or as the scenario expects), 1 fail, 2 inconclusive "
    "or harness error, 64 wrong usage, scenario, path or name, 77 skipped";

static struct {
    const struct command *const *at;
    size_t len;
} commands;

void commands_know(const struct command *const *all, size_t n)
{
    commands.at = all;
    commands.len = n;
}

const struct command *const *commands_all(size_t *ret_len)
{
    *ret_len = commands.len;
    return commands.at;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < commands.len; i++)
        if (strcmp(commands.at[i]->name, name) == 0)
            return commands.at[i];
    return NULL;
}

static void spaces(FILE *f, size_t n)
{
    fprintf(f, "%*s", (int)n, "");
}

void usage_fold(FILE *f, const char *text, size_t at, size_t indent)
{
    size_t column = at;

    for (const char *word = text + strspn(text, " "); *word;) {
        size_t len = strcspn(word, " ");
        bool first = column == at && at != indent;

        if (column > indent && !first && column + 1 + len > COLUMNS) {
            fputc('\n', f);
            spaces(f, indent);
            column = indent;
        } else if (column > indent && word != text) {
            fputc(' ', f);
            column++;
        }
        fprintf(f, "%.*s", (int)len, word);
        column += len;
        word += len;
        word += strspn(word, " ");
    }
    fputc('\n', f);
}

char *usage_option(const struct option_row *row)
{
    char letter[] = {'-', row->letter, ',', '\0'};

    return path_of("%-3s --%s%s%s", row->letter ? letter : "", row->name,
                   row->value ? " " : "", row->value ? row->value : "");
}

/* The column of the help of options: behind the longest option that leaves
 * room for a text. */
static size_t help_column(const struct command *c)
{
    size_t column = 0;

    for (size_t i = 0; i < command_options(c); i++) {
        AUTO_FREE char *left = usage_option(command_option(c, i));
        size_t wanted = strlen(left) + 4;

        if (wanted > column && wanted <= LEFT_MOST)
            column = wanted;
    }
    return column ? column : LEFT_MOST;
}

static void print_option(FILE *f, const struct option_row *row, size_t column)
{
    AUTO_FREE char *left = usage_option(row);

    fprintf(f, "  %-*s", (int)column - 2, left);
    if (strlen(left) + 4 > column) {
        fputc('\n', f);
        spaces(f, column);
    }
    usage_fold(f, row->help, column, column);
}

/* Print paragraphs folded, and lines that begin with a space unchanged. */
static void print_more(FILE *f, const char *more)
{
    while (*more) {
        size_t len = strcspn(more, "\n");
        AUTO_FREE char *line = path_of("%.*s", (int)len, more);

        if (*line == ' ' || !*line)
            fprintf(f, "%s\n", line);
        else
            usage_fold(f, line, 0, 0);
        more += len + (more[len] == '\n');
    }
}

char *usage_sentence(const char *text)
{
    char *sentence = path_of("%s.", text);

    sentence[0] = (char)toupper((unsigned char)sentence[0]);
    return sentence;
}

void usage_command(FILE *f, const struct command *c)
{
    AUTO_FREE char *help = usage_sentence(c->help);

    fprintf(f, "usage: ordeal %s\n\n", c->usage);
    usage_fold(f, help, 0, 0);
    if (c->more[0])
        fputc('\n', f);
    print_more(f, c->more);
    if (command_options(c) > 0)
        fputc('\n', f);
    for (size_t i = 0; i < command_options(c); i++)
        print_option(f, command_option(c, i), help_column(c));
    fputc('\n', f);
    usage_fold(f, usage_exit_codes, 0, 0);
}

void usage_overview(FILE *f)
{
    enum { NAME = 15 };

    usage_fold(
        f,
        "ordeal puts Kafka connectors through an ordeal and says, with "
        "proof, whether a record was lost, doubled, reordered or changed",
        0, 0);
    fprintf(f, "\nusage: ordeal COMMAND [ARGUMENT]...\n\n");
    for (size_t i = 0; i < commands.len; i++) {
        fprintf(f, "  %-*s", NAME - 2, commands.at[i]->name);
        usage_fold(f, commands.at[i]->help, NAME, NAME);
    }
    fprintf(f, "\n`ordeal help COMMAND` says more; `ordeal --version` says "
               "which this is\n");
    usage_fold(f, usage_exit_codes, 0, 0);
}
