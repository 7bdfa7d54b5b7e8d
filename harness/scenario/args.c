/* args.c - reads an object of a scenario file into a C struct, by a table of
 * arguments. */
#include "scenario/args.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "scenario/args_own.h"
#include "scenario/doc.h"

static const struct arg *find(const struct arg *table, size_t n,
                              const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static void put_number(const struct arg *a, void *out, int64_t v)
{
    memcpy((char *)out + a->at, &v, sizeof(v));
}

static void put_pointer(const struct arg *a, void *out, const void *p)
{
    memcpy((char *)out + a->at, &p, sizeof(p));
}

bool arg_bounded(const struct arg *a)
{
    return a->min != 0 || a->max != 0;
}

bool arg_optional(const struct arg *a)
{
    return a->dflt != NULL;
}

/* Files, --set and defaults all pass through here as text, so a unit means the
 * same everywhere. */
int arg_number(const struct arg *a, const char *text, int64_t *ret)
{
    char *end;

    switch (a->type) {
    case ARG_INT:
        errno = 0;
        *ret = strtoll(text, &end, 10);
        return errno || *end || end == text ? -EINVAL : 0;
    case ARG_DURATION:
        return duration_read(text, ret);
    case ARG_RATE:
        return rate_read(text, ret);
    case ARG_SIZE:
        return size_read(text, ret);
    case ARG_SHARE:
        return share_read(text, ret);
    case ARG_BOOL:
        *ret = strcmp(text, "true") == 0;
        return *ret || strcmp(text, "false") == 0 ? 0 : -EINVAL;
    case ARG_WORD:
        for (*ret = 0; a->words[*ret]; ++*ret)
            if (strcmp(a->words[*ret], text) == 0)
                return 0;
        return -EINVAL;
    case ARG_STRING:
    case ARG_JSON:
        break;
    }
    return -EINVAL;
}

const char *arg_type_text(const struct arg *a)
{
    switch (a->type) {
    case ARG_INT:
        return "a whole number";
    case ARG_DURATION:
        return "a duration such as 10s, 250ms or 2m";
    case ARG_RATE:
        return "a rate such as 2000/s";
    case ARG_SIZE:
        return "a size such as 200B or 64KiB";
    case ARG_SHARE:
        return "a share such as 50%";
    case ARG_BOOL:
        return "true or false";
    case ARG_STRING:
        return "a text";
    case ARG_WORD:
        return "one word";
    case ARG_JSON:
        return a->kind == JSON_ARRAY    ? "a list"
               : a->kind == JSON_OBJECT ? "a mapping"
                                        : "a value";
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

void arg_write(const struct arg *a, int64_t v, char out[UNITS_TEXT_MAX])
{
    switch (a->type) {
    case ARG_DURATION:
        duration_write_exact(v, out);
        return;
    case ARG_SIZE:
        size_write_exact(v, out);
        return;
    case ARG_SHARE:
        share_write(v, out);
        return;
    case ARG_RATE:
        (void)snprintf(out, UNITS_TEXT_MAX, "%lld/s", (long long)v);
        return;
    case ARG_BOOL:
        (void)snprintf(out, UNITS_TEXT_MAX, "%s", v ? "true" : "false");
        return;
    case ARG_INT:
    case ARG_WORD:
    case ARG_STRING:
    case ARG_JSON:
        (void)snprintf(out, UNITS_TEXT_MAX, "%lld", (long long)v);
        return;
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

static void set_default(const struct arg *a, void *out)
{
    bool text = a->type == ARG_STRING, json = a->type == ARG_JSON;
    int64_t v = 0;

    if (text || json) {
        put_pointer(a, out, text && a->dflt && *a->dflt ? a->dflt : NULL);
        return;
    }
    if (a->dflt && *a->dflt && arg_number(a, a->dflt, &v) < 0)
        assert(!"the default of an argument is not of its type");
    put_number(a, out, v);
}

/* ", did you mean \"x\"?" where a word is near enough, else the list of all
 * words. New. */
static char *words_hint(const char *word, const char *const *words, size_t n)
{
    const char *nearest = word ? nearest_word(word, words, n) : NULL;
    AUTO_FREE char *all = word_choice(words, n);

    return nearest ? path_of("%s", did_you_mean(nearest))
                   : path_of(", %s%s", n == 1 ? "only " : "one of ", all);
}

static void complain_word(const struct arg *a, const json_t *v, struct doc *d,
                          const char *path)
{
    char shown[SHOWN_MAX];
    size_t n = 0;
    AUTO_FREE char *text = scalar_text(v);
    AUTO_FREE char *hint = NULL;

    while (a->words[n])
        n++;
    hint = words_hint(text, a->words, n);
    value_show(v, shown);
    doc_complain(d, path, "%s is not allowed%s", shown, hint);
}

static void complain_type(const struct arg *a, const json_t *v, struct doc *d,
                          const char *path)
{
    char shown[SHOWN_MAX];

    value_show(v, shown);
    if (a->type == ARG_STRING && (json_is_number(v) || json_is_boolean(v)))
        doc_complain(d, path, "%s is not a text, quote it: \"%s\"", shown,
                     shown);
    else
        doc_complain(d, path, "%s is not %s", shown, arg_type_text(a));
}

/* A quoted number is refused for ARG_INT and ARG_BOOL: in YAML the quotes say
 * "text". Words may be numbers (acks: 0), so a word is compared by its text. */
static size_t read_number(const struct arg *a, const json_t *v, struct doc *d,
                          const char *path, void *out)
{
    AUTO_FREE char *text = scalar_text(v);
    char low[UNITS_TEXT_MAX], high[UNITS_TEXT_MAX], shown[SHOWN_MAX];
    int64_t n;

    if (a->type == ARG_WORD && (!text || arg_number(a, text, &n) < 0)) {
        complain_word(a, v, d, path);
        return 1;
    }
    if ((a->type == ARG_INT && !json_is_integer(v)) ||
        (a->type == ARG_BOOL && !json_is_boolean(v)) || !text ||
        arg_number(a, text, &n) < 0) {
        complain_type(a, v, d, path);
        return 1;
    }
    if (a->type != ARG_WORD && a->type != ARG_BOOL &&
        (n < a->min || (arg_bounded(a) && n > a->max))) {
        value_show(v, shown);
        arg_write(a, a->min, low);
        arg_write(a, a->max, high);
        if (arg_bounded(a))
            doc_complain(d, path, "%s is not in %s to %s", shown, low, high);
        else
            doc_complain(d, path, "%s is less than %s", shown, low);
        return 1;
    }
    put_number(a, out, n);
    return 0;
}

static size_t read_text(const struct arg *a, const json_t *v, struct doc *d,
                        const char *path, void *out)
{
    int64_t len = (int64_t)json_string_length(v);
    int64_t min = arg_bounded(a) ? a->min : 1;

    if (!json_is_string(v)) {
        complain_type(a, v, d, path);
        return 1;
    }
    if (len < min || (arg_bounded(a) && len > a->max)) {
        if (arg_bounded(a))
            doc_complain(d, path, "a text of %lld bytes, %lld to %lld allowed",
                         (long long)len, (long long)min, (long long)a->max);
        else
            doc_complain(d, path, "the text is empty");
        return 1;
    }
    put_pointer(a, out, json_string_value(v));
    return 0;
}

/* A file may write `name:` with nothing behind it, which YAML reads as null. */
static const json_t *entry_of(const json_t *v)
{
    return json_is_null(v) ? NULL : v;
}

/* Check every entry of a mapping by the table of entries. Nothing is kept: the
 * value of the argument stays the mapping. */
static size_t check_entries(const struct arg *a, const json_t *v, struct doc *d,
                            const char *path)
{
    AUTO_FREE void *scratch = must_calloc(1, a->each_size);
    const char *name;
    json_t *entry;
    size_t bad = 0;

    json_object_foreach ((json_t *)v, name, entry) {
        AUTO_FREE char *p = path_of("%s.%s", path, name);

        bad += args_read(a->each, a->each_len, entry_of(entry), d, p, scratch);
    }
    return bad;
}

void args_read_entry(const struct arg *a, const json_t *entry, void *out)
{
    (void)args_read(a->each, a->each_len, entry_of(entry), NULL, "", out);
}

static size_t read_json(const struct arg *a, const json_t *v, struct doc *d,
                        const char *path, void *out)
{
    int64_t n =
        (int64_t)(json_is_array(v) ? json_array_size(v) : json_object_size(v));
    size_t bad;

    if (a->kind != ARG_ANY_JSON && json_typeof(v) != a->kind) {
        complain_type(a, v, d, path);
        return 1;
    }
    if (arg_bounded(a) && (n < a->min || n > a->max)) {
        doc_complain(d, path, "%lld entries, %lld to %lld allowed",
                     (long long)n, (long long)a->min, (long long)a->max);
        return 1;
    }
    if (a->each && (bad = check_entries(a, v, d, path)) > 0)
        return bad; /* args_read_entry() relies on sound entries */
    put_pointer(a, out, v);
    return 0;
}

static size_t read_one(const struct arg *a, const json_t *v, struct doc *d,
                       const char *path, void *out)
{
    switch (a->type) {
    case ARG_INT:
    case ARG_DURATION:
    case ARG_RATE:
    case ARG_SIZE:
    case ARG_SHARE:
    case ARG_BOOL:
    case ARG_WORD:
        return read_number(a, v, d, path, out);
    case ARG_STRING:
        return read_text(a, v, d, path, out);
    case ARG_JSON:
        return read_json(a, v, d, path, out);
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

static size_t refuse_unknown(const struct arg *table, size_t n,
                             const json_t *object, struct doc *d,
                             const char *path)
{
    const char **names = must_calloc(n + 1, sizeof(*names));
    const char *key;
    size_t bad = 0;
    json_t *v;

    for (size_t i = 0; i < n; i++)
        names[i] = table[i].name;
    json_object_foreach ((json_t *)object, key, v) {
        AUTO_FREE char *p = NULL, *hint = NULL;

        if (find(table, n, key) || doc_complaints(d) > DOC_COMPLAINTS_MAX)
            continue;
        p = path_of("%s%s%s", path, *path ? "." : "", key);
        hint = words_hint(key, names, n);
        doc_complain_key(d, p, "unknown key%s", n ? hint : ", none is allowed");
        bad++;
    }
    free(names);
    return bad;
}

/* Defaults are set before anything is checked: after complaints `out` is still
 * complete enough for later sections to be read, so that all complaints of a
 * file come at once. */
size_t args_read(const struct arg *table, size_t n, const json_t *object,
                 struct doc *d, const char *path, void *out)
{
    size_t bad;

    for (size_t i = 0; i < n; i++)
        set_default(&table[i], out);
    if (object && !json_is_object(object)) {
        char shown[SHOWN_MAX];

        value_show(object, shown);
        doc_complain(d, path, "%s is not a mapping of arguments", shown);
        return 1;
    }
    bad = refuse_unknown(table, n, object, d, path);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_object_get(object, table[i].name);
        AUTO_FREE char *p =
            path_of("%s%s%s", path, *path ? "." : "", table[i].name);

        if (v) {
            bad += read_one(&table[i], v, d, p, out);
        } else if (!arg_optional(&table[i])) {
            doc_complain_key(d, path, "\"%s\" is missing: %s", table[i].name,
                             table[i].help);
            bad++;
        }
    }
    return bad;
}
