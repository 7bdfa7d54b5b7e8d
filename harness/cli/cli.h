/* cli.h - the commands. The only layer that prints and that exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "platform/platform.h"

struct command {
    const char *name;
    const char *usage;                 /* "run [OPTION]... PATH..." */
    const char *help;                  /* one line */
    const char *more;                  /* the rest of `ordeal help NAME` */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct command command_doctor;
extern const struct command command_enter;
extern const struct command command_explain;
extern const struct command command_fetch;
extern const struct command command_lint;
extern const struct command command_list;
extern const struct command command_report;
extern const struct command command_run;
extern const struct command command_schema;
extern const struct command command_selftest;
extern const struct command command_verify;

/* "ordeal: <text>" to stderr; returns `code`. */
int cli_complain(int code, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same of what was given and cannot be used; returns EXIT_WRONG_USAGE, or
 * OUTCOME_INCONCLUSIVE where it was memory that lacked. */
int cli_refuse(const struct err *err);

/* Usage of a command to stderr; returns EXIT_WRONG_USAGE. */
int cli_usage(const struct command *c);

struct option; /* of <getopt.h> */

/* What is wrong where getopt_long() has answered `got`, '?' or ':' (its short
 * options begin with a colon); returns EXIT_WRONG_USAGE. */
int cli_wrong_option(const struct command *c, char **argv,
                     const struct option *table, int got);

/* Colour on this descriptor? A terminal, and NO_COLOR is not set. */
bool cli_colour(int fd);

/* Columns of the terminal at `fd`; 80 if it is none. */
int cli_width(int fd);

/* Folders the commands share; strings live as long as the program. */
const char *cli_program_dir(void);  /* where ordeal stands */
const char *cli_fixtures_dir(void); /* $ORDEAL_FIXTURES, or found from there */
const char *cli_cache_dir(void);    /* $ORDEAL_CACHE, or ~/.cache/ordeal */

/* The scenario files that `args` name: files as they are, folders searched
 * for *.yaml, *.yml and *.json below them, sorted. New array of new strings.
 * -ENOENT: nothing there, or a folder without any. */
MUST_USE int cli_scenarios(char **args, size_t n, char ***ret, size_t *ret_len,
                           struct err *err);
void cli_scenarios_free(char **files, size_t n);

#endif
