/* secrets_json.c - a JSON document with the known secrets replaced. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"

/* Whether texts under `key` are words from closed sets of the program, digests
 * or times: none can be a secret, and readers of the evidence rely on the
 * words. */
static bool is_closed(const char *key)
{
    static const char *const keys[] = {
        "as_expected", "began",   "delivery",    "ended",    "hash",
        "is",          "kind",    "once_by",     "ordering", "outcome",
        "restores",    "sandbox", "schema",      "seed",     "sha256",
        "status",      "time",    "upstream_is", "what",
    };
    size_t len = strlen(key);

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return len > 6 && strcmp(key + len - 6, "sha256") == 0;
}

/* Whether keys and numbers below `key` too come from a user, a server or a
 * connector. */
static bool is_foreign(const char *key)
{
    static const char *const keys[] = {"captured", "proof", "args",
                                       "config",   "body",  "kept"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static json_t *shown_text(const char *text, size_t len)
{
    size_t shown_len;
    AUTO_FREE char *shown = secrets_shown(text, len, &shown_len);
    json_t *made = json_stringn(shown, shown_len);

    if (!made)
        abort();
    return made;
}

/* A number that is, as a whole, a password of digits only. A longer number that
 * contains the digits is no secret. */
static json_t *shown_number(const json_t *v)
{
    AUTO_FREE char *text = path_of("%lld", (long long)json_integer_value(v));

    return secret_is(text, strlen(text)) ? shown_text(text, strlen(text))
                                         : json_incref((json_t *)v);
}

static json_t *shown_value(const json_t *v, bool foreign);

static json_t *shown_object(const json_t *v, bool foreign)
{
    json_t *made = json_object(), *each;
    const char *key;

    json_object_foreach ((json_t *)v, key, each) {
        AUTO_FREE char *shown =
            foreign ? secrets_shown(key, strlen(key), NULL) : NULL;
        json_t *value = !foreign && is_closed(key) && json_is_string(each)
                            ? json_incref(each)
                            : shown_value(each, foreign || is_foreign(key));

        if (json_object_set_new(made, shown ? shown : key, value) < 0)
            abort();
    }
    return made;
}

static json_t *shown_value(const json_t *v, bool foreign)
{
    json_t *made, *each;
    size_t i;

    if (json_is_string(v))
        return shown_text(json_string_value(v), json_string_length(v));
    if (json_is_integer(v) && foreign)
        return shown_number(v);
    if (json_is_object(v))
        return shown_object(v, foreign);
    if (!json_is_array(v))
        return json_incref((json_t *)v);
    made = json_array();
    json_array_foreach (v, i, each)
        if (json_array_append_new(made, shown_value(each, foreign)) < 0)
            abort();
    return made;
}

json_t *secrets_shown_json(const json_t *value)
{
    if (!secrets_known())
        return json_incref((json_t *)value);
    return shown_value(value, false);
}
