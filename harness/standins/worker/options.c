/* options.c - reads properties by a table. */
#include "standins/worker/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool number_of(const char *text, int64_t *ret)
{
    char *end;
    long long n;

    errno = 0;
    n = strtoll(text, &end, 10);
    if (end == text || *end || errno || n > INT32_MAX || n < INT32_MIN)
        return false;
    *ret = n;
    return true;
}

static bool is_one_of(const char *text, const char *choices)
{
    size_t len = strlen(text);
    const char *at = choices;

    while (at) {
        size_t here = strcspn(at, "|");

        if (here == len && memcmp(at, text, len) == 0)
            return true;
        at = at[here] ? at + here + 1 : NULL;
    }
    return false;
}

static int read_string(const struct option *o, const char *text, void *to,
                       struct err *err)
{
    bool may_lack = o->fallback && !*o->fallback;

    if (o->one_of && !is_one_of(text, o->one_of))
        return err_set(err, -EINVAL, "%s: expected one of %s, got \"%s\"",
                       o->name, o->one_of, text);
    if (!*text && !may_lack)
        return err_set(err, -EINVAL, "%s: must not be empty", o->name);
    *(const char **)to = *text ? text : NULL;
    return 0;
}

static int read_number(const struct option *o, const char *text, void *to,
                       struct err *err)
{
    int64_t max = o->max ? o->max : INT32_MAX, n;

    if (!number_of(text, &n))
        return err_set(err, -EINVAL, "%s: expected a whole number, got \"%s\"",
                       o->name, text);
    if (n < o->min)
        return err_set(err, -EINVAL, "%s: must be at least %lld, got %s",
                       o->name, (long long)o->min, text);
    if (n > max)
        return err_set(err, -EINVAL, "%s: must be at most %lld, got %s",
                       o->name, (long long)max, text);
    *(int64_t *)to = n * (o->unit ? o->unit : 1);
    return 0;
}

static int read_bool(const struct option *o, const char *text, void *to,
                     struct err *err)
{
    if (strcasecmp(text, "true") != 0 && strcasecmp(text, "false") != 0)
        return err_set(err, -EINVAL, "%s: expected true or false, got \"%s\"",
                       o->name, text);
    *(bool *)to = strcasecmp(text, "true") == 0;
    return 0;
}

/* Property values are strings: REST turns numbers and booleans into strings
 * before, and anything else is refused here. */
static int read_one(const struct option *o, const json_t *config,
                    void *settings, struct err *err)
{
    const json_t *given = json_object_get(config, o->name);
    const char *text = o->fallback;
    void *to = (char *)settings + o->at;

    if (given && !json_is_null(given)) {
        text = json_string_value(given);
        if (!text)
            return err_set(err, -EINVAL, "%s: the value must be a string",
                           o->name);
    }
    if (!text)
        return err_set(err, -EINVAL, "%s: is required and has no default",
                       o->name);
    switch (o->type) {
    case OPTION_STRING:
        return read_string(o, text, to, err);
    case OPTION_NUMBER:
        if (text == o->fallback && !*text)
            return 0; /* an absent number stays 0 */
        return read_number(o, text, to, err);
    case OPTION_BOOL:
        return read_bool(o, text, to, err);
    }
    abort();
}

int options_read(const struct option *table, size_t len, const json_t *config,
                 void *settings, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < len && rc == 0; i++)
        rc = read_one(&table[i], config, settings, err);
    return rc;
}

const char *property(const json_t *config, const char *key,
                     const char *fallback)
{
    const char *text = json_string_value(json_object_get(config, key));

    return text ? text : fallback;
}

int64_t property_number(const json_t *config, const char *key, int64_t fallback,
                        int64_t min)
{
    const char *text = property(config, key, NULL);
    int64_t n;

    return text && number_of(text, &n) && n >= min ? n : fallback;
}
