/* args_schema.c - tables of arguments as JSON Schema, as evidence and as text
 * for `ordeal explain`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "scenario/args_own.h"
#include "scenario/doc.h"

json_t *schema_pattern(const char *pattern)
{
    AUTO_FREE char *whole = path_of("^(%s|%s)$", pattern, HOLDER_PATTERN);

    return must_have(json_pack("{ss ss}", "type", "string", "pattern", whole));
}

json_t *schema_holder(void)
{
    return must_have(json_pack("{ss ss}", "type", "string", "pattern",
                               "^" HOLDER_PATTERN "$"));
}

static json_t *schema_words(const struct arg *a)
{
    json_t *words = must_have(json_array());

    for (size_t i = 0; a->words[i]; i++) {
        int64_t n;

        (void)json_array_append_new(words, json_string(a->words[i]));
        if (arg_number(&(struct arg){.type = ARG_INT}, a->words[i], &n) == 0)
            (void)json_array_append_new(words, json_integer(n));
    }
    return must_have(
        json_pack("{s[{so}, o]}", "anyOf", "enum", words, schema_holder()));
}

static json_t *schema_int(const struct arg *a)
{
    json_t *whole = must_have(
        json_pack("{ss sI}", "type", "integer", "minimum", (json_int_t)a->min));

    if (arg_bounded(a))
        (void)json_object_set_new(whole, "maximum", json_integer(a->max));
    return must_have(json_pack("{s[o, o]}", "anyOf", whole, schema_holder()));
}

static json_t *schema_text(const struct arg *a)
{
    int64_t min = arg_bounded(a) ? a->min : 1;
    json_t *text = must_have(
        json_pack("{ss sI}", "type", "string", "minLength", (json_int_t)min));

    if (arg_bounded(a))
        (void)json_object_set_new(text, "maxLength", json_integer(a->max));
    return text;
}

/* A mapping whose entries are mappings; an entry may be left empty. */
static json_t *schema_entries(const struct arg *a)
{
    return must_have(json_pack(
        "{ss s{s[o, {ss}]}}", "type", "object", "additionalProperties", "anyOf",
        args_schema(a->each, a->each_len), "type", "null"));
}

