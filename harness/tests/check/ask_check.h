/* ask_check.h - asks a check about a run. Arguments and run.json are JSON texts
 * with ' in place of ", to keep the rows of a table readable.
 */
#ifndef TESTS_CHECK_ASK_CHECK_H
#define TESTS_CHECK_ASK_CHECK_H

#include <jansson.h>

#include "check/check.h"

/* A row of a table test: a question to a check, and the answer expected. */
struct row {
    const char *what;
    const char *kind;
    const char *args; /* NULL: none */
    const char *run;
    enum check_status status;
    const char *sentence;
};

json_t *json_of(const char *text);

/* Ask the check `kind` about `run`. args: NULL: none. */
struct check_result ask(const char *kind, const char *args, const char *run,
                        const char *logs_dir);

/* Ask the row's check and fail unless status and sentence are as expected. */
void hold_row(const struct row *w);

#endif
