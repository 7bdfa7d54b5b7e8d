/* cli.h - the commands of the program. No other layer prints or exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/option.h"
#include "platform/platform.h"

struct command {
    const char *name;
    const char *usage; /* "run [OPTION]... PATH..." */
    const char *help;  /* one sentence in lower case, no full stop */
    const char *more;  /* paragraphs, a line each; a line that begins with a
                          space is an example; "": none */
    const struct option_row *options; /* options of this command alone */
    size_t options_len;
    /* Options shared with other commands, listed after its own. */
    const struct option_row *shared;
    size_t shared_len;
    bool options_first;       /* options end at the first operand */
    enum completion complete; /* kind of the operands */
    /* The words of COMPLETE_WORDS, NULL behind the last. */
    const char *const *(*words)(void);
    int (*run)(int argc, char **argv); /* argv[0] is the name of the command */
};

extern const struct command command_completions;
extern const struct command command_demo;
extern const struct command command_doctor;
extern const struct command command_enter;
extern const struct command command_explain;
extern const struct command command_fetch;
extern const struct command command_lint;
extern const struct command command_list;
extern const struct command command_manual;
extern const struct command command_report;
extern const struct command command_run;
extern const struct command command_schema;
extern const struct command command_selftest;
extern const struct command command_verify;

/* The options of a command: its own, then the shared ones. */
size_t command_options(const struct command *c);
const struct option_row *command_option(const struct command *c, size_t i);

/* Print "ordeal: <text>" on stderr, with known secrets replaced. Returns
 * `code`. */
int cli_complain(int code, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Complain about input that cannot be used. Returns EXIT_WRONG_USAGE, or
 * OUTCOME_INCONCLUSIVE if the error was lack of memory. */
int cli_refuse(const struct err *err);

/* Print the usage of a command on stderr. Returns EXIT_WRONG_USAGE. */
int cli_usage(const struct command *c);

/* The commit of the program, set by main.c; "": not built from a repository. */
void cli_know_commit(const char *commit);
const char *cli_commit(void);

/* Read the command line of a command without options. Returns the index of
 * the first operand if `least` to `most` operands are given; else minus
 * EXIT_WRONG_USAGE, with a sentence on stderr. */
int cli_operands(const struct command *c, int argc, char **argv, int least,
                 int most);

/* True if a descriptor may get colours: a terminal, and NO_COLOR is not set. */
bool cli_colour(int fd);

/* Columns of the terminal at `fd`; 80 if `fd` is no terminal. */
int cli_width(int fd);

/* Folders shared by the commands; strings live as long as the program.
 * Stand-ins (ordeal-http, ...), fixtures and scenarios are found from the place
 * of the program, else below the prefix of the build; $ORDEAL_FIXTURES replaces
 * the fixtures. No scenarios: NULL. The cache is $ORDEAL_CACHE,
 * $XDG_CACHE_HOME/ordeal or ~/.cache/ordeal. */
const char *cli_standins_dir(void);
const char *cli_fixtures_dir(void);
const char *cli_scenarios_dir(void);
const char *cli_cache_dir(void);

/* The scenario files named by `args`: files unchanged; folders searched for
 * *.yaml, *.yml and *.json at any depth, sorted. New array of new strings,
 * freed by cli_scenarios_free(). Returns -ENOENT for a missing path and for
 * a folder without scenarios. */
MUST_USE int cli_scenarios(char **args, size_t n, char ***ret, size_t *ret_len,
                           struct err *err);
void cli_scenarios_free(char **files, size_t n);

#endif
