/* bind_flow.c - loads, streams and hops out of the rows of stations. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"

void bind_complain_load(struct plan *p, size_t load, const char *key,
                        const char *fmt, ...)
{
    bool is_list = json_is_array(json_object_get(doc_root(p->doc), "load"));
    AUTO_FREE char *why = NULL;
    char path[48];
    va_list ap;

    va_start(ap, fmt);
    why = must_vprintf(fmt, ap);
    va_end(ap);
    if (is_list)
        (void)snprintf(path, sizeof(path), "load[%zu].%s", load, key);
    else
        (void)snprintf(path, sizeof(path), "load.%s", key);
    doc_complain(p->doc, path, "%s", why);
}

/* Complain about a load into an endpoint no kind of load writes into, with the
 * kinds of endpoint that can be loaded. */
static void complain_unloadable(struct plan *p, size_t load, const char *into,
                                const char *kind)
{
    size_t n, len = 0;
    const struct endpoint_ops *const *all = endpoint_all(&n);
    AUTO_FREE const char **names = must_calloc(n, sizeof(*names));
    AUTO_FREE char *choice = NULL;

    for (size_t i = 0; i < n; i++)
        if (load_into(all[i]))
            names[len++] = all[i]->name;
    choice = word_choice(names, len);
    bind_complain_load(p, load, "into",
                       "endpoint %s (%s) cannot be loaded, a %s can", into,
                       kind, choice);
}

void bind_loads(struct plan *p)
{
    const struct scenario *s = &p->scenario;
    uint32_t stream = 1;

    p->loads = must_calloc(s->loads_len, sizeof(*p->loads));
    for (size_t i = 0; i < s->loads_len; i++) {
        const struct load *l = &s->loads[i];
        size_t at = plan_station_find(p, l->into);
        const struct topic *t = p->stations[at].topic;
        struct load_item *item = &p->loads[p->loads_len++];

        *item = (struct load_item){
            .into = l->into,
            .ops = load_into(p->stations[at].ops),
            .from_us = l->from_us,
            .records = l->records,
            .rate = l->rate,
            .size = l->size,
            .keys = l->keys,
            .streams =
                t ? (int)(l->partitions ? l->partitions : t->partitions) : 1,
            .first_stream = stream,
            .json = l->format == FORMAT_JSON,
            .schema_change = (uint64_t)l->schema_change,
            .acks = (int)l->acks,
            .idempotence = l->idempotence != 0,
            .compression = l->compression,
            .transaction = l->transaction,
            .abort_share = l->abort_share,
            .timeout_us = l->timeout_us,
        };
        if (t && item->streams > t->partitions)
            bind_complain_load(p, i, "partitions",
                               "%d is more than the %d partitions of %s",
                               item->streams, (int)t->partitions, l->into);
        if (!item->ops)
            complain_unloadable(p, i, l->into, p->stations[at].ops->name);
        stream += (uint32_t)item->streams;
        p->stations[at].is_loaded = true;
    }
}

/* Whether records loaded into station `into` reach `station` over any rows of
 * `flow:`. Rows may join: a row may begin where another ends. */
static bool reaches(const struct plan *p, size_t into, size_t station)
{
    bool *wet = must_calloc(p->stations_len, sizeof(*wet));
    bool more = true, ret;

    wet[into] = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < p->scenario.flows_len; i++) {
            const struct flow *flow = &p->scenario.flows[i];

            for (size_t k = 0; k + 2 < flow->len; k += 2) {
                size_t up = plan_station_find(p, flow->names[k]);
                size_t down = plan_station_find(p, flow->names[k + 2]);

                more |= wet[up] && !wet[down];
                wet[down] |= wet[up];
            }
        }
    }
    ret = wet[station];
    free(wet);
    return ret;
}

/* The streams of every load whose records reach the hop's upstream. */
static void collect_streams(const struct plan *p, struct plan_hop *hop)
{
    size_t n = 0;

    for (size_t i = 0; i < p->loads_len; i++)
        n += (size_t)p->loads[i].streams;
    hop->streams = must_calloc(n, sizeof(*hop->streams));
    for (size_t i = 0; i < p->loads_len; i++) {
        size_t into = plan_station_find(p, p->loads[i].into);
        bool comes = reaches(p, into, hop->up);

        for (int k = 0; comes && k < p->loads[i].streams; k++)
            hop->streams[hop->streams_len++] =
                p->loads[i].first_stream + (uint32_t)k;
    }
}

static bool have_hop(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->hops_len; i++)
        if (strcmp(p->hops[i].name, name) == 0)
            return true;
    return false;
}

/* The load's own hop into a topic. Its guarantee follows from the producer's
 * settings: an idempotent producer that waits for all replicas delivers each
 * record once and in order. */
static void add_load_hop(struct plan *p, const struct flow *flow, size_t at)
{
    struct plan_hop *h = &p->hops[p->hops_len];
    bool once = true;

    *h = (struct plan_hop){.up = SIZE_MAX, .up_is_ledger = true};
    (void)snprintf(h->name, sizeof(h->name), "load -> %s", flow->names[at]);
    if (have_hop(p, h->name))
        return;
    h->down = plan_station_find(p, flow->names[at]);
    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];

        if (strcmp(l->into, flow->names[at]) != 0)
            continue;
        once &= l->idempotence && l->acks == -1;
        h->streams =
            must_realloc(h->streams, h->streams_len + (size_t)l->streams,
                         sizeof(*h->streams));
        for (int k = 0; k < l->streams; k++)
            h->streams[h->streams_len++] = l->first_stream + (uint32_t)k;
    }
    h->guarantee = (struct guarantee){
        .delivery = once ? EXACTLY_ONCE : AT_LEAST_ONCE,
        .ordering = once ? ORDER_STREAM : ORDER_NONE,
        .duplicates_per_disturbance = -1,
    };
    p->hops_len++;
}

