#include "scenario/finding_words_own.h"

#include <stddef.h>

const char *const finding_words[] = {
    "lost",
    "unseen",
    "doubly-accounted",
    "diverged",
    "duplicate",
    "reordered",
    "corrupt",
    "phantom",
    "stale",
    "misrouted",
    "altered",
    "foreign",
    /* events */
    "offset-hole",
    "offset-regression",
    "committed-ahead",
    "silent-stall",
    "two-owners",
    "dead-though-running",
    "late-failed",
    NULL,
};
