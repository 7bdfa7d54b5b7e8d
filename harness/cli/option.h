/* option.h - the options of a command as a table.
 *
 * A row says how an option is written, what it takes and what it does. From the
 * rows come the reading of a command line, the sentences for wrong ones, the
 * help text, the manual page and the completions of shells: none of them can
 * know an option that another does not.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* What a shell offers for a value or an operand. */
enum completion {
    COMPLETE_NOTHING,
    COMPLETE_FILES,
    COMPLETE_FOLDERS,
    COMPLETE_WORDS, /* of the row's or the command's list */
};

struct option_row {
    const char *name;         /* "seed" of --seed */
    char letter;              /* 'n' of -n; 0: none */
    const char *value;        /* what the help calls the value: "N"; NULL: the
                                 option takes none */
    const char *help;         /* one sentence, lower case, no full stop */
    const char *takes;        /* "a whole number from 1", for whoever gave
                                 something else; NULL: any value will do */
    const char *const *words; /* the only values, NULL behind the last */
    enum completion complete; /* of the value */
    size_t at;                /* offsetof() in what cli_options() fills */
    /* Read `value` (NULL: the option takes none) into `at`. 0, -EINVAL, or
     * -E2BIG: given too often. */
    int (*take)(const struct option_row *row, void *at, const char *value);
};

/* Takers for many rows; the type of what `at` points to. */
int take_flag(const struct option_row *, void *at, const char *); /* bool */
int take_text(const struct option_row *, void *at,
              const char *value); /* const char *, borrowed */
int take_number(const struct option_row *, void *at,
                const char *value); /* uint64_t */
int take_count(const struct option_row *, void *at,
               const char *value); /* uint64_t from 1 */
int take_word(const struct option_row *row, void *at,
              const char *value); /* int: index in row->words */

struct command;

/* Read the options of `c` from argv[1] on into `into`. *ret_first: the index of
 * the first operand. 0, or EXIT_WRONG_USAGE with a sentence on stderr. */
int cli_options(const struct command *c, int argc, char **argv, void *into,
                int *ret_first);

#endif
