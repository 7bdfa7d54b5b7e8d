/* json_seek.c - walks over a JSON document once and keeps the wanted value.
 *
 * `verify --topic` looks at a single value of each record. A tree of the whole
 * document took 2 us a record; the walk takes a tenth and allocates nothing.
 * The whole document is checked all the same, up to the last byte: half a
 * document bears no identity, although the identity may stand in front.
 */
#include "engine/json_seek.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "base/utf8.h"

enum {
    DEPTH_MAX = 2048, /* jansson's JSON_PARSER_MAX_DEPTH */
    NAME_MAX_LEN = 256,
    INT_DIGITS = 19, /* of the largest whole number */
};

struct walk {
    const unsigned char *at, *end;
    int depth;
    char *out; /* `max` bytes for the wanted value */
    size_t max;
    int found; /* length of the value in `out`; -ENOENT: none so far */
};

/* Where a text goes: `len` counts on when `max` is reached. */
struct sink {
    char *at; /* NULL: nowhere */
    size_t max, len;
};

static void put(struct sink *s, const void *bytes, size_t len)
{
    if (s->at && s->len + len < s->max) {
        memcpy(s->at + s->len, bytes, len);
        s->at[s->len + len] = 0;
    }
    s->len += len;
}

/* The byte at hand; 0 behind the last: a NUL is nowhere allowed either. */
static inline unsigned char peek(const struct walk *w)
{
    return w->at < w->end ? *w->at : 0;
}

static inline bool take(struct walk *w, unsigned char c)
{
    if (peek(w) != c)
        return false;
    w->at++;
    return true;
}

static inline void skip_space(struct walk *w)
{
    while (w->at < w->end && (*w->at == ' ' || *w->at == '\n' ||
                              *w->at == '\r' || *w->at == '\t'))
        w->at++;
}

static inline bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* ---- strings -------------------------------------------------------------*/

