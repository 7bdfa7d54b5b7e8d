/* faults_own.h - reads faults of run.json, for the checks of faults. */
#ifndef CHECK_FAULTS_OWN_H
#define CHECK_FAULTS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "check/check_kinds_own.h"

/* Whether `word` is the fault's label or kind. NULL: true of every fault. */
bool fault_meant(const json_t *fault, const char *word);

/* Path, kind and target: "timeline[0] broker_kill of broker-2". */
struct fault_words {
    char text[160];
};
struct fault_words fault_named(const json_t *fault);

/* Whether the fault was proven to have taken effect. */
bool fault_landed(const json_t *fault);

/* False: the run ended before the time of the fault came. */
bool fault_is_due(const json_t *fault);

/* Whether a revert ends the fault; false: the fault ends by itself. */
bool fault_restores(const json_t *fault);

/* For the `refuse` of a kind: 0 if a step of the timeline has `word` as label
 * or kind of fault, or if `word` is NULL (argument not given); otherwise
 * -EINVAL with the nearest such word in `err`. */
MUST_USE int refuse_fault(const char *word, const struct scenario *s,
                          struct err *err);

#endif
