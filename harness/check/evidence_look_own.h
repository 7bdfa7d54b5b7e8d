/* evidence_look_own.h - run.json, looked at, and words made of what was seen.
 *
 * Private to the checks. Nothing here fails: what is absent reads as "" or as
 * the number that the caller gives for it.
 */
#ifndef CHECK_EVIDENCE_LOOK_OWN_H
#define CHECK_EVIDENCE_LOOK_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/look.h"
#include "check/check_kinds_own.h"

/* A whole number of an object; `absent` where there is none. */
int64_t look_number(const json_t *o, const char *key, int64_t absent);

/* The entry of a list of objects whose `key` is that text, or NULL. */
const json_t *look_named(const json_t *list, const char *key, const char *text);

struct words {
    char text[48];
};

/* 1234567 as "1 234 567". Returned by value, for the arguments of a printf. */
struct words count_of(int64_t n);

/* A time or a span as people say it: "12.3s". */
struct words time_of(int64_t us);

/* Set status and sentence. What cannot stand in a JSON text (names and log
 * lines come from anywhere) becomes '?', so that no sentence is ever lost. */
void check_say(struct check_result *ret, enum check_status status,
               const char *fmt, ...) PRINTF_LIKE(3, 4);

/* `connector` (NULL: none was asked for) is one of the scenario's, or -EINVAL
 * with the nearest that is: for the `refuse` of a kind. */
MUST_USE int refuse_connector(const char *connector, const struct scenario *s,
                              struct err *err);

#endif
