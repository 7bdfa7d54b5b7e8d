/* isolation.c - what a run has left behind, from a look at the nodes. */
#include "verdict/isolation.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/look.h"
#include "base/own.h"

/* Takes `text`. */
static void add(json_t *to, const char *kind, json_t *text)
{
    (void)json_array_append_new(
        to, json_pack("{s:s, s:o}", "kind", kind, "text", text));
}

static bool is_among(const json_t *names, const char *name)
{
    json_t *one;
    size_t i;

    json_array_foreach (names, i, one)
        if (strcmp(json_string_value(one), name) == 0)
            return true;
    return false;
}

/* Topics made by brokers for internal use, by org.apache.kafka.common.
 * internals.Topic and, for KRaft's metadata, KIP-500. */
static bool is_of_kafka(const char *topic)
{
    static const char *const all[] = {
        "__consumer_offsets", "__transaction_state", "__share_group_state",
        "__cluster_metadata"};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i], topic) == 0)
            return true;
    return false;
}

static void unite(json_t *names, const json_t *more)
{
    json_t *one;
    size_t i;

    json_array_foreach (more, i, one)
        if (json_is_string(one) && !is_among(names, json_string_value(one)))
            (void)json_array_append(names, one);
}

void isolation_add_ours(json_t *ours, const json_t *earlier)
{
    unite(json_object_get(ours, "topics"), look(earlier, "topics"));
    unite(json_object_get(ours, "groups"), look(earlier, "groups"));
}

static void topics(const json_t *look_at, json_t *to)
{
    const json_t *ours = look(look_at, "ours.topics");
    json_t *one;
    size_t i;

    json_array_foreach (look(look_at, "topics"), i, one) {
        const char *name = json_string_value(one);

        if (!is_of_kafka(name) && !is_among(ours, name))
            add(to, "topic", json_sprintf("topic %s is left", name));
    }
}

static void groups(const json_t *look_at, json_t *to)
{
    const json_t *ours = look(look_at, "ours.groups");
    json_t *one;
    size_t i;

    json_array_foreach (look(look_at, "groups"), i, one) {
        const char *name = look_text(one, "name");
        int members = (int)look_int(one, "members");

        if (is_among(ours, name))
            continue;
        if (members < 0)
            add(to, "group", json_sprintf("group %s is left", name));
        else
            add(to, "group",
                json_sprintf("group %s is left, with %d member%s", name,
                             members, members == 1 ? "" : "s"));
    }
}

static void connectors(const json_t *look_at, json_t *to)
{
    json_t *one;
    size_t i;

    json_array_foreach (look(look_at, "connectors"), i, one)
        add(to, "connector",
            json_sprintf("connector %s is left", json_string_value(one)));
}

static void offsets(const json_t *look_at, json_t *to)
{
    json_t *one;
    size_t i;

    json_array_foreach (look(look_at, "offsets"), i, one) {
        AUTO_FREE char *partition =
            json_dumps(look(one, "partition"),
                       JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

        add(to, "source-offset",
            json_sprintf("connector %s has left a source offset of %s",
                         look_text(one, "connector"),
                         partition ? partition : "an unknown partition"));
    }
}

/* An entry of `now` missing in `before`, or with another value there. */
static void changed(const json_t *now, const json_t *before, const char *broker,
                    json_t *to)
{
    json_t *value;
    const char *name;

    json_object_foreach ((json_t *)now, name, value)
        if (!json_equal(value, json_object_get(before, name)))
            add(to, "broker-config",
                json_sprintf("broker %s is left with %s=%s", broker, name,
                             json_string_value(value)));
    json_object_foreach ((json_t *)before, name, value)
        if (!json_object_get(now, name))
            add(to, "broker-config",
                json_sprintf("broker %s is left without %s=%s", broker, name,
                             json_string_value(value)));
}

static void configs(const json_t *look_at, json_t *to)
{
    const json_t *before = look(look_at, "configs_before");
    json_t *all = look(look_at, "configs"), *of_broker;
    const char *broker;

    json_object_foreach (all, broker, of_broker)
        changed(of_broker, json_object_get(before, broker), broker, to);
}

static void sentences(const json_t *look_at, const char *member,
                      const char *kind, json_t *to)
{
    json_t *one;
    size_t i;

    json_array_foreach (look(look_at, member), i, one)
        add(to, kind, json_incref(one));
}

json_t *isolation_findings(const json_t *look_at)
{
    json_t *to = json_array();

    topics(look_at, to);
    groups(look_at, to);
    connectors(look_at, to);
    offsets(look_at, to);
    configs(look_at, to);
    sentences(look_at, "acls", "acl", to);
    sentences(look_at, "clients", "client", to);
    sentences(look_at, "nodes", "node", to);
    sentences(look_at, "faults", "fault", to);
    sentences(look_at, "late", "late", to);
    sentences(look_at, "unknown", "unknown", to);
    return to;
}
