/* doc_vars.c - puts the values of `vars:` and --set into the strings of a
 * document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "scenario/doc_own.h"

struct expander {
    struct doc *d;
    const json_t *vars;
    size_t made; /* bytes made so far; bounded by DOC_EXPANDED_MAX */
};

/* The text of a string while vars are filled in. */
struct text {
    char *at;
    size_t len, cap;
};

enum holder {
    HOLDER_OTHER,    /* ${file:/a.b:c}, left to Kafka */
    HOLDER_VAR,      /* ${rate} */
    HOLDER_ENDPOINT, /* ${shop.url} */
};

static void add(struct text *t, const char *bytes, size_t len)
{
    if (t->len + len + 1 > t->cap) {
        t->cap = 2 * (t->len + len + 1);
        t->at = must_realloc(t->at, t->cap, 1);
    }
    memcpy(t->at + t->len, bytes, len);
    t->len += len;
    t->at[t->len] = 0;
}

/* The kind of the "${...}" at `at`; *ret_len: length of the name in the
 * braces. */
static enum holder classify(const char *at, size_t *ret_len)
{
    static const char name[] = ".abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t first = strspn(at + 2, name + 1);
    size_t all = strspn(at + 2, name);

    *ret_len = all;
    if (first == 0 || at[2 + all] != '}')
        return HOLDER_OTHER;
    if (all == first)
        return HOLDER_VAR;
    return at[1 + all] != '.' ? HOLDER_ENDPOINT : HOLDER_OTHER;
}

static const json_t *var(struct expander *x, const char *path, const char *name,
                         size_t len)
{
    char key[DOC_KEY_MAX + 1];
    const json_t *v;

    (void)snprintf(key, sizeof(key), "%.*s", (int)len, name);
    v = json_object_get(x->vars, key);
    if (!v)
        doc_complain(
            x->d, path,
            "${%.60s} is not among vars%s (for a literal ${ write $${)", key,
            did_you_mean(nearest_key(key, x->vars)));
    return v;
}

/* Append the replacement of the "${" or "$${" at `at` to `t`. Returns the
 * number of bytes of `at` used up. */
static size_t expand_one(struct expander *x, const char *path, const char *at,
                         struct text *t)
{
    bool escaped = at[1] == '$';
    size_t len;
    enum holder holder = classify(at + escaped, &len);
    AUTO_FREE char *value = NULL;
    const json_t *v;

    if (escaped) {
        add(t, at, holder == HOLDER_ENDPOINT ? 1 : 0);
        add(t, "${", 2);
        return 3;
    }
    if (holder != HOLDER_VAR) {
        add(t, at, 2);
        return 2;
    }
    v = var(x, path, at + 2, len);
    value = v ? scalar_text(v) : NULL;
    if (value)
        add(t, value, strlen(value));
    else
        add(t, at, len + 3);
    return len + 3;
}

/* True as well for a text with nothing but an escape, $${, to take off. */
static bool has_holder(const char *text)
{
    return strstr(text, "${") != NULL;
}

/* The value of a string consisting of ${var} and nothing else; NULL for other
 * strings. */
static const json_t *whole_var(struct expander *x, const char *path,
                               const char *text)
{
    size_t len;

    if (strncmp(text, "${", 2) != 0 || classify(text, &len) != HOLDER_VAR ||
        text[len + 3] != 0)
        return NULL;
    return var(x, path, text + 2, len);
}

/* The string with vars filled in, new; NULL: the string has nothing to fill
 * in. */
static json_t *expand_string(struct expander *x, const char *path,
                             const json_t *v)
{
    const char *text = json_string_value(v);
    struct text t = {0};
    const json_t *whole;
    json_t *made;

    if (!has_holder(text))
        return NULL;
    whole = whole_var(x, path, text);
    if (whole)
        return json_copy((json_t *)whole);
    while (*text && x->made + t.len <= DOC_EXPANDED_MAX) {
        size_t plain = strcspn(text, "$");

        add(&t, text, plain);
        text += plain;
        if (strncmp(text, "${", 2) == 0 || strncmp(text, "$${", 3) == 0) {
            text += expand_one(x, path, text, &t);
        } else if (*text) {
            add(&t, text, 1);
            text++;
        }
    }
    x->made += t.len;
    if (x->made > DOC_EXPANDED_MAX)
        doc_complain(x->d, path, "vars make more than %d bytes of text",
                     DOC_EXPANDED_MAX);
    made = json_stringn(t.at ? t.at : "", t.len);
    free(t.at);
    return made;
}

