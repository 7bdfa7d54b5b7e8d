/* suite_main.c - the main() of every test program. */
#include "support/suite.h"

#include <stdio.h>

uint64_t test_cases(uint64_t whole)
{
    const char *text = getenv("ORDEAL_TEST_PARTS");
    uint64_t parts = text ? strtoull(text, NULL, 10) : 0;

    return parts <= 1 ? whole : parts < whole ? whole / parts : 1;
}

int loop_end(const char *test, int first, int end)
{
    if (first < end)
        return end;
    (void)fprintf(stderr, "%s: a loop without a case\n", test);
    exit(EXIT_FAILURE);
}

int test_case_run(const char *name, TCase *tc, const char *left_out)
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

int suite_main(const char *name, void (*add_tests)(TCase *tc), double seconds)
{
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, seconds);
    add_tests(tc);
    return test_case_run(name, tc, NULL);
}
