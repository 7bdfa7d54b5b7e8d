/* outcome.h - the four outcomes of a run, numbered as exit codes. */
#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

enum outcome {
    OUTCOME_PASS = 0,         /* the guarantee and every check held */
    OUTCOME_FAIL = 1,         /* the system under test broke its guarantee */
    OUTCOME_INCONCLUSIVE = 2, /* the harness could not tell: no verdict */
    OUTCOME_SKIP = 77,        /* platform or kernel lack a needed ability; 77
                                 is Automake's and CTest's code for a skip */
};

/* Exit code for a wrong usage, scenario, path or name, found before anything
 * started (EX_USAGE of sysexits.h). Not an outcome, since nothing was run. */
enum { EXIT_WRONG_USAGE = 64 };

/* "pass", "fail", "inconclusive", "skip", as run.json and reports say. */
const char *outcome_name(enum outcome o);

#endif
