/* locator.c - the identity in a record that the harness did not write. */
#include "engine/locator.h"

#include <errno.h>
#include <string.h>

#include "engine/json_seek.h"

int locator_read(const char *words, struct locator *ret)
{
    struct locator l = {.words = words};

    if (strcmp(words, "offset") == 0)
        l.by = BY_OFFSET;
    else if (strcmp(words, "key") == 0)
        l.by = BY_KEY;
    else if (strncmp(words, "header:", 7) == 0 && words[7])
        l.by = BY_HEADER;
    else if (strncmp(words, "json:/", 6) == 0)
        l.by = BY_JSON;
    else
        return -EINVAL;
    l.what = strchr(words, ':') ? strchr(words, ':') + 1 : NULL;
    *ret = l;
    return 0;
}

int locator_find(const struct locator *l, const struct record *r,
                 char out[IDENTITY_MAX])
{
    const void *at = r->key;
    size_t len = r->key_len;

    if (l->by == BY_OFFSET)
        return -ENOENT;
    if (l->by == BY_JSON)
        return json_seek(r->value ? r->value : "", r->value_len, l->what, out,
                         IDENTITY_MAX);
    if (l->by == BY_HEADER) {
        const struct record_header *h = record_header(r, l->what);

        at = h ? h->value : NULL;
        len = h ? h->len : 0;
    }
    if (!at || len >= IDENTITY_MAX)
        return -ENOENT;
    memcpy(out, at, len);
    out[len] = 0;
    return (int)len;
}
