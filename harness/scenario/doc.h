/* doc.h - a scenario file as JSON values that remember where they stood.
 *
 * YAML 1.2 (JSON is a subset) is read by libfyaml, here and nowhere else;
 * everything above sees jansson values and asks this for file, line and
 * column. Paths are written as people say them: "timeline[3].with.share".
 *
 * Complaints are collected, all of a file at once, each as
 *   file:line:column: path: what is wrong, what would be right
 */
#ifndef SCENARIO_DOC_H
#define SCENARIO_DOC_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct doc;

/* Read a file. Syntax errors, duplicate keys, anchors that lead nowhere and
 * several documents in one file are complaints, not failures: *ret is always
 * set unless the file cannot be read or memory is out. `set` are "key=value"
 * texts of --set (n of them) that replace `vars.<key>`; ${key} in any string
 * value is replaced by the var's value before anything else sees it (a string
 * that is one ${key} alone takes the var's type), an unknown ${name} with no
 * dot in it is a complaint; ${a.b} is left alone: the engine fills it when the
 * endpoint is up; $${ is a literal ${. */
MUST_USE int doc_load(const char *path, const char *const *set, size_t n,
                      struct doc **ret, struct err *err);
void doc_free(struct doc *d);

const char *doc_file(const struct doc *d);

/* The root object, borrowed; {} where the file was not even a mapping. */
json_t *doc_root(const struct doc *d);

/* Where the value at `path` stood (of its nearest known parent else). */
void doc_mark(const struct doc *d, const char *path, int *ret_line,
              int *ret_column);

/* Note a complaint about the value at `path` ("" is the whole file). */
void doc_complain(struct doc *d, const char *path, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Every complaint so far, in the order of lines: whole lines as above. */
size_t doc_complaints(const struct doc *d);
const char *doc_complaint(const struct doc *d, size_t i);

/* "did you mean": the entry of `words` (n) nearest to `word` by edit distance
 * of at most 3, or NULL. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

#endif
