/* look.h - reading a run.json value without ceremony.
 *
 * `path` is keys joined by dots ("run.program.version"). What is absent, null
 * or of another type reads as "", -1, false or an empty list: report_check()
 * has already refused what must not be so.
 */
#ifndef REPORT_LOOK_H
#define REPORT_LOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value, borrowed, or NULL. */
json_t *look(const json_t *at, const char *path);

const char *look_text(const json_t *at, const char *path);
int64_t look_int(const json_t *at, const char *path);
bool look_true(const json_t *at, const char *path);
bool look_is(const json_t *at, const char *path, const char *word);
size_t look_len(const json_t *at, const char *path); /* of a list */

/* How many of the list `path` have the text `word` under `key`. */
size_t look_count(const json_t *at, const char *path, const char *key,
                  const char *word);

/* The seed and the like: a text or a whole number, as a new text. */
char *look_any(const json_t *at, const char *path);

/* When a place was, on the run's clock: its at_us, else its wall time less
 * the beginning of the run; -1. For attribution only. */
int64_t look_place_us(const json_t *run, const json_t *place);

/* The first landed fault (borrowed) whose disturbance window meets
 * from_us..to_us; NULL. */
const json_t *look_fault_at(const json_t *run, int64_t from_us, int64_t to_us);

/* Microseconds since the epoch of an RFC 3339 UTC time; -1. */
int64_t wall_read(const char *text);

#endif
