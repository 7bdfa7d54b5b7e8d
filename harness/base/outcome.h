/* outcome.h - the four outcomes, never mixed, and the exit codes they are. */
#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

enum outcome {
    OUTCOME_PASS = 0,         /* the guarantee and every check held */
    OUTCOME_FAIL = 1,         /* the system under test broke its word */
    OUTCOME_INCONCLUSIVE = 2, /* the harness could not tell: not a verdict */
    OUTCOME_SKIP = 77,        /* the platform or the kernel cannot */
};

/* Wrong usage, scenario, path or name, found before anything started
 * (EX_USAGE of sysexits.h). Not an outcome: nothing was run. */
enum { EXIT_WRONG_USAGE = 64 };

/* "pass", "fail", "inconclusive", "skip": the words evidence uses. */
const char *outcome_name(enum outcome o);

#endif
