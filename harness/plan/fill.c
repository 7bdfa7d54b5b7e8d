/* fill.c - "${shop.url}" in a text, replaced by a value. */
#include "plan/fill.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Letters, digits, dashes and dots: ours. Anything else is a provider's. */
static bool is_ours(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)at[i]) && !strchr("-_.", at[i]))
            return false;
    return len > 0;
}

char *fill(const char *text, fill_fn value, void *ctx, struct err *err)
{
    char *out = NULL;
    size_t size = 0;
    FILE *f = must_memstream(&out, &size);

    while (*text) {
        const char *end =
            strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;
        size_t len = end ? (size_t)(end - text - 2) : 0;
        const char *v;

        if (strncmp(text, "$${", 3) == 0)
            text++; /* the rest stays as written */
        if (!end || !is_ours(text + 2, len)) {
            (void)fputc(*text++, f);
            continue;
        }
        v = value(ctx, text + 2, len);
        if (!v)
            err_set(err, -EINVAL, "%.*s is no property of an endpoint",
                    (int)len + 3, text);
        (void)fputs(v ? v : "", f);
        text = end + 1;
    }
    must_fclose(f, &out);
    return out;
}
