/* option.h - the options of a command as a table.
 *
 * A row says how an option is written, which value the option takes, and
 * what the option does. Command lines are read by the rows, and complaints,
 * help texts, the manual and completions are made from the rows. So no two
 * of them can disagree.
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
    COMPLETE_WORDS, /* from the row's or the command's list */
};

struct option_row {
    const char *name;  /* "seed" of --seed */
    char letter;       /* 'n' of -n; 0: none */
    const char *value; /* name of the value in the help: "N"; NULL: the option
                          takes no value */
    const char *help;  /* one sentence in lower case, no full stop */
    const char *takes; /* "a whole number from 1", for complaints; NULL: any
                          value is accepted */
    const char *const *words; /* all accepted values, NULL behind the last;
                                 NULL: no such list */
    enum completion complete; /* of the value */
    size_t at;                /* offsetof() in the structure of cli_options() */
    /* Store `value` (NULL for an option without) at `at`. Returns 0,
     * -EINVAL, -E2BIG if the option was given too often, or EXIT_WRONG_USAGE
     * after a complaint of its own. */
    int (*take)(const struct option_row *row, void *at, const char *value);
};

/* Takers shared by many rows; the comment names the type of `at`. */
int take_flag(const struct option_row *, void *at, const char *); /* bool */
int take_text(const struct option_row *, void *at,
              const char *value); /* const char *, borrowed from argv */
int take_number(const struct option_row *, void *at,
                const char *value); /* uint64_t */
int take_count(const struct option_row *, void *at,
               const char *value); /* uint64_t, from 1 */
int take_word(const struct option_row *row, void *at,
              const char *value); /* int, the index in row->words */

struct command;

/* Read the options of `c` from argv[1] on into `into`. *ret_first: the index
 * of the first operand. Returns 0, or EXIT_WRONG_USAGE with a sentence on
 * stderr. */
int cli_options(const struct command *c, int argc, char **argv, void *into,
                int *ret_first);

#endif
