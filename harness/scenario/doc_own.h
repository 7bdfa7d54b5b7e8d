/* doc_own.h - what the files that make up doc.h share among themselves. */
#ifndef SCENARIO_DOC_OWN_H
#define SCENARIO_DOC_OWN_H

#include <stdint.h>

#include "scenario/doc.h"

struct place {
    int line;   /* from 1; 0: unknown */
    int column; /* from 1, in characters */
};

/* Where the path with this hash stands. Hashes instead of texts, so that deep
 * documents with long keys cost 32 bytes a value. */
struct mark {
    uint64_t path;
    struct place key; /* {0, 0} for list items */
    struct place value;
};

struct complaint {
    struct place at;
    char *text; /* the whole line */
};

struct doc {
    char *file;
    json_t *root;
    json_t *kept; /* list of what doc_keep() was given */
    bool broken;
    struct mark *marks;
    size_t marks_len, marks_cap;
    struct complaint *complaints; /* sorted by place */
    size_t complaints_len;
};

/* FNV-1a: the hash of "a.b" goes on from that of "a". */
uint64_t path_hash(const char *path, size_t len);

/* Remember where a value stands. Aborts without memory. */
void doc_put_mark(struct doc *d, uint64_t path, struct place key,
                  struct place value);

/* Once all marks are put, and before the first doc_mark() or doc_complain(). */
void doc_sort_marks(struct doc *d);

/* A complaint while marks are still being put. */
void doc_complain_at(struct doc *d, struct place at, const char *path,
                     const char *fmt, ...) PRINTF_LIKE(4, 5);

/* A complaint about the file, after which nothing can be read on. */
void doc_break(struct doc *d, struct place at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* `len` bytes of YAML into d->root and d->marks. -ENOMEM is the only failure:
 * all else is complained about. */
MUST_USE int yaml_read(struct doc *d, const char *text, size_t len,
                       struct err *err);

/* Fill in vars and --set; see doc_load(). */
void doc_expand(struct doc *d, const char *const *set, size_t n);

enum { WHY_MAX = 160 };

/* A plain scalar by YAML's core schema. New; NULL, and a text in `why`,
 * when the number would not be what was written, or for NUL and bad UTF-8. */
json_t *scalar_plain(const char *text, size_t len, char why[WHY_MAX]);

#endif
