/* suite_plugins.c - unites the plugins of scenarios with equal workers. */
#include "cli/suite_plugins.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/look.h"
#include "base/own.h"

static bool share_a_class(const json_t *a, const json_t *b)
{
    json_t *one, *other;
    size_t i, k;

    json_array_foreach (look(a, "classes"), i, one)
        json_array_foreach (look(b, "classes"), k, other)
            if (json_equal(one, other))
                return true;
    return false;
}

static bool agree(const json_t *a, const json_t *b)
{
    if (strcmp(look_text(a, "digest"), look_text(b, "digest")) == 0)
        return true;
    return look_true(a, "services") && look_true(b, "services") &&
           !share_a_class(a, b);
}

static bool all_agree(const json_t *these, const json_t *those)
{
    json_t *a, *b;
    size_t i, k;

    json_array_foreach (these, i, a)
        json_array_foreach (those, k, b)
            if (!agree(a, b))
                return false;
    return true;
}

static bool has(const json_t *plugins, const json_t *plugin)
{
    json_t *one;
    size_t i;

    json_array_foreach (plugins, i, one)
        if (look_is(one, "digest", look_text(plugin, "digest")) &&
            look_is(one, "name", look_text(plugin, "name")))
            return true;
    return false;
}

/* Whether `used` names the class, whole or by Connect's alias: the simple name,
 * with or without the word for the kind of class. */
static bool names_class(const char *used, const char *class)
{
    static const char *const kinds[] = {"",
                                        "Connector",
                                        "SourceConnector",
                                        "SinkConnector",
                                        "Converter",
                                        "Transformation",
                                        "Predicate",
                                        "ConnectorClientConfigOverridePolicy"};
    const char *dot = strrchr(class, '.');
    const char *simple = dot ? dot + 1 : class;
    size_t len = strlen(used);

    if (strcmp(used, class) == 0)
        return true;
    if (len == 0 || strncmp(used, simple, len) != 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(simple + len, kinds[i]) == 0)
            return true;
    return false;
}

static bool offers(const json_t *plugins, const char *used)
{
    json_t *plugin, *class;
    size_t i, k;

    json_array_foreach (plugins, i, plugin)
        json_array_foreach (look(plugin, "classes"), k, class)
            if (names_class(used, json_string_value(class)))
                return true;
    return false;
}

/* Whether the scenario names a class of another scenario's plugins that the
 * scenario's own plugins lack: with nodes of its own the run would fail. */
static bool borrows(const json_t *needs, const json_t *need)
{
    json_t *used, *other;
    size_t i, k;

    json_array_foreach (look(need, "uses"), i, used) {
        const char *name = json_string_value(used);

        if (offers(look(need, "workers.plugins"), name))
            continue;
        json_array_foreach (needs, k, other)
            if (offers(look(other, "workers.plugins"), name))
                return true;
    }
    return false;
}

/* The needs without the plugins. New. */
static json_t *without_plugins(const json_t *need)
{
    json_t *copy = json_copy(look(need, "workers"));

    (void)json_object_del(copy, "plugins");
    return json_pack("{s:O*, s:o?}", "brokers", look(need, "brokers"), "rest",
                     copy);
}

/* Unite scenario i with a group of earlier scenarios, else begin a group.
 * groups: [{"like": without_plugins(), "plugins": []}]. Returns the group,
 * borrowed. */
static json_t *join(json_t *groups, const json_t *need)
{
    AUTO_JSON json_t *like = without_plugins(need);
    json_t *plugins = look(need, "workers.plugins"), *group = NULL, *one;
    size_t i;

    json_array_foreach (groups, i, group)
        if (json_equal(look(group, "like"), like) &&
            all_agree(look(group, "plugins"), plugins))
            break;
    if (i == json_array_size(groups)) {
        group = json_pack("{s:O, s:[]}", "like", like, "plugins");
        (void)json_array_append_new(groups, group);
    }
    json_array_foreach (plugins, i, one)
        if (!has(look(group, "plugins"), one))
            (void)json_array_append(look(group, "plugins"), one);
    return look(group, "plugins");
}

json_t *suite_plugins(const json_t *needs)
{
    AUTO_JSON json_t *groups = json_array();
    json_t *all = json_array(), *need;
    size_t i;

    json_array_foreach (needs, i, need) {
        json_t *own = look(need, "workers.plugins");

        (void)json_array_append(all, !own ? json_null()
                                     : borrows(needs, need)
                                         ? own
                                         : join(groups, need));
    }
    return all;
}
