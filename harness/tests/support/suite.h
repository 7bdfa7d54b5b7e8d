/* suite.h - the main() every test program shares. */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

/* How much of a long test to go through: `whole`, or one part in
 * ORDEAL_TEST_PARTS, at least 1, where that would take minutes (valgrind). */
static inline uint64_t test_cases(uint64_t whole)
{
    const char *text = getenv("ORDEAL_TEST_PARTS");
    uint64_t parts = text ? strtoull(text, NULL, 10) : 0;

    return parts <= 1 ? whole : parts < whole ? whole / parts : 1;
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
