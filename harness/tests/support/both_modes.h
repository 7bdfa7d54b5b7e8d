/* both_modes.h - the main() of tests that run nodes in namespaces and again in
 * the fallback, without namespaces.
 */
#ifndef SUPPORT_BOTH_MODES_H
#define SUPPORT_BOTH_MODES_H

#include "base/attr.h"
#include "node/node.h"
#include "support/suite.h"

/* A test takes its mode from here: modes[_i]. */
static const enum sandbox modes[] = {SANDBOX_ON, SANDBOX_OFF};

/* `add_tests` adds its tests as loops over modes[] from `first` on. Where the
 * kernel refuses namespaces, `first` is 1, so that only the fallback runs; the
 * program then prints the refusal and ends with SUITE_SKIPPED. Each test may
 * take so many seconds. */
static inline int both_modes_main(const char *name,
                                  void (*add_tests)(TCase *tc, int first),
                                  double seconds)
{
    struct err refusal = {0};
    int first = sandbox_probe(&refusal) < 0;
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, seconds);
    add_tests(tc, first);
    return suite_run(name, tc, first ? refusal.text : NULL);
}

#define BOTH_MODES_MAIN(name, fill, seconds)                                   \
    int main(void)                                                             \
    {                                                                          \
        return both_modes_main(name, fill, seconds);                           \
    }

#endif
