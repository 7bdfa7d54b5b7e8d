/* suite.h - the main() of every test program. */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

/* Exit status of a program that left tests out and passed the rest: CTest's
 * SKIP_RETURN_CODE. ci/test fails unless ci/known-skips.txt lists the name. */
enum { SUITE_SKIPPED = 77 };

/* Number of steps of a long test to run: `whole`, or under ORDEAL_TEST_PARTS
 * `whole` divided by its value, at least 1. Valgrind sets the variable, for
 * tests that would take minutes. */
uint64_t test_cases(uint64_t whole);

/* Returns `end`; a loop without a case ends the program with a failure. Check
 * counts a loop from 0 to 0 as passed, so that an empty table or folder of
 * cases would go unnoticed. */
int loop_end(const char *test, int first, int end);

#undef tcase_add_loop_test
#define tcase_add_loop_test(tc, test, first, end)                              \
    _tcase_add_test(tc, test, 0, 0, first, loop_end(#test, first, end))

/* Run the test case. Returns the program's exit status: a failure if a test
 * failed or none ran, SUITE_SKIPPED if `left_out` says why a part of the tests
 * was not added (NULL: all were). */
int test_case_run(const char *name, TCase *tc, const char *left_out);

/* Run the tests that `add_tests` adds; each may take `seconds`. Returns as
 * test_case_run(). */
int suite_main(const char *name, void (*add_tests)(TCase *tc), double seconds);

#define SUITE_MAIN_TIMEOUT(name, fill, seconds)                                \
    int main(void)                                                             \
    {                                                                          \
        return suite_main(name, fill, seconds);                                \
    }

#define SUITE_MAIN(name, fill) SUITE_MAIN_TIMEOUT(name, fill, 60)

#endif
