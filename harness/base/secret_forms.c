/* secret_forms.c - a secret in JSON, in URLs and in base64. */
#include "base/secret_forms_own.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/utf8.h"

/* A form is at most six times as long as the value: \u0000 for a byte. */
enum { GROWTH = 6 };

struct text {
    char *at;
    size_t len;
};

static struct text text_for(size_t len)
{
    return (struct text){.at = must_malloc(GROWTH * len + 8)};
}

static void put(struct text *t, char c)
{
    t->at[t->len++] = c;
}

static const char small[] = "0123456789abcdef", capital[] = "0123456789ABCDEF";

static void put_hex(struct text *t, const char *digits, unsigned value,
                    unsigned len)
{
    while (len-- > 0)
        put(t, digits[value >> (4 * len) & 15]);
}

static void add(struct matcher *m, const struct text *t, uint32_t id)
{
    match_add(m, t->at, t->len, id, 0);
}

/* ---- JSON ---- */

struct json_style {
    bool solidus;       /* "\/" */
    bool ascii;         /* \u00e9 */
    const char *digits; /* of \u */
};

static const struct json_style json_styles[] = {
    {false, false, small}, {false, false, capital}, {true, false, small},
    {false, true, small},  {false, true, capital},  {true, true, small},
};

/* \u and four digits; beyond 0xffff a pair of surrogates. */
static void put_code(struct text *t, const struct json_style *s, uint32_t code)
{
    if (code >= 0x10000) {
        put_code(t, s, 0xd800 + ((code - 0x10000) >> 10));
        code = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
    put(t, '\\');
    put(t, 'u');
    put_hex(t, s->digits, code, 4);
}

static void put_json_byte(struct text *t, const struct json_style *s, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c ? strchr(plain, c) : NULL;

    if (at) {
        put(t, '\\');
        put(t, letters[at - plain]);
    } else if (c == '/' && s->solidus) {
        put(t, '\\');
        put(t, c);
    } else if ((unsigned char)c < 0x20) {
        put_code(t, s, (unsigned char)c);
    } else {
        put(t, c);
    }
}

static struct text json_form(const char *value, size_t len,
                             const struct json_style *s)
{
    struct text t = text_for(len);
    size_t i = 0;

    while (i < len) {
        uint32_t code = 0;
        size_t n = s->ascii ? utf8_character(value + i, &code) : 0;

        if (n > 1) {
            put_code(&t, s, code);
            i += n;
        } else {
            put_json_byte(&t, s, value[i++]);
        }
    }
    t.at[t.len] = 0;
    return t;
}

static void add_json(struct matcher *m, const char *value, size_t len,
                     uint32_t id)
{
    for (size_t i = 0; i < ARRAY_LEN(json_styles); i++) {
        struct text once = json_form(value, len, &json_styles[i]);
        struct text twice = json_form(once.at, once.len, &json_styles[i]);

        add(m, &once, id);
        add(m, &twice, id);
        free(once.at);
        free(twice.at);
    }
}

/* ---- URLs ---- */

struct url_style {
    const char *kept; /* beside letters and digits */
    const char *digits;
    bool plus; /* for a space */
};

static const struct url_style url_styles[] = {
    {"-._~", capital, false},      {"-._~", small, false},
    {"-._*", capital, true},       {"-._*", small, true},
    {"-._~!*'()", capital, false}, {"-._~!*'()", small, false},
    {"-._~", capital, true},       {"-._~", small, true},
};

static bool is_alphanumeric(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9');
}

static void put_percent(struct text *t, const char *digits, unsigned byte)
{
    put(t, '%');
    put_hex(t, digits, byte, 2);
}

static void add_url(struct matcher *m, const char *value, size_t len,
                    uint32_t id)
{
    for (size_t k = 0; k < ARRAY_LEN(url_styles); k++) {
        const struct url_style *s = &url_styles[k];
        struct text t = text_for(len);

        for (size_t i = 0; i < len; i++) {
            char c = value[i];

            if (is_alphanumeric(c) || (c && strchr(s->kept, c)))
                put(&t, c);
            else if (c == ' ' && s->plus)
                put(&t, '+');
            else
                put_percent(&t, s->digits, (unsigned char)c);
        }
        add(m, &t, id);
        free(t.at);
    }
}

/* ---- base64 ---- */

static const char digits64[2][65] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/* The 6 bits from bit `at` on; bits behind the end are 0. */
static unsigned six_bits(const char *value, size_t len, size_t at)
{
    unsigned first = at / 8 < len ? (unsigned char)value[at / 8] : 0;
    unsigned second = at / 8 + 1 < len ? (unsigned char)value[at / 8 + 1] : 0;

    return ((first << 8 | second) >> (10 - at % 8)) & 63;
}

/* With 0, 1 or 2 bytes in front of the value in its group of three: the digits
 * that the value alone decides. A digit with bits of a neighbour too is an
 * edge, not part of the pattern, as its value varies. */
static void add_base64_at(struct matcher *m, const char *value, size_t len,
                          uint32_t id, unsigned before)
{
    static const size_t first_bits[] = {0, 4, 2};
    size_t bits = 8 * len, first = first_bits[before];
    unsigned edges =
        (before ? EDGE_LEFT : 0) | ((bits - first) % 6 ? EDGE_RIGHT : 0);

    for (size_t k = 0; k < 2; k++) {
        struct text t = text_for(len);

        for (size_t at = first; at + 6 <= bits; at += 6)
            put(&t, digits64[k][six_bits(value, len, at)]);
        match_add(m, t.at, t.len, id, edges);
        free(t.at);
    }
}

void secret_forms(struct matcher *m, const char *value, size_t len, uint32_t id)
{
    match_add(m, value, len, id, 0);
    add_json(m, value, len, id);
    add_url(m, value, len, id);
    for (unsigned before = 0; before < 3; before++)
        add_base64_at(m, value, len, id, before);
}
