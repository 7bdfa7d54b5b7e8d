/* text_own.h - building documents: escapes, figures, a growing string.
 *
 * Figures are grouped by U+202F (narrow no-break space), so that no format
 * breaks a line inside one; plain-text formats show it as an ordinary space.
 */
#ifndef REPORT_TEXT_OWN_H
#define REPORT_TEXT_OWN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"

enum escape {
    ESCAPE_NONE,     /* for texts that are escaped later, as a whole */
    ESCAPE_TERMINAL, /* control characters become '?' */
    ESCAPE_MARKDOWN, /* GitHub's; fit for a table cell: no line breaks */
    ESCAPE_HTML,     /* text and quoted attributes */
    ESCAPE_XML,      /* the same; what XML 1.0 forbids is left out */
};

/* A string that grows: print to `f`, then take it. Aborts without memory. */
struct text {
    char *at;
    size_t len;
    FILE *f;
};
void text_open(struct text *t);
/* Ends it; the caller frees what is returned. */
char *text_take(struct text *t);

/* `s` in the escape of a format. */
void put_escaped(FILE *f, enum escape how, const char *s);

/* Print `fmt` as it is, with %s escaped; else only %d, %f (one digit behind
 * the point) and %% are known. */
void emit(FILE *f, enum escape how, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A new string from a printf format; the caller frees. */
char *text_of(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Columns that `s` takes on a terminal (code points; no wide characters). */
size_t text_columns(const char *s);

/* A small text by value: use `.s` within the same expression or keep it. */
struct figure {
    char s[48];
};
struct figure grouped(int64_t n);  /* "10 000" */
struct figure instant(int64_t us); /* "23.4s"; "never" below 0 */
struct figure lasting(int64_t us); /* "2.5m", as units.h; "-" below 0 */

#endif
