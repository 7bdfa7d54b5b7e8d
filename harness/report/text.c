/* text.c - building documents: escapes, figures, a growing string. */
#include "report/text_own.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/units.h"

#define THIN_SPACE "\u202f"

void text_open(struct text *t)
{
    *t = (struct text){NULL, 0, NULL};
    t->f = must_memstream(&t->at, &t->len);
}

char *text_take(struct text *t)
{
    must_fclose(t->f, &t->at);
    return t->at;
}

static bool is_at(const char *s, const char *what)
{
    return strncmp(s, what, strlen(what)) == 0;
}

/* True at a control character: C0, DEL, or C1. C1 takes two bytes in UTF-8,
 * and some terminals obey C1 codes all the same. */
static bool is_control(const char *s)
{
    unsigned char c = (unsigned char)s[0];

    return c < 0x20 || c == 0x7f ||
           (c == 0xc2 && (unsigned char)s[1] >= 0x80 &&
            (unsigned char)s[1] < 0xa0);
}

static size_t put_terminal(FILE *f, const char *s)
{
    if (is_at(s, THIN_SPACE)) {
        (void)fputc(' ', f);
        return strlen(THIN_SPACE);
    }
    if (is_control(s)) {
        (void)fputc('?', f);
        return s[0] == '\xc2' ? 2 : 1;
    }
    (void)fputc(s[0], f);
    return 1;
}

static size_t put_markdown(FILE *f, const char *s)
{
    if (s[0] == '<' || s[0] == '>' || s[0] == '&') {
        (void)fputs(s[0] == '<' ? "&lt;" : s[0] == '>' ? "&gt;" : "&amp;", f);
        return 1;
    }
    if (s[0] == '\n' || s[0] == '\r' || s[0] == '\t') {
        (void)fputc(' ', f);
        return 1;
    }
    if (strchr("\\`*_[]|#~@", s[0]))
        (void)fputc('\\', f);
    return put_terminal(f, s);
}

static size_t put_markup(FILE *f, const char *s)
{
    static const struct {
        char c;
        const char *as;
    } table[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},
                 {'"', "&quot;"}, {'\'', "&#39;"}, {'\r', "&#13;"}};

    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].c != s[0])
            continue;
        (void)fputs(table[i].as, f);
        return 1;
    }
    if (is_control(s) && s[0] != '\t' && s[0] != '\n')
        return s[0] == '\xc2' ? 2 : 1;
    if (is_at(s, "\xef\xbf\xbe") || is_at(s, "\xef\xbf\xbf"))
        return 3; /* XML forbids the code points U+FFFE and U+FFFF */
    (void)fputc(s[0], f);
    return 1;
}

static size_t put_one(FILE *f, enum escape how, const char *s)
{
    switch (how) {
    case ESCAPE_NONE:
        (void)fputc(s[0], f);
        return 1;
    case ESCAPE_TERMINAL:
        return put_terminal(f, s);
    case ESCAPE_MARKDOWN:
        return put_markdown(f, s);
    case ESCAPE_HTML:
        return put_markup(f, s);
    case ESCAPE_XML:
        if (is_at(s, THIN_SPACE))
            return put_terminal(f, s);
        return put_markup(f, s);
    }
    abort();
}

void put_escaped(FILE *f, enum escape how, const char *s)
{
    while (*s)
        s += put_one(f, how, s);
}

void emit(FILE *f, enum escape how, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            (void)fputc(*fmt, f);
            continue;
        }
        fmt++;
        assert(strchr("sdf%", *fmt));
        if (*fmt == 's')
            put_escaped(f, how, va_arg(ap, const char *));
        else if (*fmt == 'd')
            (void)fprintf(f, "%d", va_arg(ap, int));
        else if (*fmt == 'f')
            (void)fprintf(f, "%.1f", va_arg(ap, double));
        else
            (void)fputc('%', f);
    }
    va_end(ap);
}

char *text_of(const char *fmt, ...)
{
    char *p;
    va_list ap;

    va_start(ap, fmt);
    p = must_vprintf(fmt, ap);
    va_end(ap);
    return p;
}

size_t text_columns(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

struct figure grouped(int64_t n)
{
    struct figure digits, out = {""};
    size_t len;

    (void)snprintf(digits.s, sizeof(digits.s), "%lld", (long long)n);
    len = strlen(digits.s);
    for (size_t i = 0; i < len; i++) {
        bool group = i > 0 && digits.s[i - 1] != '-' && (len - i) % 3 == 0;
        size_t end = strlen(out.s);

        (void)snprintf(out.s + end, sizeof(out.s) - end, "%s%c",
                       group ? THIN_SPACE : "", digits.s[i]);
    }
    return out;
}

struct figure instant(int64_t us)
{
    struct figure out;

    if (us < 0)
        return (struct figure){"never"};
    (void)snprintf(out.s, sizeof(out.s), "%.1fs", (double)us / US_PER_S);
    return out;
}

struct figure lasting(int64_t us)
{
    struct figure out = {"-"};

    if (us >= 0)
        duration_write(us, out.s);
    return out;
}
