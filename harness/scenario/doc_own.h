/* doc_own.h - the document's struct and the parts of doc.h: complaints, YAML,
 * vars, scalars. */
#ifndef SCENARIO_DOC_OWN_H
#define SCENARIO_DOC_OWN_H

#include <stdint.h>

#include "scenario/doc.h"

struct place {
    int line;   /* from 1; 0: unknown */
    int column; /* from 1, in characters */
};

/* Line and column of the value whose path has the hash `path`. Hashes instead
 * of texts: a value costs 24 bytes however deep the document and however long
 * its keys. */
struct mark {
    uint64_t path;
    struct place key; /* {0, 0}: an item of a list; items have no key */
    struct place value;
};

struct complaint {
    struct place at;
    char *text; /* the whole line */
};

struct doc {
    char *file;
    json_t *root;
    json_t *kept; /* list of the values given to doc_keep() */
    bool broken;
    struct mark *marks;
    size_t marks_len, marks_cap;
    struct complaint *complaints; /* sorted by place */
    size_t complaints_len;
};

/* FNV-1a, 64 bits (offset basis and prime as published by Fowler, Noll and Vo).
 * The hash of "a.b" is the hash of "a", continued. */
uint64_t path_hash(const char *path, size_t len);

/* Remember the place of a value and of its key. Aborts without memory. */
void doc_put_mark(struct doc *d, uint64_t path, struct place key,
                  struct place value);

/* Call once, after the last doc_put_mark() and before the first doc_mark() or
 * doc_complain(). */
void doc_sort_marks(struct doc *d);

/* A complaint at a known place, while marks are still being put. */
void doc_complain_at(struct doc *d, struct place at, const char *path,
                     const char *fmt, ...) PRINTF_LIKE(4, 5);

/* A complaint about the whole file; reading ends. */
void doc_break(struct doc *d, struct place at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Parse `len` bytes of YAML into d->root and d->marks. -ENOMEM is the only
 * failure: everything else is a complaint. */
MUST_USE int yaml_read(struct doc *d, const char *text, size_t len,
                       struct err *err);

/* Replace ${var} by the values of vars and --set; see doc_load(). */
void doc_expand(struct doc *d, const char *const *set, size_t n);

enum { WHY_MAX = 160 };

/* A plain scalar by the core schema of YAML 1.2 (section 10.3.2). New; NULL,
 * with a text in `why`, for a number whose text would change, NUL or bad
 * UTF-8. */
json_t *scalar_plain(const char *text, size_t len, char why[WHY_MAX]);

#endif
