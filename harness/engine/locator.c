/* locator.c - the identity in a record that the harness did not write. */
#include "engine/locator.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"

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

/* The item named by an index of RFC 6901: digits, without a leading zero. */
static const json_t *item_at(const json_t *array, const char *index)
{
    size_t len = strspn(index, "0123456789");

    if (len == 0 || index[len] || (len > 1 && index[0] == '0'))
        return NULL;
    return json_array_get(array, strtoul(index, NULL, 10));
}

static const json_t *json_at(const json_t *v, const char *pointer)
{
    while (v && *pointer == '/') {
        size_t len = strcspn(++pointer, "/");
        char name[256];

        if (len >= sizeof(name))
            return NULL;
        memcpy(name, pointer, len);
        name[len] = 0;
        v = json_is_array(v) ? item_at(v, name) : json_object_get(v, name);
        pointer += len;
    }
    return v;
}

static int find_json(const struct record *r, const char *pointer, char *out)
{
    AUTO_JSON json_t *v = json_loadb(r->value ? r->value : "", r->value_len,
                                     JSON_DECODE_ANY, NULL);
    const json_t *at = json_at(v, pointer);
    int n = -1;

    if (json_is_integer(at))
        n = snprintf(out, IDENTITY_MAX, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(at));
    else if (json_is_string(at))
        n = snprintf(out, IDENTITY_MAX, "%s", json_string_value(at));
    return n < 0 || n >= IDENTITY_MAX ? -ENOENT : n;
}

int locator_find(const struct locator *l, const struct record *r,
                 char out[IDENTITY_MAX])
{
    const void *at = r->key;
    size_t len = r->key_len;

    if (l->by == BY_OFFSET)
        return -ENOENT;
    if (l->by == BY_JSON)
        return find_json(r, l->what, out);
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
