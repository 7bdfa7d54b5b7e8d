/* look.h - short ways to read a JSON value such as run.json.
 *
 * `path` is a key, or keys joined by dots ("run.program.version"). An absent
 * value, null, or a value of another type reads as "", -1, false or an empty
 * list. Values and texts returned are borrowed from `at`, which may be NULL.
 */
#ifndef BASE_LOOK_H
#define BASE_LOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value at `path`, or NULL. A key with dots in the name is found whole
 * before the path is split. */
json_t *look(const json_t *at, const char *path);

const char *look_text(const json_t *at, const char *path); /* else "" */
int64_t look_int(const json_t *at, const char *path);      /* else -1 */
bool look_true(const json_t *at, const char *path);
bool look_is(const json_t *at, const char *path, const char *word);
size_t look_len(const json_t *at, const char *path); /* elements of a list */

/* How many objects of the list at `path` have the text `word` under `key`. */
size_t look_count(const json_t *at, const char *path, const char *key,
                  const char *word);

#endif
