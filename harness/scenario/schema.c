/* schema.c - the JSON Schema of scenario files, from the tables of sections and
 * kinds. */
#include <stdlib.h>
#include <string.h>

#include "base/findings.h"
#include "base/memory.h"
#include "base/own.h"
#include "scenario/args_own.h"
#include "scenario/sections_own.h"

/* JSON Schema 2020-12. Without memory the program aborts: a schema is made on
 * request, with nothing running that would have to be ended first. */

struct kinds {
    const struct schema_kind *at;
    size_t len;
};

static void put(json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value) < 0)
        abort();
}

static void append(json_t *list, json_t *value)
{
    if (!value || json_array_append_new(list, value) < 0)
        abort();
}

static json_t *section_schema(enum section_id id)
{
    const struct section *s = section_of(id);

    return args_schema(s->args, s->args_len);
}

static json_t *properties_of(json_t *schema)
{
    return json_object_get(schema, "properties");
}

/* Put `schema` in place of the table's own for `key`; keeps the help text. */
static void replace(json_t *object, const char *key, json_t *schema)
{
    json_t *old = json_object_get(properties_of(object), key);
    const char *help = json_string_value(json_object_get(old, "description"));

    put(schema, "description", json_string(help));
    put(properties_of(object), key, schema);
}

static json_t *map_of(json_t *schema)
{
    return must_have(
        json_pack("{ss so}", "type", "object", "additionalProperties", schema));
}

/* Takes `schema`. */
static json_t *one_or_list(json_t *schema)
{
    return must_have(json_pack("{s[O, {ss so si}]}", "anyOf", schema, "type",
                               "array", "items", schema, "minItems", 1));
}

static bool in_set(const struct schema_kind *k, const char *set)
{
    return strcmp(k->set, set) == 0;
}

static json_t *names_of(const struct kinds *kinds, const char *set)
{
    json_t *names = must_have(json_array());

    for (size_t i = 0; i < kinds->len; i++)
        if (in_set(&kinds->at[i], set))
            append(names, json_string(kinds->at[i].name));
    return names;
}

static bool any_required(const struct schema_kind *k)
{
    for (size_t i = 0; i < k->args_len; i++)
        if (!k->args[i].dflt)
            return true;
    return false;
}

static json_t *kind_args(const struct schema_kind *k)
{
    json_t *args = args_schema(k->args, k->args_len);

    put(args, "description", json_string(k->help));
    return args;
}

/* The rule: if `key` is `kind`, then `then` holds. Takes `then`. */
static json_t *when(const char *key, const char *kind, json_t *then)
{
    return must_have(json_pack("{s{s{s{ss}} s[s]} so}", "if", "properties", key,
                               "const", kind, "required", key, "then", then));
}

/* Endpoints and platforms: the arguments of a kind stand beside `kind`. */
static json_t *beside_kind(const struct kinds *kinds, const char *set,
                           enum section_id id)
{
    json_t *schema = section_schema(id);
    json_t *names = names_of(kinds, set);
    json_t *cases = must_have(json_array());

    for (size_t i = 0; i < kinds->len; i++) {
        const struct schema_kind *k = &kinds->at[i];
        json_t *args;

        if (!in_set(k, set))
            continue;
        args = kind_args(k);
        put(properties_of(args), "kind", json_object());
        append(cases, when("kind", k->name, args));
    }
    (void)json_object_del(schema, "additionalProperties");
    if (json_array_size(names) > 0) {
        replace(schema, "kind", json_pack("{sO}", "enum", names));
        put(schema, "allOf", cases);
    } else {
        json_decref(cases);
    }
    json_decref(names);
    return schema;
}

static json_t *required(const char *key)
{
    return must_have(json_pack("{s[s]}", "required", key));
}

/* `at` or `after`, not both. */
static json_t *step_rules(void)
{
    return must_have(
        json_pack("[{s[o, o]}]", "oneOf", required("at"), required("after")));
}

/* The keys of targets, of which a step has at most one. */
static void add_targets(json_t *step, json_t *rules, const struct kinds *kinds)
{
    json_t *some = must_have(json_array());
    json_t *one = must_have(json_array());

    for (size_t i = 0; i < kinds->len; i++) {
        const struct schema_kind *k = &kinds->at[i];

        if (!in_set(k, "target"))
            continue;
        put(properties_of(step), k->name,
            json_pack("{ss si ss}", "type", "string", "minLength", 1,
                      "description", k->help));
        append(some, required(k->name));
        append(one, required(k->name));
    }
    append(one, json_pack("{s{sO}}", "not", "anyOf", some));
    if (json_array_size(some) > 0)
        append(rules, json_pack("{sO}", "oneOf", one));
    json_decref(some);
    json_decref(one);
}

static json_t *fault_case(const struct schema_kind *k)
{
    json_t *needs = must_have(json_array());

    if (k->target_key)
        append(needs, json_string(k->target_key));
    if (any_required(k))
        append(needs, json_string("with"));
    return when("fault", k->name,
                must_have(json_pack("{s{so} so}", "properties", "with",
                                    kind_args(k), "required", needs)));
}

