/* seen.c - a set of texts, kept by digests. */
#include "engine/seen_own.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"

struct cell {
    uint64_t a, b; /* both 0: empty */
};

struct seen {
    struct cell *at;
    size_t cap, len; /* cap is a power of two */
};

static struct cell *make(size_t cap)
{
    struct cell *c = must_calloc(cap, sizeof(*c));

    return c;
}

struct seen *seen_new(void)
{
    struct seen *s = must_calloc(1, sizeof(*s));

    s->cap = 1024;
    s->at = make(s->cap);
    return s;
}

void seen_free(struct seen *s)
{
    if (s)
        free(s->at);
    free(s);
}

static bool put(struct seen *s, struct cell c)
{
    size_t i = c.a & (s->cap - 1);

    while (s->at[i].a || s->at[i].b) {
        if (s->at[i].a == c.a && s->at[i].b == c.b)
            return false;
        i = (i + 1) & (s->cap - 1);
    }
    s->at[i] = c;
    s->len++;
    return true;
}

static void grow(struct seen *s)
{
    struct cell *old = s->at;
    size_t n = s->cap;

    s->cap = 2 * n;
    s->at = make(s->cap);
    s->len = 0;
    for (size_t i = 0; i < n; i++)
        if (old[i].a || old[i].b)
            (void)put(s, old[i]);
    free(old);
}

bool seen_add(struct seen *s, const char *text, size_t len)
{
    char hex[SHA256_HEX], half[17];
    struct cell c;

    sha256_bytes(text, len, hex);
    memcpy(half, hex, 16);
    half[16] = 0;
    c.a = strtoull(half, NULL, 16) | 1;
    memcpy(half, hex + 16, 16);
    c.b = strtoull(half, NULL, 16);
    if (2 * s->len >= s->cap)
        grow(s);
    return put(s, c);
}
