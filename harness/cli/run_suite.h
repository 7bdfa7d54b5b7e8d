/* run_suite.h - bound scenarios run one by one or several at a time, with the
 * verdicts on stdout and the exit code of the whole suite. */
#ifndef CLI_RUN_SUITE_H
#define CLI_RUN_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/bound.h"
#include "cli/option.h"

enum keep { KEEP_ALWAYS, KEEP_FAILED, KEEP_NEVER };

struct suite_options {
    const char *out; /* run folders land here */
    int keep;        /* enum keep: what becomes of work/ */
    int sandbox;     /* enum sandbox */
    struct {
        bool given; /* else the file's, else a fresh one */
        uint64_t is;
    } seed;
    uint64_t jobs;             /* at a time, from 1 */
    bool quiet, json, verbose; /* what is printed: `ordeal help run` */
};

/* Options for all of that, for a structure that begins with a struct
 * suite_options. */
enum { SUITE_ROWS = 8 };
extern const struct option_row suite_rows[SUITE_ROWS];

/* What holds where no option says otherwise. */
struct suite_options suite_defaults(void);

/* Fetch what the scenarios need, run them, and say what came of each. Returns
 * the exit code: 64 if `out` cannot be written; else 1 if any failed; else 2 if
 * any is inconclusive or was not run; 77 if all were skipped; else 0. */
int suite_run(struct suite_options *o, struct bound *b, size_t n);

#endif