static json_t *schema_value(const struct arg *a)
{
    switch (a->type) {
    case ARG_INT:
        return schema_int(a);
    case ARG_DURATION:
        return schema_pattern("[0-9]+(\\.[0-9]+)?(us|ms|s|m|h)");
    case ARG_RATE:
        return schema_pattern("[0-9]+(\\.[0-9]+)?/s");
    case ARG_SIZE:
        return schema_pattern("[0-9]+(\\.[0-9]+)?(B|kB|KiB|MB|MiB|GiB)");
    case ARG_SHARE:
        return schema_pattern("[0-9]+(\\.[0-9]+)?%");
    case ARG_BOOL:
        return must_have(json_pack("{s[{ss}, o]}", "anyOf", "type", "boolean",
                                   schema_holder()));
    case ARG_STRING:
        return schema_text(a);
    case ARG_WORD:
        return schema_words(a);
    case ARG_JSON:
        if (a->kind == ARG_ANY_JSON)
            return must_have(json_object());
        if (a->each)
            return schema_entries(a);
        return must_have(json_pack("{ss}", "type",
                                   a->kind == JSON_ARRAY ? "array" : "object"));
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

/* A default as a file would hold the value. New. */
static json_t *default_value(const struct arg *a)
{
    int64_t n;

    if (a->type == ARG_INT && arg_number(a, a->dflt, &n) == 0)
        return json_integer(n);
    if (a->type == ARG_BOOL)
        return json_boolean(strcmp(a->dflt, "true") == 0);
    return json_string(a->dflt);
}

json_t *args_schema(const struct arg *table, size_t n)
{
    json_t *properties = must_have(json_object());
    json_t *required = must_have(json_array());

    for (size_t i = 0; i < n; i++) {
        const struct arg *a = &table[i];
        json_t *value = schema_value(a);

        (void)json_object_set_new(value, "description", json_string(a->help));
        if (a->dflt && *a->dflt)
            (void)json_object_set_new(value, "default", default_value(a));
        (void)json_object_set_new(properties, a->name, value);
        if (!arg_optional(a))
            (void)json_array_append_new(required, json_string(a->name));
    }
    return must_have(json_pack("{ss so so sb}", "type", "object", "properties",
                               properties, "required", required,
                               "additionalProperties", 0));
}

/* The value of an argument, new; NULL: the argument was left out. */
static json_t *value_json(const struct arg *a, const void *out)
{
    const char *at = (const char *)out + a->at;
    char text[UNITS_TEXT_MAX];
    const void *pointer = NULL;
    int64_t n = 0;

    if (a->type == ARG_STRING || a->type == ARG_JSON)
        memcpy(&pointer, at, sizeof(pointer));
    else
        memcpy(&n, at, sizeof(n));
    switch (a->type) {
    case ARG_STRING:
        return pointer ? json_string(pointer) : NULL;
    case ARG_JSON:
        return json_incref((json_t *)pointer);
    case ARG_INT:
        return json_integer(n);
    case ARG_BOOL:
        return json_boolean(n);
    case ARG_WORD:
        return json_string(a->words[n]);
    case ARG_DURATION:
    case ARG_RATE:
    case ARG_SIZE:
    case ARG_SHARE:
        arg_write(a, n, text);
        return json_string(text);
    }
    abort(); /* no default: -Wswitch then names a forgotten value */
}

json_t *args_json(const struct arg *table, size_t n, const void *out)
{
    json_t *object = must_have(json_object());

    for (size_t i = 0; i < n; i++) {
        json_t *v = value_json(&table[i], out);

        if (v && json_object_set_new(object, table[i].name, v) < 0)
            abort();
    }
    return object;
}

static char *join(char *head, const char *tail)
{
    char *whole = path_of("%s%s", head, tail);

    free(head);
    return whole;
}

/* "a text of 1 to 64 bytes", "a mapping of at most 100 entries" */
static char *with_length(const struct arg *a, const char *of)
{
    if (a->min == 0)
        return path_of("%s of at most %lld %s", arg_type_text(a),
                       (long long)a->max, of);
    return path_of("%s of %lld to %lld %s", arg_type_text(a), (long long)a->min,
                   (long long)a->max, of);
}

/* "a duration, 1s to 1h": the range replaces the examples of the type's
 * text. */
static char *with_range(const struct arg *a)
{
    const char *type = arg_type_text(a);
    const char *examples = strstr(type, " such as ");
    int len = examples ? (int)(examples - type) : (int)strlen(type);
    char low[UNITS_TEXT_MAX], high[UNITS_TEXT_MAX];

    arg_write(a, a->min, low);
    arg_write(a, a->max, high);
    return a->max == INT64_MAX
               ? path_of("%.*s, at least %s", len, type, low)
               : path_of("%.*s, %s to %s", len, type, low, high);
}

char *arg_values(const struct arg *a)
{
    size_t n = 0;

    if (a->type == ARG_WORD) {
        while (a->words[n])
            n++;
        return word_choice(a->words, n);
    }
    if (!arg_bounded(a) || (a->type == ARG_JSON && a->kind == ARG_ANY_JSON))
        return path_of("%s", arg_type_text(a));
    if (a->type == ARG_STRING)
        return with_length(a, "bytes");
    return a->type == ARG_JSON ? with_length(a, "entries") : with_range(a);
}

char *arg_entry_name(const struct arg *a, const struct arg *of_entry)
{
    return path_of("%s.*.%s", a->name, of_entry->name);
}

/* `text` with the two lines of an argument behind; takes `text`. */
static char *explain_one(char *text, const char *name, const struct arg *a,
                         int width)
{
    AUTO_FREE char *what = arg_values(a);
    AUTO_FREE char *given = !a->dflt   ? path_of("required")
                            : *a->dflt ? path_of("default %s", a->dflt)
                                       : path_of("optional");
    AUTO_FREE char *line = path_of("  %-*s  %s (%s)\n  %-*s  %s\n", width, name,
                                   what, given, width, "", a->help);

    return join(text, line);
}

static int wider(int width, const char *name)
{
    int len = (int)strlen(name);

    return len > width ? len : width;
}

static int width_of(const struct arg *table, size_t n)
{
    int width = 4;

    for (size_t i = 0; i < n; i++) {
        width = wider(width, table[i].name);
        for (size_t k = 0; k < table[i].each_len; k++) {
            AUTO_FREE char *name = arg_entry_name(&table[i], &table[i].each[k]);

            width = wider(width, name);
        }
    }
    return width;
}

char *args_explain(const struct arg *table, size_t n)
{
    char *text = path_of("%s", "");
    int width = width_of(table, n);

    for (size_t i = 0; i < n; i++) {
        text = explain_one(text, table[i].name, &table[i], width);
        for (size_t k = 0; k < table[i].each_len; k++) {
            AUTO_FREE char *name = arg_entry_name(&table[i], &table[i].each[k]);

            text = explain_one(text, name, &table[i].each[k], width);
        }
    }
    return text;
}
