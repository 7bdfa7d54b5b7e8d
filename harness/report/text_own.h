/* text_own.h - building documents: escapes, figures, a growing string.
 *
 * Figures are grouped by U+202F, a narrow no-break space, so that no format
 * breaks a line inside of a figure. Plain-text formats print an ordinary
 * space.
 */
#ifndef REPORT_TEXT_OWN_H
#define REPORT_TEXT_OWN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"

enum escape {
    ESCAPE_NONE,     /* for a text that is escaped later, as a whole */
    ESCAPE_TERMINAL, /* control characters become '?' */
    ESCAPE_MARKDOWN, /* GitHub's dialect, fit for a cell of a table: no line
                        breaks */
    ESCAPE_HTML,     /* text and quoted attributes */
    ESCAPE_XML,      /* as HTML, less what XML 1.0 forbids */
};

/* A growing string: print to `f`, then call text_take(). Aborts without
 * memory. */
struct text {
    char *at;
    size_t len;
    FILE *f;
};
void text_open(struct text *t);
/* Close the stream and return the string; the caller frees. */
char *text_take(struct text *t);

/* Print `s` in the escape of a format. */
void put_escaped(FILE *f, enum escape how, const char *s);

/* Print `fmt` unchanged with each %s escaped. Beside %s, only %d, %f (one
 * digit after the point) and %% are allowed. */
void emit(FILE *f, enum escape how, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A new string from a printf format; the caller frees. */
char *text_of(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Columns of `s` on a terminal: code points; wide characters count as one. */
size_t text_columns(const char *s);

/* A short text by value: use `.s` within the same expression, or keep a
 * copy. */
struct figure {
    char s[48];
};
struct figure grouped(int64_t n);  /* "10 000" */
struct figure instant(int64_t us); /* "23.4s"; "never" for a negative time */
struct figure
lasting(int64_t us); /* "2.5m", as base/units.h writes durations; "-" below 0 */

#endif
