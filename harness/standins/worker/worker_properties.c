/* worker_properties.c - a parser of Java properties. */
#include "standins/worker/worker_properties.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"

static const char blanks[] = " \t\f";

struct cursor {
    const char *at;
    int line;
};

/* Move over the end of a line: LF, CR or CR LF. */
static void next_line(struct cursor *c)
{
    if (c->at[0] == '\r' && c->at[1] == '\n')
        c->at++;
    if (*c->at) {
        c->at++;
        c->line++;
    }
}

static bool ends(char c)
{
    return c == 0 || c == '\n' || c == '\r';
}

/* A backslash at the end of a line joins the next line, without its
 * indentation. */
static bool goes_on(struct cursor *c)
{
    if (c->at[0] != '\\' || !ends(c->at[1]) || !c->at[1])
        return false;
    c->at++;
    next_line(c);
    c->at += strspn(c->at, blanks);
    return true;
}

static void put_utf8(char **to, unsigned u)
{
    if (u < 0x80) {
        *(*to)++ = (char)u;
    } else if (u < 0x800) {
        *(*to)++ = (char)(0xc0 | u >> 6);
        *(*to)++ = (char)(0x80 | (u & 0x3f));
    } else {
        *(*to)++ = (char)(0xe0 | u >> 12);
        *(*to)++ = (char)(0x80 | (u >> 6 & 0x3f));
        *(*to)++ = (char)(0x80 | (u & 0x3f));
    }
}

/* Parse the rest of an escape. Half a surrogate pair yields invalid UTF-8,
 * which json_string() refuses. */
static int unescape(struct cursor *c, char **to, struct err *err)
{
    static const char names[] = "tnrf", meanings[] = "\t\n\r\f";
    const char *known;
    char digits[5] = "";

    if (!*c->at)
        return 0;
    if (*c->at != 'u') {
        known = strchr(names, *c->at);
        *(*to)++ = known ? meanings[known - names] : *c->at;
        c->at++;
        return 0;
    }
    c->at++;
    if (strspn(c->at, "0123456789abcdefABCDEF") < 4)
        return err_set(err, -EINVAL, "line %d: expected four digits after \\u",
                       c->line);
    memcpy(digits, c->at, 4);
    put_utf8(to, (unsigned)strtoul(digits, NULL, 16));
    c->at += 4;
    return 0;
}

/* Copy the text up to a character in `stops` or the end of the line, unescaped,
 * to `to`. */
static int take(struct cursor *c, const char *stops, char *to, struct err *err)
{
    while (!ends(*c->at) && !strchr(stops, *c->at)) {
        if (goes_on(c))
            continue;
        if (*c->at != '\\') {
            *to++ = *c->at++;
            continue;
        }
        c->at++;
        if (unescape(c, &to, err) < 0)
            return err->code;
    }
    *to = 0;
    return 0;
}

static void skip(struct cursor *c, const char *what)
{
    do
        c->at += strspn(c->at, what);
    while (goes_on(c));
}

/* Parse an entry whose first character is at the cursor. */
static int entry(struct cursor *c, char *key, char *value, json_t *into,
                 struct err *err)
{
    int line = c->line;

    if (take(c, " \t\f=:", key, err) < 0)
        return err->code;
    skip(c, blanks);
    if (*c->at == '=' || *c->at == ':') {
        c->at++;
        skip(c, blanks);
    }
    if (take(c, "", value, err) < 0)
        return err->code;
    if (json_object_set_new(into, key, json_string(value)) < 0)
        return err_set(err, -EINVAL, "line %d: not UTF-8", line);
    return 0;
}

int properties_parse(const char *text, json_t **ret, struct err *err)
{
    struct cursor c = {text, 1};
    AUTO_JSON json_t *all = must_have(json_object());
    AUTO_FREE char *key = must_malloc(strlen(text) + 1);
    AUTO_FREE char *value = must_malloc(strlen(text) + 1);

    while (*c.at) {
        c.at += strspn(c.at, blanks);
        if (*c.at == '#' || *c.at == '!')
            c.at += strcspn(c.at, "\r\n");
        else if (!ends(*c.at) && entry(&c, key, value, all, err) < 0)
            return err->code;
        next_line(&c);
    }
    *ret = TAKE(all);
    return 0;
}

int properties_read(const char *path, json_t **ret, struct err *err)
{
    AUTO_FREE char *text = NULL;

    if (file_read(path, &text, NULL, err) < 0)
        return err->code;
    if (properties_parse(text, ret, err) < 0)
        return err_context(err, "%s", path);
    return 0;
}
