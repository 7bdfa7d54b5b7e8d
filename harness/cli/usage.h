/* usage.h - the help text of commands, from their tables. */
#ifndef CLI_USAGE_H
#define CLI_USAGE_H

#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/option.h"

/* The commands of the program, in the order of its overview. main.c hands them
 * in before anything else, for whoever prints something of all of them. */
void commands_know(const struct command *const *commands, size_t n);
const struct command *const *commands_all(size_t *ret_len);
const struct command *command_find(const char *name); /* NULL: none */

/* What `ordeal` alone prints. */
void usage_overview(FILE *f);

/* What `ordeal help NAME` prints. */
void usage_command(FILE *f, const struct command *c);

/* "-n, --dry-run" or "    --seed N": the left column; new. */
char *usage_option(const struct option_row *row);

/* `text` in lines of at most 80 columns, each after the first with `indent`
 * spaces; the first begins at column `at`. Ends with a newline. */
void usage_fold(FILE *f, const char *text, size_t at, size_t indent);

/* The exit codes, one paragraph. */
extern const char usage_exit_codes[];

#endif
