/* suite.h - the main() that every test program shares. */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Exit status of a program that left tests out and passed the rest: CTest's
 * SKIP_RETURN_CODE. ci/test fails unless ci/known-skips.txt lists the name. */
enum { SUITE_SKIPPED = 77 };

/* How much of a long test to go through: `whole`, or one part in
 * ORDEAL_TEST_PARTS, at least 1, where that would take minutes (valgrind). */
static inline uint64_t test_cases(uint64_t whole)
{
    const char *text = getenv("ORDEAL_TEST_PARTS");
    uint64_t parts = text ? strtoull(text, NULL, 10) : 0;

    return parts <= 1 ? whole : parts < whole ? whole / parts : 1;
}

/* Check counts a loop from 0 to 0 as passed: a table or a folder of cases that
 * turned out empty would go unnoticed. Such a loop ends the program. */
static inline int loop_end(const char *test, int first, int end)
{
    if (first < end)
        return end;
    (void)fprintf(stderr, "%s: a loop without a case\n", test);
    exit(EXIT_FAILURE);
}

#undef tcase_add_loop_test
#define tcase_add_loop_test(tc, test, first, end)                              \
    _tcase_add_test(tc, test, 0, 0, first, loop_end(#test, first, end))

/* Runs the test case with the tests in it. Returns the program's exit status:
 * a failure when a test failed, and when none ran. `left_out` says why a part
 * of the tests was not added; NULL: all of them were. */
static inline int suite_run(const char *name, TCase *tc, const char *left_out)
{
    Suite *suite = suite_create(name);
    SRunner *sr = srunner_create(suite);
    int ran, failed;

    suite_add_tcase(suite, tc);
    srunner_run_all(sr, CK_ENV);
    ran = srunner_ntests_run(sr);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    if (ran == 0)
        (void)fprintf(stderr, "%s: no test ran\n", name);
    if (left_out)
        (void)printf("skipped in part: %s\n", left_out);
    if (ran == 0 || failed > 0)
        return EXIT_FAILURE;
    return left_out ? SUITE_SKIPPED : EXIT_SUCCESS;
}

/* `add_tests` adds the tests to a test case; each may take so many seconds. */
static inline int suite_main(const char *name, void (*add_tests)(TCase *tc),
                             double seconds)
{
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, seconds);
    add_tests(tc);
    return suite_run(name, tc, NULL);
}

#define SUITE_MAIN_TIMEOUT(name, fill, seconds)                                \
    int main(void)                                                             \
    {                                                                          \
        return suite_main(name, fill, seconds);                                \
    }

#define SUITE_MAIN(name, fill) SUITE_MAIN_TIMEOUT(name, fill, 60)

#endif
