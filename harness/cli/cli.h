/* cli.h - the commands. The only layer that prints and that exits. */
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
    const char *help;  /* one sentence, lower case, no full stop */
    const char *more;  /* paragraphs, a line each; lines that begin with a
                          space are examples; "" for none */
    const struct option_row *options; /* its own */
    size_t options_len;
    const struct option_row *shared; /* with others, behind its own */
    size_t shared_len;
    bool options_first;                /* options end at the first operand */
    enum completion complete;          /* of operands */
    const char *const *(*words)(void); /* COMPLETE_WORDS: them, NULL last */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
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

/* The options of a command, its own and then the shared ones. */
size_t command_options(const struct command *c);
const struct option_row *command_option(const struct command *c, size_t i);

/* "ordeal: <text>" to stderr; returns `code`. */
int cli_complain(int code, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same of what was given and cannot be used; returns EXIT_WRONG_USAGE, or
 * OUTCOME_INCONCLUSIVE where it was memory that lacked. */
int cli_refuse(const struct err *err);

/* Usage of a command to stderr; returns EXIT_WRONG_USAGE. */
int cli_usage(const struct command *c);

/* The commit that the program was built from: main.c says. "": from none. */
void cli_know_commit(const char *commit);
const char *cli_commit(void);

/* For a command without options: the index of its first operand, where there
 * are `least` to `most` of them; else minus EXIT_WRONG_USAGE, with a sentence
 * on stderr. */
int cli_operands(const struct command *c, int argc, char **argv, int least,
                 int most);

/* Colour on this descriptor? A terminal, and NO_COLOR is not set. */
bool cli_colour(int fd);

/* Columns of the terminal at `fd`; 80 if it is none. */
int cli_width(int fd);

/* Folders the commands share; strings live as long as the program. */
const char *cli_standins_dir(void);  /* ordeal-http and the others */
const char *cli_fixtures_dir(void);  /* $ORDEAL_FIXTURES, or found by the
                                        program's own place */
const char *cli_scenarios_dir(void); /* what is shipped; NULL: not found */
const char *cli_cache_dir(void);     /* $ORDEAL_CACHE, $XDG_CACHE_HOME/ordeal or
                                        ~/.cache/ordeal */

/* The scenario files that `args` name: files as they are, folders searched
 * for *.yaml, *.yml and *.json below them, sorted. New array of new strings.
 * -ENOENT: nothing there, or a folder without any. */
MUST_USE int cli_scenarios(char **args, size_t n, char ***ret, size_t *ret_len,
                           struct err *err);
void cli_scenarios_free(char **files, size_t n);

#endif