/* Takes four hexadecimal digits; -1: there are none. */
static int32_t take_hex(struct walk *w)
{
    int32_t value = 0;

    for (int i = 0; i < 4; i++, w->at++) {
        unsigned char c = peek(w), low = c | 0x20;

        if (is_digit(c))
            value = value << 4 | (c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value << 4 | (low - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static void put_character(struct sink *s, int32_t c)
{
    unsigned char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = len; i-- > 1; c >>= 6)
        bytes[i] = 0x80 | (c & 0x3f);
    bytes[0] = first[len] | (unsigned char)c;
    put(s, bytes, len);
}

/* Takes the part of an escape behind "\u". A character beyond 0xffff is a pair
 * of surrogates; half a pair is no character, and NUL is refused. */
static bool take_unicode(struct walk *w, struct sink *s)
{
    int32_t c = take_hex(w), low;

    if (c >= 0xd800 && c <= 0xdbff) {
        if (!take(w, '\\') || !take(w, 'u'))
            return false;
        low = take_hex(w);
        if (low < 0xdc00 || low > 0xdfff)
            return false;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    } else if (c >= 0xdc00 && c <= 0xdfff) {
        return false;
    }
    if (c <= 0)
        return false;
    put_character(s, c);
    return true;
}

static bool take_escape(struct walk *w, struct sink *s)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    unsigned char c = peek(w);
    const char *which = c ? strchr(from, c) : NULL;

    if (c == 'u') {
        w->at++;
        return take_unicode(w, s);
    }
    if (!which)
        return false;
    w->at++;
    put(s, &to[which - from], 1);
    return true;
}

/* Takes one character beyond ASCII. The last bytes of a document are copied, as
 * utf8_character() reads up to a NUL. */
static bool take_beyond_ascii(struct walk *w, struct sink *s)
{
    size_t left = (size_t)(w->end - w->at), len;
    const char *text = (const char *)w->at;
    char last[5] = {0};
    uint32_t c;

    if (left < sizeof(last) - 1) {
        memcpy(last, text, left);
        text = last;
    }
    len = utf8_character(text, &c);
    put(s, w->at, len);
    w->at += len;
    return len > 0;
}

/* Takes a string with both quotes. */
static bool take_string(struct walk *w, struct sink *s)
{
    if (!take(w, '"'))
        return false;
    for (;;) {
        const unsigned char *from = w->at;

        while (w->at < w->end && *w->at >= 0x20 && *w->at < 0x80 &&
               *w->at != '"' && *w->at != '\\')
            w->at++;
        put(s, from, (size_t)(w->at - from));
        if (take(w, '"'))
            return true;
        if (!(take(w, '\\')    ? take_escape(w, s)
              : peek(w) < 0x80 ? false
                               : take_beyond_ascii(w, s)))
            return false;
    }
}

/* ---- numbers -------------------------------------------------------------*/

static size_t take_digits(struct walk *w)
{
    const unsigned char *from = w->at;

    while (w->at < w->end && is_digit(*w->at))
        w->at++;
    return (size_t)(w->at - from);
}

/* Whether the whole number at from..w->at has 64 bits. */
static bool fits_int(const struct walk *w, const unsigned char *from,
                     size_t digits)
{
    char text[INT_DIGITS + 2] = "";

    if (digits < INT_DIGITS)
        return true;
    if (digits > INT_DIGITS)
        return false;
    memcpy(text, from, (size_t)(w->at - from));
    errno = 0;
    (void)strtoll(text, NULL, 10);
    return errno != ERANGE;
}

/* Whether the real number at from..w->at is finite. Numbers of a usual length
 * with an exponent of one or two digits are, and need no conversion. */
static bool fits_real(const struct walk *w, const unsigned char *from,
                      size_t digits, size_t exponent_digits)
{
    AUTO_FREE char *text = NULL;

    if (digits < 200 && exponent_digits < 3)
        return true;
    text = must_memdup((const char *)from, (size_t)(w->at - from));
    return isfinite(strtod(text, NULL));
}

/* Takes a number; *whole: without fraction and exponent. */
static bool take_number(struct walk *w, bool *whole)
{
    const unsigned char *from = w->at;
    size_t digits, exponent_digits = 0;
    bool zero;

    (void)take(w, '-');
    zero = peek(w) == '0';
    digits = take_digits(w);
    if (digits == 0 || (zero && digits > 1))
        return false;
    *whole = peek(w) != '.' && (peek(w) | 0x20) != 'e';
    if (*whole)
        return fits_int(w, from, digits);
    if (take(w, '.') && take_digits(w) == 0)
        return false;
    if ((peek(w) | 0x20) == 'e') {
        w->at++;
        if (!take(w, '+'))
            (void)take(w, '-');
        exponent_digits = take_digits(w);
        if (exponent_digits == 0)
            return false;
    }
    return fits_real(w, from, digits, exponent_digits);
}

/* ---- values --------------------------------------------------------------*/

/* In what follows `path` is the rest of the pointer from the value at hand on:
 * "" for the wanted value, NULL for a value that the pointer does not name. */
static bool take_value(struct walk *w, const char *path);

/* What the pointer names next, without the slash; *rest: the path from there
 * on. Returns the length; NAME_MAX_LEN: nothing can be named so. */
static size_t next_name(const char *path, const char **rest)
{
    size_t len = strcspn(path + 1, "/");

    *rest = path + 1 + len;
    return len < NAME_MAX_LEN ? len : NAME_MAX_LEN;
}

/* Of equal names the last counts, so each forgets what an earlier one held. */
static bool take_member(struct walk *w, const char *path)
{
    char name[NAME_MAX_LEN] = "";
    struct sink s = {.at = path ? name : NULL, .max = sizeof(name)};
    const char *rest = NULL;
    bool named = false;

    skip_space(w);
    if (!take_string(w, &s))
        return false;
    if (path && *path) {
        size_t len = next_name(path, &rest);

        named = len < NAME_MAX_LEN && len == s.len &&
                memcmp(name, path + 1, len) == 0;
    }
    if (named)
        w->found = -ENOENT;
    skip_space(w);
    return take(w, ':') && take_value(w, named ? rest : NULL);
}

static bool take_object(struct walk *w, const char *path)
{
    w->at++;
    skip_space(w);
    if (take(w, '}'))
        return true;
    do {
        if (!take_member(w, path))
            return false;
        skip_space(w);
    } while (take(w, ','));
    return take(w, '}');
}

/* The index that the pointer names next: digits, without a leading zero;
 * SIZE_MAX: none. */
static size_t next_index(const char *path, const char **rest)
{
    size_t len = next_name(path, rest);

    if (len == 0 || len == NAME_MAX_LEN ||
        strspn(path + 1, "0123456789") != len || (len > 1 && path[1] == '0'))
        return SIZE_MAX;
    return strtoul(path + 1, NULL, 10);
}

static bool take_array(struct walk *w, const char *path)
{
    const char *rest = NULL;
    size_t wanted = path && *path ? next_index(path, &rest) : SIZE_MAX;
    size_t i = 0;

    w->at++;
    skip_space(w);
    if (take(w, ']'))
        return true;
    do {
        if (!take_value(w, i++ == wanted ? rest : NULL))
            return false;
        skip_space(w);
    } while (take(w, ','));
    return take(w, ']');
}

static bool take_word(struct walk *w)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t len = strlen(words[i]);

        if ((size_t)(w->end - w->at) >= len &&
            memcmp(w->at, words[i], len) == 0) {
            w->at += len;
            return true;
        }
    }
    return false;
}

/* A value of `max` bytes or more is no identity. */
static void keep(struct walk *w, const struct sink *s)
{
    w->found = s->len < w->max ? (int)s->len : -ENOENT;
}

static bool take_scalar(struct walk *w, bool wanted)
{
    const unsigned char *from = w->at;
    struct sink s = {.at = wanted ? w->out : NULL, .max = w->max};
    unsigned char c = peek(w);
    bool whole;

    if (c == '"') {
        if (!take_string(w, &s))
            return false;
    } else if (c == '-' || is_digit(c)) {
        if (!take_number(w, &whole))
            return false;
        if (!whole)
            return true;
        if (from[0] == '-' && from[1] == '0')
            from++; /* "-0" is the number 0 */
        put(&s, from, (size_t)(w->at - from));
    } else {
        return take_word(w);
    }
    if (wanted)
        keep(w, &s);
    return true;
}

static bool take_value(struct walk *w, const char *path)
{
    bool right;

    skip_space(w);
    if (++w->depth > DEPTH_MAX)
        return false;
    if (peek(w) == '{')
        right = take_object(w, path);
    else if (peek(w) == '[')
        right = take_array(w, path);
    else
        right = take_scalar(w, path && !*path);
    w->depth--;
    return right;
}

int json_seek(const char *text, size_t len, const char *pointer, char *out,
              size_t max)
{
    struct walk w = {
        .at = (const unsigned char *)text,
        .end = (const unsigned char *)text + len,
        .out = out,
        .max = max,
        .found = -ENOENT,
    };

    out[0] = 0;
    if (!take_value(&w, pointer))
        return -ENOENT;
    skip_space(&w);
    return w.at == w.end ? w.found : -ENOENT;
}
