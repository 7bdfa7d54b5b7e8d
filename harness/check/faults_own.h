/* faults_own.h - what checks over faults share. */
#ifndef CHECK_FAULTS_OWN_H
#define CHECK_FAULTS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "check/check_kinds_own.h"

/* Is it the one meant by `word`, its label or its kind? NULL: any is. */
bool fault_meant(const json_t *fault, const char *word);

/* "timeline[0] broker_kill of broker-2". */
struct fault_words {
    char text[160];
};
struct fault_words fault_named(const json_t *fault);

bool fault_landed(const json_t *fault);

/* Is it mended by a revert, rather than over by itself? */
bool fault_restores(const json_t *fault);

/* `word` (NULL: none was given) is a label or a kind of the timeline, or
 * -EINVAL: for the `refuse` of a kind. */
MUST_USE int refuse_fault(const char *word, const struct scenario *s,
                          struct err *err);

#endif
