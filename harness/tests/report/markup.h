/* markup.h - is a document well-formed? Enough of XML, and of the HTML that
 * report/ writes, to notice a tag left open, a quote left open, a bare < or
 * & and a forbidden character. */
#ifndef TESTS_REPORT_MARKUP_H
#define TESTS_REPORT_MARKUP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"

enum { MARKUP_DEPTH = 64, MARKUP_NAME = 32 };

struct markup {
    const char *at;
    bool html;
    char open[MARKUP_DEPTH][MARKUP_NAME];
    size_t depth;
};

static inline bool markup_is_void(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0;
}

/* Read from behind "<name" to the ">". 1: an empty element ("/>"); 0: a
 * start tag; -1: broken. */
static inline int markup_attributes(struct markup *m)
{
    while (*m->at && *m->at != '>') {
        if (*m->at == '<')
            return -1;
        if (*m->at == '"') {
            m->at += 1 + strcspn(m->at + 1, "\"<");
            if (*m->at != '"')
                return -1;
        }
        m->at++;
    }
    if (*m->at != '>')
        return -1;
    m->at++;
    return m->at[-2] == '/';
}

static inline const char *markup_tag(struct markup *m)
{
    bool end = m->at[1] == '/';
    char name[MARKUP_NAME];
    size_t len;
    int alone;

    if (m->at[1] == '!' || m->at[1] == '?') {
        m->at += strcspn(m->at, ">");
        return NULL;
    }
    m->at += end ? 2 : 1;
    len = strspn(m->at, "abcdefghijklmnopqrstuvwxyz-0123456789");
    if (len == 0)
        return "a bare <";
    (void)snprintf(name, sizeof(name), "%.*s", (int)len, m->at);
    m->at += len;
    alone = markup_attributes(m);
    if (alone < 0)
        return "a tag or quote left open";
    if (end && (m->depth == 0 || strcmp(m->open[--m->depth], name) != 0))
        return "an end without its beginning";
    if (end || alone || (m->html && markup_is_void(name)))
        return NULL;
    if (m->depth == MARKUP_DEPTH)
        return "nested too deeply";
    (void)snprintf(m->open[m->depth++], MARKUP_NAME, "%s", name);
    if (m->html && strcmp(name, "style") == 0)
        m->at = strstr(m->at, "</style>");
    return NULL;
}

static inline bool markup_entity(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;",  "&gt;",    "&quot;",
                                        "&#39;", "&#13;", "&middot;"};

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strncmp(at, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

/* NULL, or what is wrong and where; static, until the next call. */
static inline const char *markup_wrong(const char *text, bool html)
{
    static char told[160];
    struct markup m = {.at = text, .html = html};
    const char *wrong = NULL;

    while (*m.at && !wrong) {
        const char *from = m.at;
        unsigned char c = (unsigned char)*from;

        if (c == '<')
            wrong = markup_tag(&m);
        else if (c == '&' && !markup_entity(from))
            wrong = "a bare &";
        else if (c < 0x20 && c != '\n' && c != '\t')
            wrong = "a forbidden character";
        else
            m.at++;
        if (wrong)
            (void)snprintf(told, sizeof(told), "%s at byte %zu: %.60s", wrong,
                           (size_t)(from - text), from);
    }
    if (!wrong && m.depth > 0)
        (void)snprintf(told, sizeof(told), "%s is never closed",
                       m.open[m.depth - 1]);
    return wrong || m.depth > 0 ? told : NULL;
}

#endif
