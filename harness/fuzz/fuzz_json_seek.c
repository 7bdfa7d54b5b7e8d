/* fuzz_json_seek.c - the value at a JSON pointer, against jansson's tree.
 *
 * The first line of the input is the pointer, without its first slash; the rest
 * is the document.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "engine/json_seek.h"
#include "fuzz/fuzz.h"

enum { POINTER_MAX = 1024, VALUE_MAX = 64 };

static const json_t *item_at(const json_t *array, const char *index)
{
    size_t len = strspn(index, "0123456789");

    if (len == 0 || index[len] || (len > 1 && index[0] == '0'))
        return NULL;
    return json_array_get(array, strtoul(index, NULL, 10));
}

static const json_t *value_at(const json_t *v, const char *pointer)
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

static int by_tree(const char *text, size_t len, const char *pointer, char *out)
{
    AUTO_JSON json_t *tree = json_loadb(text, len, JSON_DECODE_ANY, NULL);
    const json_t *v = value_at(tree, pointer);
    int n = -1;

    if (json_is_integer(v))
        n = snprintf(out, VALUE_MAX, "%" JSON_INTEGER_FORMAT,
                     json_integer_value(v));
    else if (json_is_string(v))
        n = snprintf(out, VALUE_MAX, "%s", json_string_value(v));
    return n < VALUE_MAX ? n : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const uint8_t *end = len ? memchr(data, '\n', len) : NULL;
    size_t line = end ? (size_t)(end - data) : 0;
    char pointer[POINTER_MAX] = "/", want[VALUE_MAX], got[VALUE_MAX];
    AUTO_FREE char *text = NULL;
    int n;

    if (!end || line > sizeof(pointer) - 2)
        return 0;
    memcpy(pointer + 1, data, line);
    len -= line + 1;
    text = malloc(len); /* exactly so long, for the sanitizer to see */
    if (len)
        memcpy(text, end + 1, len);
    n = by_tree(text ? text : "", len, pointer, want);
    if (len && memchr(text, 0, len))
        n = -1; /* no JSON, but jansson 2.14 skips a NUL behind a number */
    assert((n < 0) ==
           (json_seek(text ? text : "", len, pointer, got, sizeof(got)) < 0));
    assert(n < 0 || strcmp(got, want) == 0);
    return 0;
}
