/* scalar.c - plain YAML scalars as JSON values, and JSON scalars as text. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "scenario/doc_own.h"

enum { NUMBER_MAX = 64 };

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Integers of YAML's core schema: [-+]? [0-9]+, or with 0o and 0x. */
static bool is_int(const char *text)
{
    if (strncmp(text, "0o", 2) == 0 && text[2])
        return text[2 + strspn(text + 2, "01234567")] == 0;
    if (strncmp(text, "0x", 2) == 0 && text[2])
        return text[2 + strspn(text + 2, "0123456789abcdefABCDEF")] == 0;
    text += *text == '-' || *text == '+';
    return *text && text[digits(text)] == 0;
}

/* Floats of YAML's core schema: [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) (
 * [eE] [-+]? [0-9]+ )? */
static bool is_float(const char *text)
{
    size_t whole, part = 0;

    text += *text == '-' || *text == '+';
    text += whole = digits(text);
    if (*text == '.') {
        text++;
        text += part = digits(text);
    }
    if (whole + part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        if (digits(text) == 0)
            return false;
        text += digits(text);
    }
    return *text == 0;
}

/* The shortest text that strtod() reads back as `v`. */
static void real_text(double v, char out[NUMBER_MAX])
{
    for (int precision = 1; precision <= 17; precision++) {
        (void)snprintf(out, NUMBER_MAX, "%.*g", precision, v);
        if (strtod(out, NULL) == v)
            break;
    }
    if (out[strspn(out, "-0123456789")] == 0)
        (void)snprintf(out + strlen(out), NUMBER_MAX - strlen(out), ".0");
}

/* The number must print as the same text again. 1.10 would reach a connector as
 * 1.1, and 007 as 7, without anybody noticing: quoting is left to the user. */
static json_t *number(const char *text, char why[WHY_MAX])
{
    char back[NUMBER_MAX];
    json_t *v;

    errno = 0;
    if (is_int(text)) {
        bool octal = text[0] == '0' && text[1] == 'o';
        bool hex = text[0] == '0' && text[1] == 'x';
        int base = octal ? 8 : hex ? 16 : 10;
        long long n = strtoll(text + (octal ? 2 : 0), NULL, base);

        (void)snprintf(back, sizeof(back), "%lld", n);
        v = json_integer(n);
    } else {
        double n = strtod(text, NULL);

        real_text(n, back);
        v = isfinite(n) ? json_real(n) : NULL;
    }
    if (errno == 0 && strcmp(back, text) == 0)
        return v;
    json_decref(v);
    if (errno)
        (void)snprintf(why, WHY_MAX,
                       "the number %.40s is out of range, quote it to "
                       "keep the text",
                       text);
    else
        (void)snprintf(why, WHY_MAX,
                       "the number %.30s would be read as %.30s, quote "
                       "it to keep the text",
                       text, back);
    return NULL;
}

/* Types by the core schema and not by YAML 1.1, whose "yes" and "on" turn texts
 * into booleans. NaN and infinities have no JSON form, so each is refused
 * instead of becoming a text. */
json_t *scalar_plain(const char *text, size_t len, char why[WHY_MAX])
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    static const char *const odd[] = {".nan",  ".NaN", ".NAN", ".inf", "-.inf",
                                      "+.inf", ".Inf", ".INF", NULL};
    char word[NUMBER_MAX];
    json_t *v;

    if (len < sizeof(word) && !memchr(text, 0, len)) {
        memcpy(word, text, len);
        word[len] = 0;
        if (one_of(word, nulls))
            return json_null();
        if (one_of(word, trues))
            return json_true();
        if (one_of(word, falses))
            return json_false();
        if (is_int(word) || is_float(word))
            return number(word, why);
        if (one_of(word, odd)) {
            (void)snprintf(why, WHY_MAX, "%s is no number here, quote it",
                           word);
            return NULL;
        }
    }
    v = memchr(text, 0, len) ? NULL : json_stringn(text, len);
    if (!v)
        (void)snprintf(why, WHY_MAX, "a text holds no NUL");
    return v;
}

char *scalar_text(const json_t *v)
{
    char text[NUMBER_MAX];

    switch (json_typeof(v)) {
    case JSON_STRING:
        return must_strdup(json_string_value(v));
    case JSON_INTEGER:
        (void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
                       json_integer_value(v));
        return must_strdup(text);
    case JSON_REAL:
        real_text(json_real_value(v), text);
        return must_strdup(text);
    case JSON_TRUE:
        return must_strdup("true");
    case JSON_FALSE:
        return must_strdup("false");
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
        return NULL;
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

/* Cut at `max` bytes, but never inside a character. */
static size_t whole_characters(const char *text, size_t max)
{
    size_t len = strlen(text);

    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

void value_show(const json_t *v, char out[SHOWN_MAX])
{
    enum { CUT = 60 };
    AUTO_FREE char *text = v ? scalar_text(v) : NULL;
    const char *quote = json_is_string(v) ? "\"" : "";

    if (json_is_object(v))
        (void)snprintf(out, SHOWN_MAX, "a mapping");
    else if (json_is_array(v))
        (void)snprintf(out, SHOWN_MAX, "a list");
    else if (!text)
        (void)snprintf(out, SHOWN_MAX, "nothing");
    else
        (void)snprintf(out, SHOWN_MAX, "%s%.*s%s%s", quote,
                       (int)whole_characters(text, CUT), text,
                       strlen(text) > CUT ? "..." : "", quote);
}
