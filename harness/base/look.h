/* look.h - reading a JSON value (run.json) without ceremony.
 *
 * `path` is a key, or keys joined by dots ("run.program.version"). What is
 * absent, null or of another type reads as "", -1, false or an empty list.
 * Values and texts are borrowed.
 */
#ifndef BASE_LOOK_H
#define BASE_LOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value, or NULL. A key that holds dots itself is found first. */
json_t *look(const json_t *at, const char *path);

const char *look_text(const json_t *at, const char *path);
int64_t look_int(const json_t *at, const char *path);
bool look_true(const json_t *at, const char *path);
bool look_is(const json_t *at, const char *path, const char *word);
size_t look_len(const json_t *at, const char *path); /* of a list */

/* How many of the list `path` have the text `word` under `key`. */
size_t look_count(const json_t *at, const char *path, const char *key,
                  const char *word);

#endif
