/* both_modes.h - the main() of test programs that run nodes in namespaces and
 * again in the fallback, without namespaces.
 */
#ifndef SUPPORT_BOTH_MODES_H
#define SUPPORT_BOTH_MODES_H

#include "node/node.h"
#include "support/suite.h"

enum { MODES_LEN = 2 };

/* SANDBOX_ON, SANDBOX_OFF. A test takes its mode from here: modes[_i]. */
extern const enum sandbox modes[MODES_LEN];

/* Run the tests that `add_tests` adds as loops over modes[] from `first` on;
 * each test may take `seconds`. Where the kernel refuses namespaces, `first` is
 * 1, so that only the fallback runs; the program then prints the refusal and
 * ends with SUITE_SKIPPED. Returns the program's exit status. */
int both_modes_main(const char *name, void (*add_tests)(TCase *tc, int first),
                    double seconds);

#define BOTH_MODES_MAIN(name, fill, seconds)                                   \
    int main(void)                                                             \
    {                                                                          \
        return both_modes_main(name, fill, seconds);                           \
    }

#endif
