/* doc_complaints.c - the place of each value of a document, and the complaints
 * about values. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "scenario/doc_own.h"

static void complain(struct doc *d, struct place at, const char *path,
                     const char *fmt, va_list ap) PRINTF_LIKE(4, 0);

uint64_t path_hash(const char *path, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)path[i]) * 0x100000001b3u;
    return h;
}

void doc_put_mark(struct doc *d, uint64_t path, struct place key,
                  struct place value)
{
    if (d->marks_len == d->marks_cap) {
        size_t cap = d->marks_cap ? 2 * d->marks_cap : 64;
        struct mark *more = must_realloc(d->marks, cap, sizeof(*more));

        d->marks = more;
        d->marks_cap = cap;
    }
    d->marks[d->marks_len++] = (struct mark){path, key, value};
}

static int by_path(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;

    return (x->path > y->path) - (x->path < y->path);
}

void doc_sort_marks(struct doc *d)
{
    if (d->marks_len > 0)
        qsort(d->marks, d->marks_len, sizeof(*d->marks), by_path);
}

static const struct mark *find_mark(const struct doc *d, uint64_t path)
{
    const struct mark key = {.path = path};

    return d->marks_len == 0
               ? NULL
               : bsearch(&key, d->marks, d->marks_len, sizeof(key), by_path);
}

/* The mark of `path`, else of the nearest parent with a mark; NULL for an empty
 * file. *ret_exact: the mark is of the path itself. */
static const struct mark *nearest_mark(const struct doc *d, const char *path,
                                       bool *ret_exact)
{
    size_t len = strlen(path);

    *ret_exact = true;
    for (;;) {
        const struct mark *m = find_mark(d, path_hash(path, len));

        if (m || len == 0)
            return m;
        *ret_exact = false;
        do
            len--;
        while (len > 0 && path[len] != '.' && path[len] != '[');
    }
}

void doc_mark(const struct doc *d, const char *path, int *ret_line,
              int *ret_column)
{
    bool exact;
    const struct mark *m = nearest_mark(d, path, &exact);

    *ret_line = m ? m->value.line : 1;
    *ret_column = m ? m->value.column : 1;
}

static bool after(struct place a, struct place b)
{
    return a.line != b.line ? a.line > b.line : a.column > b.column;
}

/* Insert a complaint in order of place, unless the list has the same text
 * already. Takes `text`. */
static void insert(struct doc *d, struct place at, char *text)
{
    size_t i = d->complaints_len;
    struct complaint *more;

    for (size_t k = 0; k < d->complaints_len; k++) {
        if (strcmp(d->complaints[k].text, text) == 0) {
            free(text);
            return;
        }
    }
    more = must_realloc(d->complaints, i + 1, sizeof(*more));
    d->complaints = more;
    for (; i > 0 && after(more[i - 1].at, at); i--)
        more[i] = more[i - 1];
    more[i] = (struct complaint){at, text};
    d->complaints_len++;
}

/* Values quoted in a complaint may hold control characters. A complaint is a
 * single line of text, so each control character becomes a blank. */
static void complain(struct doc *d, struct place at, const char *path,
                     const char *fmt, va_list ap)
{
    AUTO_FREE char *text = NULL;
    char *line;

    if (d->complaints_len > DOC_COMPLAINTS_MAX)
        return;
    if (d->complaints_len == DOC_COMPLAINTS_MAX) {
        insert(d, (struct place){1 << 30, 0},
               path_of("%s: more than %d complaints, the rest is not shown",
                       d->file, DOC_COMPLAINTS_MAX));
        return;
    }
    text = must_vprintf(fmt, ap);
    line = path_of("%s:%d:%d: %s%s%s", d->file, at.line, at.column, path,
                   *path ? ": " : "", text);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    insert(d, at, line);
}

void doc_complain(struct doc *d, const char *path, const char *fmt, ...)
{
    struct place at;
    va_list ap;

    doc_mark(d, path, &at.line, &at.column);
    va_start(ap, fmt);
    complain(d, at, path, fmt, ap);
    va_end(ap);
}

void doc_complain_key(struct doc *d, const char *path, const char *fmt, ...)
{
    bool exact;
    const struct mark *m = nearest_mark(d, path, &exact);
    struct place at = m ? m->value : (struct place){1, 1};
    va_list ap;

    if (exact && m && m->key.line > 0)
        at = m->key;
    va_start(ap, fmt);
    complain(d, at, path, fmt, ap);
    va_end(ap);
}

void doc_complain_at(struct doc *d, struct place at, const char *path,
                     const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    complain(d, at, path, fmt, ap);
    va_end(ap);
}

void doc_break(struct doc *d, struct place at, const char *fmt, ...)
{
    va_list ap;

    d->broken = true;
    va_start(ap, fmt);
    complain(d, at, "", fmt, ap);
    va_end(ap);
}

size_t doc_complaints(const struct doc *d)
{
    return d->complaints_len;
}

const char *doc_complaint(const struct doc *d, size_t i)
{
    return d->complaints[i].text;
}
