/* doc.h - a scenario file as JSON values with the line and column of each
 * value.
 *
 * YAML 1.2 (JSON is a subset) is read by libfyaml in doc_yaml.c and nowhere
 * else; all other code sees jansson values and asks the document for file, line
 * and column. Paths are written as people say them: "timeline[3].with.share".
 *
 * Complaints are collected, all of a file at once. Each is one line:
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

/* Limits to keep reading fast and small for any input. A file beyond a limit
 * gets a complaint with the number in the text. */
enum {
    DOC_BYTES_MAX = 4 << 20,
    DOC_NODES_MAX = 100000, /* an alias counts as many values as its anchor
                               holds */
    DOC_DEPTH_MAX = 32,
    DOC_KEY_MAX = 256,
    DOC_EXPANDED_MAX = 16 << 20, /* bytes made by ${var}, over the whole file */
    DOC_COMPLAINTS_MAX = 200,    /* then a last complaint: the rest is not
                                    shown */
};

/* Read a file. Syntax errors, duplicate keys, anchors that lead nowhere and
 * several documents in one file are complaints, not failures: *ret is set
 * unless the file cannot be read or memory is out.
 *
 * `set` are n texts "key=value" of --set; each replaces `vars.<key>`. A key
 * absent from `vars` is a complaint.
 *
 * In every string value, before any other code sees the string:
 * * ${key} is replaced by the value of the var. A string that is ${key} and
 *   nothing else takes the type of the var. An unknown key is a complaint.
 * * ${a.b} stays: the engine fills in the value when the endpoint is up.
 * * ${file:/x:y} and all others with more than letters, digits, "-", "_" and
 * "." stay, so that Kafka's own config providers work.
 * * $${ becomes a literal ${. But $${a.b} stays whole: the engine takes off the
 *   first $.
 *
 * A number whose text would change (1.10, 007) is a complaint; quoted, it
 * stays.
 */
MUST_USE int doc_load(const char *path, const char *const *set, size_t n,
                      struct doc **ret, struct err *err);
void doc_free(struct doc *d);

/* False after a complaint that left nothing to read on with: bad syntax, too
 * big, not a mapping. The root is {} then; complaints about missing keys would
 * be noise. */
bool doc_readable(const struct doc *d);

/* The root object, borrowed; {} if the file holds no mapping. */
json_t *doc_root(const struct doc *d);

/* Hand `value` over to the document; doc_free() frees it. Returned:
 * borrowed. */
const json_t *doc_keep(struct doc *d, json_t *value);

/* Line and column, both from 1, of the value at `path`; of its nearest known
 * parent if the path is unknown. */
void doc_mark(const struct doc *d, const char *path, int *ret_line,
              int *ret_column);

/* Note a complaint about the value at `path` ("" is the whole file). */
void doc_complain(struct doc *d, const char *path, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* The same, about the key at the end of `path`: the complaint gets the key's
 * place. */
void doc_complain_key(struct doc *d, const char *path, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Number of complaints so far, and the text of number i, sorted by line: whole
 * lines as above. Borrowed. */
size_t doc_complaints(const struct doc *d);
const char *doc_complaint(const struct doc *d, size_t i);

/* A string, number or boolean as text: 2000, 0.5, true. New; NULL for other
 * values. Connect gets the same text for a value without quotes in a
 * connector's config. */
char *scalar_text(const json_t *v);

/* A value for a sentence: "\"text\"", "12", "a list". Long texts are cut. */
enum { SHOWN_MAX = 96 };
void value_show(const json_t *v, char out[SHOWN_MAX]);

/* "did you mean": the entry of `words` (n of them) with the least edit distance
 * to `word`, at most 3 and less than half of the longer word; else NULL. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

/* The same over the keys of an object. */
const char *nearest_key(const char *word, const json_t *object);

/* "url, host, port"; the caller frees. */
char *word_list(const char *const *words, size_t n);

/* "url, host or port"; the caller frees. */
char *word_choice(const char *const *words, size_t n);

/* The end of a complaint: ", did you mean \"x\"?", or "" for NULL. In static
 * storage of the thread. */
const char *did_you_mean(const char *nearest);

#endif
