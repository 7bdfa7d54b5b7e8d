/* evidence_look_own.h - reads run.json, and formats numbers and times for the
 * sentences of checks.
 *
 * Reading never fails: an absent text reads as "", an absent number as the
 * caller's default. So a check judges incomplete evidence without a crash.
 */
#ifndef CHECK_EVIDENCE_LOOK_OWN_H
#define CHECK_EVIDENCE_LOOK_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/look.h"
#include "check/check_kinds_own.h"

/* The whole number at `key` of an object; `absent` without a whole number. */
int64_t look_number(const json_t *o, const char *key, int64_t absent);

/* The first object of a list with `text` at `key`, or NULL. Borrowed. */
const json_t *look_named(const json_t *list, const char *key, const char *text);

struct words {
    char text[48];
};

/* 1234567 as "1 234 567". Returned by value, for the arguments of a printf. */
struct words count_of(int64_t n);

/* A time or a span in the largest fitting unit: 12300000 as "12.3s". */
struct words time_of(int64_t us);

/* Sets status and sentence; a sentence too long for `ret` is cut. Names and log
 * lines may hold any bytes: invalid UTF-8 becomes '?', a control character a
 * space, since run.json could not hold the sentence otherwise. */
void check_say(struct check_result *ret, enum check_status status,
               const char *fmt, ...) PRINTF_LIKE(3, 4);

/* For the `refuse` of a kind: 0 if the scenario declares `connector`, or if
 * `connector` is NULL (argument not given); otherwise -EINVAL with the nearest
 * declared name in `err`. */
MUST_USE int refuse_connector(const char *connector, const struct scenario *s,
                              struct err *err);

#endif
