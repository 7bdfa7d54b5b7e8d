/* look.c - reads a value at a dotted path of a JSON object. */
#include "base/look.h"

#include <stdio.h>
#include <string.h>

json_t *look(const json_t *at, const char *path)
{
    json_t *whole = json_object_get(at, path);
    const char *dot = strchr(path, '.');
    char key[64];

    if (whole || !dot)
        return whole;
    (void)snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
    return look(json_object_get(at, key), dot + 1);
}

const char *look_text(const json_t *at, const char *path)
{
    const char *s = json_string_value(look(at, path));

    return s ? s : "";
}

int64_t look_int(const json_t *at, const char *path)
{
    const json_t *v = look(at, path);

    return json_is_integer(v) ? json_integer_value(v) : -1;
}

bool look_true(const json_t *at, const char *path)
{
    return json_is_true(look(at, path));
}

bool look_is(const json_t *at, const char *path, const char *word)
{
    return strcmp(look_text(at, path), word) == 0;
}

size_t look_len(const json_t *at, const char *path)
{
    return json_array_size(look(at, path));
}

size_t look_count(const json_t *at, const char *path, const char *key,
                  const char *word)
{
    json_t *list = look(at, path), *item;
    size_t i, n = 0;

    json_array_foreach (list, i, item)
        n += look_is(item, key, word);
    return n;
}
