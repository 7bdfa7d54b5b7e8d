/* http_settings.c - the settings of a behaviour's order into a struct, by a
 * table. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "standins/http/http_program.h"

static const struct setting *find(const struct setting *table, size_t n,
                                  const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static int word_read(const struct setting *s, const char *word, int64_t *ret)
{
    for (*ret = 0; s->words[*ret]; ++*ret)
        if (strcmp(s->words[*ret], word) == 0)
            return 0;
    return -EINVAL;
}

/* The value of every type but SETTING_TEXT. -EINVAL: `v` is of another type. */
static int number_read(const struct setting *s, const json_t *v, int64_t *ret)
{
    const char *text = json_string_value(v);

    switch (s->type) {
    case SETTING_NUMBER:
        *ret = json_integer_value(v);
        return json_is_integer(v) ? 0 : -EINVAL;
    case SETTING_SHARE:
        return text ? share_read(text, ret) : -EINVAL;
    case SETTING_DURATION:
        return text ? duration_read(text, ret) : -EINVAL;
    case SETTING_WORD:
        return text ? word_read(s, text, ret) : -EINVAL;
    case SETTING_TEXT:
        break;
    }
    return -EINVAL;
}

static int text_read(const struct setting *s, const json_t *v, char *out,
                     struct err *err)
{
    const char *text = v ? json_string_value(v) : "";

    if (!text)
        return err_set(err, -EINVAL, "%s is not a text", s->name);
    if (strlen(text) >= SETTING_TEXT_MAX)
        return err_set(err, -EINVAL, "%s has %zu bytes, at most %d", s->name,
                       strlen(text), SETTING_TEXT_MAX - 1);
    (void)snprintf(out, SETTING_TEXT_MAX, "%s", text);
    return 0;
}

static int read_one(const struct setting *s, const json_t *v, void *out,
                    struct err *err)
{
    int64_t n = s->dflt;

    if (s->type == SETTING_TEXT)
        return text_read(s, v, (char *)out + s->at, err);
    if (v && number_read(s, v, &n) < 0)
        return err_set(err, -EINVAL, "%s has a value of the wrong type",
                       s->name);
    if (v && s->type != SETTING_WORD &&
        (n < s->min || ((s->min != 0 || s->max != 0) && n > s->max)))
        return err_set(err, -EINVAL, "%s is out of range", s->name);
    memcpy((char *)out + s->at, &n, sizeof(n));
    return 0;
}

int settings_read(const struct setting *table, size_t n, const json_t *with,
                  void *out, struct err *err)
{
    const char *key;
    json_t *v;
    int rc = 0;

    if (!json_is_object(with))
        return err_set(err, -EINVAL, "the settings are no object");
    json_object_foreach ((json_t *)with, key, v)
        if (!find(table, n, key))
            return err_set(err, -EINVAL, "there is no setting \"%.60s\"", key);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc =
            read_one(&table[i], json_object_get(with, table[i].name), out, err);
    return rc;
}
