/* option.c - reads a command line by the options of a command. */
#include "cli/option.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"
#include "scenario/doc.h"

int take_flag(const struct option_row *row, void *at, const char *value)
{
    (void)row;
    (void)value;
    *(bool *)at = true;
    return 0;
}

int take_text(const struct option_row *row, void *at, const char *value)
{
    (void)row;
    *(const char **)at = value;
    return 0;
}

int take_number(const struct option_row *row, void *at, const char *value)
{
    char *end;

    (void)row;
    errno = 0;
    *(uint64_t *)at = strtoull(value, &end, 10);
    return value[0] < '0' || value[0] > '9' || *end || errno ? -EINVAL : 0;
}

int take_count(const struct option_row *row, void *at, const char *value)
{
    if (take_number(row, at, value) < 0 || *(uint64_t *)at == 0)
        return -EINVAL;
    return 0;
}

int take_word(const struct option_row *row, void *at, const char *value)
{
    for (int i = 0; row->words[i]; i++)
        if (strcmp(row->words[i], value) == 0) {
            *(int *)at = i;
            return 0;
        }
    return -EINVAL;
}

size_t command_options(const struct command *c)
{
    return c->options_len + c->shared_len;
}

const struct option_row *command_option(const struct command *c, size_t i)
{
    return i < c->options_len ? &c->options[i] : &c->shared[i - c->options_len];
}

/* ---- getopt_long(3) ---- */

enum { FIRST = 256 }; /* values of rows lie above all letters */

/* The rows as getopt_long() takes them, ended by an empty entry. New. */
static struct option *long_options(const struct command *c)
{
    struct option *table = must_calloc(command_options(c) + 1, sizeof(*table));

    for (size_t i = 0; i < command_options(c); i++)
        table[i] = (struct option){.name = command_option(c, i)->name,
                                   .has_arg = command_option(c, i)->value
                                                  ? required_argument
                                                  : no_argument,
                                   .val = FIRST + (int)i};
    return table;
}

/* The letters. ":" at the beginning: getopt prints nothing; "+": options end
 * at the first operand. */
static char *short_options(const struct command *c)
{
    char *text = path_of("%s:", c->options_first ? "+" : "");

    for (size_t i = 0; i < command_options(c); i++) {
        AUTO_FREE char *before = text;

        text = command_option(c, i)->letter
                   ? path_of("%s%c%s", before, command_option(c, i)->letter,
                             command_option(c, i)->value ? ":" : "")
                   : path_of("%s", before);
    }
    return text;
}

static const struct option_row *row_of(const struct command *c, int got)
{
    if (got >= FIRST && (size_t)(got - FIRST) < command_options(c))
        return command_option(c, (size_t)(got - FIRST));
    for (size_t i = 0; i < command_options(c); i++)
        if (got != 0 && command_option(c, i)->letter == got)
            return command_option(c, i);
    return NULL;
}

/* The option most like `text`: "--seed" for "--sed". Shared options are
 * tried first, so "--set" of `ordeal run`, equally near, does not win. */
static const char *nearest_option(const struct command *c, const char *text)
{
    AUTO_FREE char *name = path_of("%s", text + strspn(text, "-"));
    AUTO_FREE const char **names =
        must_calloc(command_options(c) + 1, sizeof(*names));

    name[strcspn(name, "=")] = '\0';
    for (size_t i = 0; i < command_options(c); i++)
        names[i] =
            command_option(c, (i + c->options_len) % command_options(c))->name;
    return nearest_word(name, names, command_options(c));
}

/* Say what is wrong after getopt_long() has returned '?' or ':'. */
static int complain(const struct command *c, char **argv, int got)
{
    const char *text = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    const struct option_row *row = row_of(c, optopt);
    const char *near;

    if (got == ':')
        return cli_complain(EXIT_WRONG_USAGE, "%s wants a value behind it",
                            text);
    if (row)
        return cli_complain(EXIT_WRONG_USAGE, "--%s takes no value", row->name);
    if (optopt) /* one letter of several, as in -nx */
        return cli_complain(EXIT_WRONG_USAGE,
                            "no option \"%s\"; `ordeal help %s` shows them",
                            letter, c->name);
    near = nearest_option(c, text);
    if (near)
        return cli_complain(EXIT_WRONG_USAGE,
                            "no option \"%s\", did you mean \"--%s\"?", text,
                            near);
    return cli_complain(EXIT_WRONG_USAGE,
                        "no option \"%s\"; `ordeal help %s` shows them", text,
                        c->name);
}

/* "auto, on or off"; new. */
static char *words_text(const char *const *words)
{
    char *text = path_of("%s", words[0]);

    for (size_t i = 1; words[i]; i++) {
        AUTO_FREE char *before = text;

        text =
            path_of("%s%s%s", before, words[i + 1] ? ", " : " or ", words[i]);
    }
    return text;
}

static int refuse(const struct option_row *row, int rc, const char *value)
{
    AUTO_FREE char *words = row->words ? words_text(row->words) : NULL;

    if (rc == -E2BIG)
        return cli_complain(EXIT_WRONG_USAGE, "--%s: given too often",
                            row->name);
    return cli_complain(EXIT_WRONG_USAGE, "--%s takes %s, got \"%s\"",
                        row->name,
                        words        ? words
                        : row->takes ? row->takes
                                     : "another value",
                        value ? value : "");
}

int cli_options(const struct command *c, int argc, char **argv, void *into,
                int *ret_first)
{
    AUTO_FREE struct option *table = long_options(c);
    AUTO_FREE char *letters = short_options(c);
    int got;

    optind = 1;
    opterr = 0;
    while ((got = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        const struct option_row *row;
        int rc;

        if (got == '?' || got == ':')
            return complain(c, argv, got);
        row = row_of(c, got);
        rc = row->take(row, (char *)into + row->at, optarg);
        if (rc > 0)
            return rc;
        if (rc < 0)
            return refuse(row, rc, optarg);
    }
    *ret_first = optind;
    return 0;
}

int cli_operands(const struct command *c, int argc, char **argv, int least,
                 int most)
{
    int first, code = cli_options(c, argc, argv, NULL, &first);

    if (code == 0 && (argc - first < least || argc - first > most))
        code = cli_usage(c);
    if (code != 0)
        return -code;
    return first;
}
