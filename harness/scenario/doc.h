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
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct doc;

/* Limits, so that no input can make reading slow or big; each is a complaint
 * that names it. */
enum {
    DOC_BYTES_MAX = 4 << 20,
    DOC_NODES_MAX = 100000, /* aliases count as what they stand for */
    DOC_DEPTH_MAX = 32,
    DOC_KEY_MAX = 256,
    DOC_EXPANDED_MAX = 16 << 20, /* bytes made by ${var} in all */
    DOC_COMPLAINTS_MAX = 200,    /* the last says that there are more */
};

/* Read a file. Syntax errors, duplicate keys, anchors that lead nowhere and
 * several documents in one file are complaints, not failures: *ret is always
 * set unless the file cannot be read or memory is out. `set` are "key=value"
 * texts of --set (n of them) that replace `vars.<key>`; ${key} in any string
 * value is replaced by the var's value before anything else sees it (a string
 * that is one ${key} alone takes the var's type), an unknown ${name} with no
 * dot in it is a complaint; ${a.b} is left alone: the engine fills it when the
 * endpoint is up; ${file:/x:y} and the like (not only letters, digits, - _ .)
 * are left alone too, so that Kafka's own config providers work; $${ is a
 * literal ${ - but for $${a.b}, which stays: the engine takes that $ off. A
 * `set` of a key that `vars` does not have is a complaint. Numbers whose text
 * would change (1.10, 007) are complaints: quoted they stay as they are. */
MUST_USE int doc_load(const char *path, const char *const *set, size_t n,
                      struct doc **ret, struct err *err);
void doc_free(struct doc *d);

/* False after a complaint that left nothing to go on with (bad syntax, too
 * big, not a mapping): the root is {} then, and asking for more is noise. */
bool doc_readable(const struct doc *d);

/* The root object, borrowed; {} where the file was not even a mapping. */
json_t *doc_root(const struct doc *d);

/* Hand `value` to the document, which frees it in doc_free(). Borrowed. */
const json_t *doc_keep(struct doc *d, json_t *value);

/* Where the value at `path` stood (of its nearest known parent else). */
void doc_mark(const struct doc *d, const char *path, int *ret_line,
              int *ret_column);

/* Note a complaint about the value at `path` ("" is the whole file). */
void doc_complain(struct doc *d, const char *path, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* The same, about the key at the end of `path`: stands where the key does. */
void doc_complain_key(struct doc *d, const char *path, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Every complaint so far, in the order of lines: whole lines as above. */
size_t doc_complaints(const struct doc *d);
const char *doc_complaint(const struct doc *d, size_t i);

/* A string, number or boolean as text: 2000, 0.5, true. New; NULL for others.
 * What a connector's config gets for a value that was not quoted. */
char *scalar_text(const json_t *v);

/* A value for a sentence: "\"text\"", "12", "a list"; cut where long. */
enum { SHOWN_MAX = 96 };
void value_show(const json_t *v, char out[SHOWN_MAX]);

/* "did you mean": the entry of `words` (n) nearest to `word` by edit distance
 * of at most 3 (and less than half of the longer one), or NULL. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

/* The same over the keys of an object. */
const char *nearest_key(const char *word, const json_t *object);

/* "url, host, port"; the caller frees. */
char *word_list(const char *const *words, size_t n);

/* "url, host or port"; the caller frees. */
char *word_choice(const char *const *words, size_t n);

/* Behind a complaint about `word`: ", did you mean \"x\"" or "", in static
 * storage of the thread. */
const char *did_you_mean(const char *nearest);

#endif
