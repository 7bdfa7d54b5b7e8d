/* outcome.c - the words for outcomes. */
#include "base/outcome.h"

#include <stdlib.h>

const char *outcome_name(enum outcome o)
{
    switch (o) {
    case OUTCOME_PASS:
        return "pass";
    case OUTCOME_FAIL:
        return "fail";
    case OUTCOME_INCONCLUSIVE:
        return "inconclusive";
    case OUTCOME_SKIP:
        return "skip";
    }
    abort(); /* no default: -Wswitch names a forgotten value */
}
