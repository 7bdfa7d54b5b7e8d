/* bind_cross.c - sections that refer to each other: topics and endpoints that a
 * connector must name, its dead-letter topic, keys needed by a station. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"

/* ---- topics read by a sink ----------------------------------------------- */

/* Connect takes blanks beside the commas. */
static bool list_has(const char *list, const char *name)
{
    static const char blanks[] = " \t\r\n";
    size_t want = strlen(name);

    for (;;) {
        size_t len = strcspn(list, ",");
        const char *at = list + strspn(list, blanks);
        size_t n = len > (size_t)(at - list) ? len - (size_t)(at - list) : 0;

        while (n > 0 && strchr(blanks, at[n - 1]))
            n--;
        if (n == want && memcmp(at, name, n) == 0)
            return true;
        if (!list[len])
            return false;
        list += len + 1;
    }
}

/* The sink would stand idle, and the run end with everything unseen. */
static void check_reads(struct plan *p, const struct plan_hop *h)
{
    const char *name = h->connector->name;
    const json_t *config = h->connector->config;
    const json_t *value = json_object_get(config, "topics");
    AUTO_FREE char *topics = value ? scalar_text(value) : NULL;
    AUTO_FREE char *path = path_of("connectors.%s.config.topics", name);

    if (!topics || strstr(topics, "${") ||
        json_object_get(config, "topics.regex") ||
        bind_may_change(p, FAULT_CHANGES_CONFIG, name))
        return;
    if (!list_has(topics, p->stations[h->up].name))
        doc_complain(p->doc, path,
                     "\"%.120s\" does not name %s, which flow reads", topics,
                     p->stations[h->up].name);
}

/* The first setting of a connector whose value has `text`; NULL: none. */
static const char *setting_with(const json_t *config, const char *text)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)config, key, value)
        if (json_is_string(value) && strstr(json_string_value(value), text))
            return key;
    return NULL;
}

/* The setting with "${NAME." of an endpoint, any at all; NULL: none. */
static const char *names_endpoint(const struct plan *p, const json_t *config)
{
    const char *key = NULL;

    for (size_t i = 0; i < p->stations_len && !key; i++) {
        AUTO_FREE char *text = path_of("${%s.", p->stations[i].name);

        key = p->stations[i].topic ? NULL : setting_with(config, text);
    }
    return key;
}

/* The connector would read or write elsewhere, and the run end with everything
 * unseen. Certain only if a setting names another place while none has the name
 * of the endpoint: a plain path or address may be the endpoint's, and a
 * provider or the connector itself may know the endpoint. The address of a http
 * endpoint is drawn for each run, so that no fixed URL leads to the
 * endpoint. */
static void check_reaches(struct plan *p, const struct plan_hop *h,
                          size_t station, const char *way)
{
    const struct plan_station *s = &p->stations[station];
    const char *name = h->connector->name;
    const json_t *config = h->connector->config;
    const char *key = names_endpoint(p, config);
    AUTO_FREE char *path = NULL;

    if (!key && strcmp(s->ops->name, "http") == 0 &&
        !setting_with(config, "${"))
        key = setting_with(config, "://");
    if (s->topic || !key || setting_with(config, s->name) ||
        bind_may_change(p, FAULT_CHANGES_CONFIG, name))
        return;
    path = path_of("connectors.%s.config.%s", name, key);
    doc_complain(p->doc, path,
                 "\"%.120s\" and every other setting of %s leave out %s, %s: "
                 "write ${%s.%s}",
                 json_string_value(json_object_get(config, key)), name, s->name,
                 way, s->name, s->ops->properties[0]);
}

void bind_reads(struct plan *p)
{
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];

        if (h->connector && p->stations[h->up].topic &&
            !p->stations[h->down].topic)
            check_reads(p, h);
        if (h->connector) {
            check_reaches(p, h, h->up, "which flow reads");
            check_reaches(p, h, h->down, "which flow writes");
        }
    }
}

/* ---- dead letters -------------------------------------------------------- */

/* The harness reads a dead-letter topic like a declared topic, so the name is
 * checked as early. */
void bind_dead_letters(struct plan *p)
{
    const struct endpoint_ops *ops = endpoint_find("topic");

    for (size_t i = 0; i < p->hops_len; i++) {
        struct plan_hop *h = &p->hops[i];
        AUTO_FREE char *path = NULL;
        AUTO_JSON json_t *with = NULL;

        if (!h->dead_topic)
            continue;
        /* args_read() adds the key, "topic" */
        path = path_of("connectors.%s.config.errors.deadletterqueue",
                       h->connector->name);
        with = json_pack("{s:s}", "topic", h->dead_topic);
        json_array_append(p->kept, with);
        h->dead_settings = must_calloc(1, ops->settings_size);
        args_read(ops->args, ops->args_len, with, p->doc, path,
                  h->dead_settings);
    }
}

/* ---- keys ---------------------------------------------------------------- */

static bool has_keys(const struct plan *p, uint32_t stream)
{
    for (size_t i = 0; i < p->loads_len; i++)
        if (stream >= p->loads[i].first_stream &&
            stream - p->loads[i].first_stream < (uint32_t)p->loads[i].streams)
            return p->loads[i].keys > 0;
    return false;
}

void bind_rows(struct plan *p)
{
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];
        const struct plan_station *s = &p->stations[h->down];
        AUTO_FREE char *path = path_of("endpoints.%s.keyed", s->name);
        bool all = true;

        for (size_t k = 0; k < h->streams_len; k++)
            all = all && has_keys(p, h->streams[k]);
        if (!all && plan_station_keeps_rows(s))
            doc_complain(p->doc, path,
                         "a load on the way there writes records without keys, "
                         "write keys: 100 in the load");
    }
}
