/* bind_cross.c - sections that refer to each other: topics read by a sink, keys
 * needed by a station, the nodes, partitions and tasks a step is aimed at. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"

/* Whether a step of the timeline may change `what` of `target` (NULL: of
 * anything), so that the file alone does not settle how many exist. */
static bool may_change(const struct plan *p, enum fault_changes what,
                       const char *target)
{
    for (size_t i = 0; i < p->steps_len; i++)
        if ((p->steps[i].ops->changes & what) &&
            (!target || strcmp(p->steps[i].step->target, target) == 0))
            return true;
    return false;
}

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
        may_change(p, FAULT_CHANGES_CONFIG, name))
        return;
    if (!list_has(topics, p->stations[h->up].name))
        doc_complain(p->doc, path,
                     "\"%.120s\" does not name %s, which flow reads", topics,
                     p->stations[h->up].name);
}

void bind_reads(struct plan *p)
{
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];

        if (h->connector && p->stations[h->up].topic &&
            !p->stations[h->down].topic)
            check_reads(p, h);
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

/* ---- targets of steps ---------------------------------------------------- */

/* "platform.workers", or -1: the platform does not say. */
static int64_t count_of_platform(const struct plan *p, const char *key)
{
    AUTO_JSON json_t *settings = args_json(
        p->platform->args, p->platform->args_len, p->platform_settings);
    const json_t *n = json_object_get(settings, key);

    return json_is_integer(n) ? json_integer_value(n) : -1;
}

static void check_node(struct plan *p, const char *path, const char *role,
                       int number)
{
    AUTO_FREE char *key = path_of("%ss", role);
    int64_t most = count_of_platform(p, key);

    if (most >= 0 && number > most)
        doc_complain(p->doc, path, "no %s-%d, platform.%s is %d", role, number,
                     key, (int)most);
}

/* An added worker gets the next free number. */
static void check_worker(struct plan *p, const char *path, int number)
{
    if (!may_change(p, FAULT_CHANGES_WORKERS, NULL))
        check_node(p, path, "worker", number);
}

/* Only for declared topics: the number of partitions of other topics is not
 * known. */
static void check_partition(struct plan *p, const char *path,
                            const struct target_number *n)
{
    size_t at = plan_station_find(p, n->of);
    const struct topic *t = at == SIZE_MAX ? NULL : p->stations[at].topic;

    if (t && n->number >= t->partitions &&
        !may_change(p, FAULT_CHANGES_PARTITIONS, n->of))
        doc_complain(
            p->doc, path,
            "no partition %s/%d, topics.%s.partitions is %d, counted from 0",
            n->of, n->number, n->of, (int)t->partitions);
}

/* tasks.max as Connect reads the value; -1: the file does not settle the number
 * of tasks. */
static int64_t tasks_max(const struct plan *p, const char *connector)
{
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const struct connector *c = &p->scenario.connectors[i];
        const json_t *value = json_object_get(c->config, "tasks.max");
        AUTO_FREE char *text = value ? scalar_text(value) : path_of("1");
        char *end;
        long n;

        if (strcmp(c->name, connector) != 0)
            continue;
        if (json_object_get(c->config, "tasks.max.enforce"))
            return -1; /* Connect then allows more tasks */
        n = text ? strtol(text, &end, 10) : -1;
        return text && *text && !*end ? n : -1;
    }
    return -1;
}

static void check_task(struct plan *p, const char *path,
                       const struct target_number *n)
{
    int64_t most = tasks_max(p, n->of);

    if (most >= 0 && n->number >= most &&
        !may_change(p, FAULT_CHANGES_CONFIG, n->of))
        doc_complain(p->doc, path,
                     "no task %s/%d, tasks.max of %s is %d, counted from 0",
                     n->of, n->number, n->of, (int)most);
}

void bind_targets(struct plan *p)
{
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct plan_step *s = &p->steps[i];
        const char *key = fault_target_key(s->ops->target);
        AUTO_FREE char *path =
            path_of("%s.%s", s->step->path, key ? key : "fault");
        struct target_number n;

        target_number(s->ops->target, s->step->target, &n);
        switch (n.counts) {
        case COUNTS_NOTHING:
            break;
        case COUNTS_BROKERS:
            check_node(p, path, "broker", n.number);
            break;
        case COUNTS_WORKERS:
            check_worker(p, path, n.number);
            break;
        case COUNTS_PARTITIONS:
            check_partition(p, path, &n);
            break;
        case COUNTS_TASKS:
            check_task(p, path, &n);
            break;
        }
    }
}

/* ---- how an endpoint is to misbehave ------------------------------------- */

/* The endpoint's kind takes the arguments of the fault, or says which it does
 * not take: what a kind refuses is known before anything starts. */
static void check_behaviour(struct plan *p, const struct plan_step *s,
                            const struct behaviour *b)
{
    AUTO_JSON json_t *with = args_json(s->ops->args, s->ops->args_len, s->args);
    AUTO_FREE void *values = must_calloc(1, b->size);
    AUTO_FREE char *path = path_of("%s.with", s->step->path);
    struct err err = {0};

    if (args_read(b->args, b->args_len, with, p->doc, path, values) == 0 &&
        b->refuse && b->refuse(values, &err) < 0)
        doc_complain(p->doc, path, "%s", err.text);
}

void bind_behaviours(struct plan *p)
{
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct plan_step *s = &p->steps[i];
        size_t at = s->ops->behaviour ? plan_station_find(p, s->step->target)
                                      : SIZE_MAX;
        const struct behaviour *b =
            at == SIZE_MAX
                ? NULL
                : endpoint_behaviour(p->stations[at].ops, s->ops->behaviour);

        if (b) /* else plan_able() says so */
            check_behaviour(p, s, b);
    }
}
