/* claim.h - assertions for the parts of a test running in another process, as
 * an engine does: assertions of Check have no effect outside the test's
 * process.
 *
 * If a claim is false, the function around the claim returns 1, and stderr has
 * the file, the line and the reason.
 */
#ifndef SUPPORT_CLAIM_H
#define SUPPORT_CLAIM_H

#include <stdio.h>

#define CLAIM(x)                                                               \
    do {                                                                       \
        if (!(x)) {                                                            \
            dprintf(2, "%s:%d: not so: %s\n", __FILE__, __LINE__, #x);         \
            return 1;                                                          \
        }                                                                      \
    } while (0)

/* Claims that a call returned 0; `e` is its struct err *. */
#define CLAIM_OK(rc, e)                                                        \
    do {                                                                       \
        if ((rc) != 0) {                                                       \
            dprintf(2, "%s:%d: %s\n", __FILE__, __LINE__, (e)->text);          \
            return 1;                                                          \
        }                                                                      \
    } while (0)

#endif
