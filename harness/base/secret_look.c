/* secret_look.c - which values of a configuration are secrets. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secrets.h"

enum { WORDS_MAX = 32, WORD_MAX = 24 };

/* Split "ssl.keyPassword2" into "ssl", "key", "password"; returns the number of
 * words. */
static size_t words_of(const char *key, char words[WORDS_MAX][WORD_MAX])
{
    size_t n = 0, len = 0;

    for (const char *p = key; *p && n < WORDS_MAX - 1; p++) {
        bool letter = isalpha((unsigned char)*p);
        bool begins = isupper((unsigned char)*p) && p > key &&
                      islower((unsigned char)p[-1]);

        if ((!letter || begins) && len > 0) {
            n++;
            len = 0;
        }
        if (letter && len < WORD_MAX - 1) {
            words[n][len++] = (char)tolower((unsigned char)*p);
            words[n][len] = 0;
        }
    }
    return len > 0 ? n + 1 : n;
}

static bool is_among(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

bool secret_named(const char *key)
{
    static const char *const alone[] = {
        "password", "passwd", "passphrase", "secret",      "token", "pwd",
        "pass",     "apikey", "credential", "credentials", "jaas",
    };
    static const char *const before_key[] = {
        "api", "access", "private", "secret", "keystore", "account", "shared",
    };
    char words[WORDS_MAX][WORD_MAX];
    size_t n = words_of(key, words);
    const char *last, *before;

    if (n == 0)
        return false;
    last = words[n - 1];
    before = n > 1 ? words[n - 2] : "";
    if (is_among(last, alone, ARRAY_LEN(alone)))
        return true;
    if (strcmp(last, "key") == 0)
        return is_among(before, before_key, ARRAY_LEN(before_key));
    return (strcmp(last, "config") == 0 && strcmp(before, "jaas") == 0) ||
           (strcmp(last, "info") == 0 && strcmp(before, "user") == 0) ||
           (strcmp(last, "json") == 0 && strcmp(before, "credentials") == 0);
}

/* References to a config provider (KIP-297) and to variables of a scenario only
 * name a secret; a placeholder stands for a secret already replaced. */
static bool is_holder(const char *text)
{
    return strncmp(text, "${", 2) == 0 || strncmp(text, "<secret:", 8) == 0;
}

/* password="x" and password='x' of a JAAS entry, also "clientSecret" and the
 * like. */
static void look_in_jaas(const char *text, const char *name)
{
    for (const char *p = strchr(text, '='); p; p = strchr(p + 1, '=')) {
        const char *from = p;
        AUTO_FREE char *key = NULL;
        const char *end;

        while (from > text &&
               (isalnum((unsigned char)from[-1]) || strchr("._-", from[-1])))
            from--;
        key = path_of("%.*s", (int)(p - from), from);
        if (!secret_named(key) || (p[1] != '"' && p[1] != '\''))
            continue;
        end = strchr(p + 2, p[1]);
        if (end)
            secret_add(name, p + 2, (size_t)(end - p - 2));
    }
}

/* The password of scheme://user:password@host; may itself contain '@'. */
static void look_in_url(const char *text, const char *name)
{
    for (const char *p = strstr(text, "://"); p; p = strstr(p + 3, "://")) {
        size_t len = strcspn(p + 3, "/?# \t\r\n\"'");
        const char *host = memrchr(p + 3, '@', len);
        const char *colon =
            host ? memchr(p + 3, ':', (size_t)(host - p - 3)) : NULL;

        if (colon)
            secret_add(name, colon + 1, (size_t)(host - colon - 1));
    }
}

static void look_in_text(const char *key, const char *text, const char *name)
{
    if (is_holder(text))
        return;
    if (strstr(text, "LoginModule"))
        look_in_jaas(text, name);
    look_in_url(text, name);
    if (secret_named(key))
        secret_add(name, text, strlen(text));
}

/* A password of digits only may be written as a number. */
static void look_in_number(const char *key, json_int_t number, const char *name)
{
    AUTO_FREE char *text = path_of("%lld", (long long)number);

    if (secret_named(key))
        secret_add(name, text, strlen(text));
}

static void look_at(const char *key, const json_t *v, const char *path)
{
    const char *name;
    json_t *each;
    size_t i;

    if (json_is_string(v))
        look_in_text(key, json_string_value(v), path);
    else if (json_is_integer(v))
        look_in_number(key, json_integer_value(v), path);
    json_array_foreach (v, i, each)
        look_at(key, each, path);
    json_object_foreach ((json_t *)v, name, each) {
        AUTO_FREE char *below = path_of("%s%s%s", path, *path ? "." : "", name);

        look_at(name, each, below);
    }
}

void secrets_look(const json_t *value, const char *path)
{
    look_at("", value, path);
}
