/* suite.h - the main() every test program shares. */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

/* How much of a long test to go through: `whole`, or no more than
 * ORDEAL_TEST_CASES where that would take minutes (under valgrind). */
static inline uint64_t test_cases(uint64_t whole)
{
    const char *most = getenv("ORDEAL_TEST_CASES");
    uint64_t n = most ? strtoull(most, NULL, 10) : 0;

    return n > 0 && n < whole ? n : whole;
}

#define SUITE_MAIN_TIMEOUT(name, fill, seconds)                                \
    int main(void)                                                             \
    {                                                                          \
        Suite *suite = suite_create(name);                                     \
        TCase *tc = tcase_create(name);                                        \
        SRunner *sr = srunner_create(suite);                                   \
        int failed;                                                            \
                                                                               \
        tcase_set_timeout(tc, seconds);                                        \
        fill(tc);                                                              \
        suite_add_tcase(suite, tc);                                            \
        srunner_run_all(sr, CK_ENV);                                           \
        failed = srunner_ntests_failed(sr);                                    \
        srunner_free(sr);                                                      \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;                           \
    }

#define SUITE_MAIN(name, fill) SUITE_MAIN_TIMEOUT(name, fill, 60)

#endif