/* Connect's name for the group, unless the connector's configuration has
 * another. */
static void set_group(struct plan *p, struct plan_hop *h)
{
    static const char key[] = "consumer.override.group.id";
    const char *name = h->connector->name;
    const json_t *given = json_object_get(h->connector->config, key);
    AUTO_FREE char *own = given ? scalar_text(given) : NULL;
    AUTO_FREE char *group =
        own && own[0] ? path_of("%s", own) : path_of("connect-%s", name);
    AUTO_FREE char *path = path_of("connectors.%s.config.%s", name, key);

    if (snprintf(h->group, sizeof(h->group), "%s", group) >=
        (int)sizeof(h->group))
        doc_complain(p->doc, path, "a group of %zu bytes, at most %zu",
                     strlen(group), sizeof(h->group) - 1);
}

static const char *dead_topic_of(const struct connector *c)
{
    const char *topic = json_string_value(
        json_object_get(c->config, "errors.deadletterqueue.topic.name"));

    return topic && topic[0] ? topic : NULL;
}

static void add_connector_hop(struct plan *p, const struct flow *flow,
                              size_t at)
{
    struct plan_hop *h = &p->hops[p->hops_len];
    const struct connector *c = plan_connector(p, flow->names[at + 1]);

    *h = (struct plan_hop){.connector = c, .dead_topic = dead_topic_of(c)};
    (void)snprintf(h->name, sizeof(h->name), "%s -> %s -> %s", flow->names[at],
                   flow->names[at + 1], flow->names[at + 2]);
    if (have_hop(p, h->name))
        return;
    h->up = plan_station_find(p, flow->names[at]);
    h->down = plan_station_find(p, flow->names[at + 2]);
    h->up_is_ledger = !p->stations[h->up].topic;
    h->by_identities = c->is_source || p->stations[h->down].topic;
    h->guarantee = scenario_guarantee(&p->scenario, p->doc, c->name);
    if (!c->is_source)
        set_group(p, h);
    collect_streams(p, h);
    p->hops_len++;
}

static bool share_streams(const struct plan_hop *a, const struct plan_hop *b)
{
    for (size_t i = 0; i < a->streams_len; i++)
        for (size_t k = 0; k < b->streams_len; k++)
            if (a->streams[i] == b->streams[k])
                return true;
    return false;
}

/* Refuse two hops whose records could not be told apart: a copy or a dead
 * letter of hop `a` would be taken for a record of hop `b`. */
static void refuse_mixed(struct plan *p, const struct plan_hop *a,
                         const struct plan_hop *b)
{
    if (!share_streams(a, b))
        return;
    if (a->down == b->down)
        doc_complain(p->doc, "flow",
                     "the same records reach %s through \"%s\" and through "
                     "\"%s\": a record there may come from either, give each "
                     "connector its own station",
                     p->stations[a->down].name, a->name, b->name);
    else if (a->connector != b->connector && a->dead_topic && b->dead_topic &&
             strcmp(a->dead_topic, b->dead_topic) == 0)
        doc_complain(p->doc, "flow",
                     "%s and %s send the same records to the dead-letter topic "
                     "%s: a record there may come from either, give each "
                     "connector its own topic",
                     a->connector->name, b->connector->name, a->dead_topic);
    else if (a->connector && a->connector == b->connector && a->up == b->up)
        doc_complain(
            p->doc, "flow",
            "%s leads from %s into %s and into %s: a scenario cannot say which "
            "record belongs in which station, use a connector for each",
            a->connector->name, p->stations[a->up].name,
            p->stations[a->down].name, p->stations[b->down].name);
}

void bind_hops(struct plan *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->scenario.flows_len; i++)
        n += p->scenario.flows[i].len;
    p->hops = must_calloc(n, sizeof(*p->hops));
    for (size_t i = 0; i < p->scenario.flows_len; i++) {
        const struct flow *flow = &p->scenario.flows[i];

        for (size_t k = 0; k < flow->len; k += 2) {
            size_t at = plan_station_find(p, flow->names[k]);

            if (p->stations[at].topic && p->stations[at].is_loaded)
                add_load_hop(p, flow, k);
            if (k + 2 < flow->len)
                add_connector_hop(p, flow, k);
        }
    }
    for (size_t i = 0; i < p->hops_len; i++)
        for (size_t k = 0; k < i; k++)
            refuse_mixed(p, &p->hops[k], &p->hops[i]);
}

void bind_plugins(struct plan *p)
{
    p->plugins = must_calloc(p->scenario.connectors_len, sizeof(*p->plugins));
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const char *plugin = p->scenario.connectors[i].plugin;
        bool known = !plugin || !plugin[0];

        for (size_t k = 0; k < p->plugins_len && !known; k++)
            known = strcmp(p->plugins[k], plugin) == 0;
        if (!known)
            p->plugins[p->plugins_len++] = plugin;
    }
}