static void expand(struct expander *x, const char *path, json_t *in);

static json_t *expand_value(struct expander *x, const char *path, json_t *v)
{
    if (json_is_string(v))
        return expand_string(x, path, v);
    expand(x, path, v);
    return NULL;
}

/* `vars` itself is left out: a var cannot hold another var (check_vars()), so a
 * single pass is enough and cannot run in circles. */
static void expand(struct expander *x, const char *path, json_t *in)
{
    json_t *v, *made;
    const char *key;
    size_t i;
    void *it;

    for (it = json_object_iter(in); it; it = json_object_iter_next(in, it)) {
        AUTO_FREE char *p = NULL;

        key = json_object_iter_key(it);
        p = path_of("%s%s%s", path, *path ? "." : "", key);
        if (strcmp(p, "vars") == 0)
            continue;
        made = expand_value(x, p, json_object_iter_value(it));
        if (made && json_object_iter_set_new(in, it, made) < 0)
            abort();
    }
    json_array_foreach (in, i, v) {
        AUTO_FREE char *p = path_of("%s[%zu]", path, i);

        made = expand_value(x, p, v);
        if (made && json_array_set_new(in, i, made) < 0)
            abort();
    }
}

static void check_vars(struct doc *d, const json_t *vars)
{
    const char *key;
    json_t *v;

    if (vars && !json_is_object(vars))
        doc_complain(d, "vars", "wants a mapping such as {rate: 2000}");
    json_object_foreach ((json_t *)vars, key, v) {
        AUTO_FREE char *text = scalar_text(v);
        AUTO_FREE char *path = path_of("vars.%s", key);
        const char *at = text ? strstr(text, "${") : NULL;
        size_t len;

        if (!text)
            doc_complain(d, path, "wants a text, a number or a boolean");
        else if (at && classify(at, &len) == HOLDER_VAR)
            doc_complain(d, path, "a var cannot hold another var");
    }
}

/* Type the value as YAML would, except null: --set x= sets the empty text. A
 * number whose text would change stays text, as written on the command line. */
static json_t *set_value(const char *text)
{
    char why[WHY_MAX];
    json_t *v = scalar_plain(text, strlen(text), why);

    if (json_is_null(v)) {
        json_decref(v);
        v = NULL;
    }
    return v ? v : json_string(text);
}

/* "rate, size": the keys of an object; new. */
static char *key_list(const json_t *object)
{
    AUTO_FREE const char **keys =
        must_calloc(json_object_size(object) + 1, sizeof(*keys));
    const char *key;
    json_t *v;
    size_t n = 0;

    json_object_foreach ((json_t *)object, key, v) {
        keys[n++] = key;
    }
    return word_list(keys, n);
}

static void complain_no_var(struct doc *d, const json_t *vars, const char *set,
                            const char *key)
{
    const char *near = nearest_key(key, vars);
    AUTO_FREE char *all = key_list(vars);

    if (!*all)
        doc_complain(d, "vars", "--set %.60s: this file has no vars", set);
    else if (near)
        doc_complain(d, "vars", "--set %.60s: no such key in vars%s", set,
                     did_you_mean(near));
    else
        doc_complain(d, "vars",
                     "--set %.60s: no such key in vars (it has %.200s)", set,
                     all);
}

static void apply_set(struct doc *d, json_t *vars, const char *set)
{
    const char *equals = strchr(set, '=');
    AUTO_FREE char *key = NULL;
    json_t *v;

    if (!equals || equals == set) {
        doc_complain(d, "vars", "--set %.60s: wants key=value", set);
        return;
    }
    key = path_of("%.*s", (int)(equals - set), set);
    if (!json_object_get(vars, key)) {
        complain_no_var(d, vars, set, key);
        return;
    }
    v = set_value(equals + 1);
    if (!v || json_object_set_new(vars, key, v) < 0)
        doc_complain(d, "vars", "--set %.60s: the value is not UTF-8", set);
}

void doc_expand(struct doc *d, const char *const *set, size_t n)
{
    json_t *vars = json_object_get(d->root, "vars");
    struct expander x = {.d = d, .vars = vars};

    for (size_t i = 0; i < n; i++)
        apply_set(d, vars, set[i]);
    check_vars(d, vars);
    expand(&x, "", d->root);
}
