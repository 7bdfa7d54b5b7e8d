/* run_suite.h - runs bound scenarios one by one or several at a time, prints
 * verdicts on stdout, and returns the exit code of the suite. */
#ifndef CLI_RUN_SUITE_H
#define CLI_RUN_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/bound.h"
#include "cli/option.h"

enum keep { KEEP_ALWAYS, KEEP_FAILED, KEEP_NEVER };

struct suite_options {
    const char *out; /* folder of the run folders */
    int keep;        /* enum keep: what happens to work/ */
    int sandbox;     /* enum sandbox */
    struct {
        bool given; /* else the seed of the file, else a fresh one */
        uint64_t is;
    } seed;
    uint64_t jobs;             /* runs at a time, from 1 */
    bool fresh;                /* no two scenarios share a world */
    bool quiet, json, verbose; /* see `ordeal help run` */
};

/* The options for the structure above, for commands whose own structure
 * begins with a struct suite_options. */
enum { SUITE_ROWS = 9 };
extern const struct option_row suite_rows[SUITE_ROWS];

/* The values without any option. */
struct suite_options suite_defaults(void);

/* Fetch what the scenarios need, run all of them, and print the verdicts.
 * Returns the exit code: 64 if `out` cannot be written; else 1 if any run
 * failed; else 2 if any is inconclusive or was not run; 77 if all were
 * skipped; else 0. */
int suite_run(struct suite_options *o, struct bound *b, size_t n);

#endif