static json_t *step_schema(const struct kinds *kinds)
{
    json_t *step = section_schema(SECTION_STEP);
    json_t *names = names_of(kinds, "fault");
    json_t *rules = step_rules();

    add_targets(step, rules, kinds);
    for (size_t i = 0; i < kinds->len; i++)
        if (in_set(&kinds->at[i], "fault"))
            append(rules, fault_case(&kinds->at[i]));
    if (json_array_size(names) > 0)
        replace(step, "fault", json_pack("{sO}", "enum", names));
    replace(step, "after",
            schema_pattern("[0-9]+ (delivered|acknowledged)|[A-Za-z0-9._-]+ "
                           "(landed|noticed|mended|recovered)"));
    put(step, "allOf", rules);
    json_decref(names);
    return step;
}

static json_t *check_case(const struct schema_kind *k)
{
    json_t *args = kind_args(k);

    if (!any_required(k))
        put(args, "type", json_pack("[ss]", "object", "null"));
    return must_have(json_pack("{ss ss s{so} s[s] sb}", "type", "object",
                               "description", k->help, "properties", k->name,
                               args, "required", k->name,
                               "additionalProperties", 0));
}

static json_t *expect_schema(const struct kinds *kinds)
{
    json_t *cases = must_have(json_array());
    size_t checks = 0;

    append(cases, section_schema(SECTION_RELAX));
    for (size_t i = 0; i < kinds->len; i++) {
        if (!in_set(&kinds->at[i], "check"))
            continue;
        append(cases, check_case(&kinds->at[i]));
        checks++;
    }
    if (checks == 0)
        append(cases, json_pack("{ss si si s{s[s]}}", "type", "object",
                                "minProperties", 1, "maxProperties", 1, "not",
                                "required", "relax"));
    return must_have(
        json_pack("{ss s{so}}", "type", "array", "items", "oneOf", cases));
}

static json_t *settings_schema(void)
{
    return map_of(must_have(
        json_pack("{s[sss]}", "type", "string", "number", "boolean")));
}

static json_t *topic_schema(void)
{
    json_t *topic = section_schema(SECTION_TOPIC);

    replace(topic, "config", settings_schema());
    put(topic, "type", json_pack("[ss]", "object", "null"));
    return topic;
}

static json_t *connector_schema(void)
{
    json_t *connector = section_schema(SECTION_CONNECTOR);
    json_t *config = settings_schema();

    put(config, "required", json_pack("[s]", "connector.class"));
    replace(connector, "config", config);
    return connector;
}

static json_t *guarantee_schema(void)
{
    json_t *guarantee = section_schema(SECTION_GUARANTEE);

    replace(guarantee, "duplicates",
            json_pack("{s[{ss si}, o]}", "anyOf", "type", "integer", "minimum",
                      0, schema_pattern("[0-9]+ per disturbance")));
    return guarantee;
}

static json_t *verdict_schema(void)
{
    json_t *verdict = section_schema(SECTION_VERDICT);
    json_t *findings = must_have(json_object());

    for (int i = 0; i < FINDING_ROWS; i++) {
        const struct finding_row *row = &finding_rows[i];

        if (!row->unjudged)
            put(findings, row->word,
                json_pack("{s[{s[ss]}, {ss si}] ss}", "anyOf", "enum", "all",
                          "some", "type", "integer", "minimum", 1,
                          "description", row->meaning));
    }
    replace(verdict, "findings",
            json_pack("{ss so sb}", "type", "object", "properties", findings,
                      "additionalProperties", 0));
    return verdict;
}

static json_t *flow_schema(void)
{
    return must_have(json_pack("{ss si}", "type", "string", "minLength", 1));
}

json_t *scenario_schema(const struct schema_kind *kinds, size_t n)
{
    const struct kinds all = {kinds, n};
    json_t *root = section_schema(SECTION_ROOT);

    put(root, "$schema",
        json_string("https://json-schema.org/draft/2020-12/schema"));
    put(root, "title", json_string("a scenario of ordeal"));
    replace(root, "guarantee", guarantee_schema());
    replace(root, "guarantees", map_of(guarantee_schema()));
    replace(root, "platform", beside_kind(&all, "platform", SECTION_PLATFORM));
    replace(root, "topics", map_of(topic_schema()));
    replace(root, "endpoints",
            map_of(beside_kind(&all, "endpoint", SECTION_ENDPOINT)));
    replace(root, "connectors", map_of(connector_schema()));
    replace(root, "load", one_or_list(section_schema(SECTION_LOAD)));
    replace(root, "flow", one_or_list(flow_schema()));
    replace(root, "timeline",
            json_pack("{ss so}", "type", "array", "items", step_schema(&all)));
    replace(root, "expect", expect_schema(&all));
    replace(root, "verdict", verdict_schema());
    replace(root, "timeouts", section_schema(SECTION_TIMEOUTS));
    replace(root, "vars", settings_schema());
    return root;
}
