/* usage.h - help texts, from the tables of the commands. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/option.h"

/* The commands of the program in the order of the overview. main.c calls
 * commands_know() first, so that manual and completions can list all
 * commands without knowing main.c. */
void commands_know(const struct command *const *commands, size_t n);
const struct command *const *commands_all(size_t *ret_len);
const struct command *command_find(const char *name); /* NULL: none */

/* Print the overview: what `ordeal` prints without arguments. */
void usage_overview(FILE *f);

/* Print the help of a command: `ordeal help NAME`. */
void usage_command(FILE *f, const struct command *c);

/* "-n, --dry-run" or "    --seed N"; new. */
char *usage_option(const struct option_row *row);

/* "Print the manual." of "print the manual"; new. */
char *usage_sentence(const char *text);

/* Print `text` in lines of at most 80 columns. The first line begins at
 * column `at`, further lines with `indent` spaces. Ends with a newline. */
void usage_fold(FILE *f, const char *text, size_t at, size_t indent);

/* The exit codes in one paragraph. */
extern const char usage_exit_codes[];

#endif
