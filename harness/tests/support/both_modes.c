/* both_modes.c - runs tests in namespaces and again in the fallback. */
#include "support/both_modes.h"

const enum sandbox modes[MODES_LEN] = {SANDBOX_ON, SANDBOX_OFF};

int both_modes_main(const char *name, void (*add_tests)(TCase *tc, int first),
                    double seconds)
{
    struct err refusal = {0};
    int first = sandbox_probe(&refusal) < 0;
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, seconds);
    add_tests(tc, first);
    return test_case_run(name, tc, first ? refusal.text : NULL);
}
