/* bind_targets.c - targets of steps exist as far as the file can tell, and
 * endpoints take the arguments of faults. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "fault/target.h"
#include "plan/bind_own.h"

bool bind_may_change(const struct plan *p, enum fault_changes what,
                     const char *target)
{
    for (size_t i = 0; i < p->steps_len; i++)
        if ((p->steps[i].ops->changes & what) &&
            (!target || strcmp(p->steps[i].step->target, target) == 0))
            return true;
    return false;
}

/* ---- names --------------------------------------------------------------- */

/* All declared names of a kind of thing, and the word for the kind. */
struct declared {
    const char *what;
    const char **names;
    size_t len;
};

static void add_name(struct declared *d, const char *name)
{
    d->names[d->len++] = name;
}

/* Names allowed for a claim; the caller frees `names`. */
static struct declared declared_for(const struct plan *p,
                                    enum target_claims claims)
{
    const struct scenario *s = &p->scenario;
    size_t most = s->connectors_len + s->topics_len + s->endpoints_len +
                  PLATFORM_GROUPS_MAX;
    struct declared d = {.names = must_calloc(most + 1, sizeof(*d.names))};

    switch (claims) {
    case CLAIMS_NOTHING:
    case CLAIMS_BROKER:
    case CLAIMS_WORKER:
        break;
    case CLAIMS_CONNECTOR:
        d.what = "connector";
        for (size_t i = 0; i < s->connectors_len; i++)
            add_name(&d, s->connectors[i].name);
        break;
    case CLAIMS_TOPIC:
    case CLAIMS_TOPIC_OR_NEW:
        d.what = "topic";
        for (size_t i = 0; i < s->topics_len; i++)
            add_name(&d, s->topics[i].name);
        break;
    case CLAIMS_ENDPOINT:
        d.what = "endpoint";
        for (size_t i = 0; i < s->endpoints_len; i++)
            add_name(&d, s->endpoints[i].name);
        break;
    case CLAIMS_GROUP:
        d.what = "group of workers";
        for (size_t i = 0; i < p->groups_len; i++)
            if (p->groups[i].name[0])
                add_name(&d, p->groups[i].name);
        break;
    }
    return d;
}

static bool is_declared(const struct declared *d, const char *name)
{
    for (size_t i = 0; i < d->len; i++)
        if (strcmp(d->names[i], name) == 0)
            return true;
    return false;
}

/* Words may name an undeclared topic (made by a connector or by Connect), but
 * hardly with a name spelled almost like a declared topic. */
void bind_target_name(struct plan *p, const struct step *s)
{
    const struct target_ops *ops =
        s->target_key ? target_find(s->target_key) : NULL;
    struct target_claim c = {.number = -1};
    AUTO_FREE char *path = NULL;
    struct err ignored = {0};
    struct declared d;
    const char *near;

    if (!ops || target_check(ops, s->target, &c, &ignored) < 0)
        return; /* told by the check of the target's words */
    path = path_of("%s.%s", s->path, ops->key);
    d = declared_for(p, c.claims);
    near = d.what ? nearest_word(c.name, d.names, d.len) : NULL;
    if (d.what && !is_declared(&d, c.name) &&
        (near || c.claims != CLAIMS_TOPIC_OR_NEW))
        doc_complain(p->doc, path, "no %s \"%.60s\"%s", d.what, c.name,
                     did_you_mean(near));
    free(d.names);
}

/* ---- numbers: nodes, partitions, tasks ----------------------------------- */

/* "platform.workers", or -1: the platform does not say. */
static int64_t count_of_platform(const struct plan *p, const char *key)
{
    AUTO_JSON json_t *settings = args_json(
        p->platform->args, p->platform->args_len, p->platform_settings);
    const json_t *n = json_object_get(settings, key);

    return json_is_integer(n) ? json_integer_value(n) : -1;
}

static void check_broker(struct plan *p, const char *path, int number)
{
    int64_t most = count_of_platform(p, "brokers");

    if (most >= 0 && number > most)
        doc_complain(p->doc, path, "no broker-%d, platform.brokers is %d",
                     number, (int)most);
}

/* Workers of all groups are numbered through. An added worker gets the next
 * free number. */
static void check_worker(struct plan *p, const char *path, int number)
{
    int64_t most = 0;

    for (size_t i = 0; i < p->groups_len; i++)
        most += p->groups[i].workers;
    if (number <= most || !p->platform->groups ||
        bind_may_change(p, FAULT_CHANGES_WORKERS, NULL))
        return;
    if (p->groups[0].name[0])
        doc_complain(p->doc, path,
                     "no worker-%d, the groups of platform.connect have %d "
                     "workers in all",
                     number, (int)most);
    else
        doc_complain(p->doc, path, "no worker-%d, platform.workers is %d",
                     number, (int)most);
}

/* Only for declared topics: the number of partitions of other topics is not
 * known. */
static void check_partition(struct plan *p, const char *path,
                            const struct target_claim *c)
{
    size_t at = plan_station_find(p, c->name);
    const struct topic *t = at == SIZE_MAX ? NULL : p->stations[at].topic;

    if (t && c->number >= t->partitions &&
        !bind_may_change(p, FAULT_CHANGES_PARTITIONS, c->name))
        doc_complain(p->doc, path,
                     "no partition %s/%d, topics.%s.partitions is %d, counted "
                     "from 0",
                     c->name, c->number, c->name, (int)t->partitions);
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
                       const struct target_claim *c)
{
    int64_t most = tasks_max(p, c->name);

    if (most >= 0 && c->number >= most &&
        !bind_may_change(p, FAULT_CHANGES_CONFIG, c->name))
        doc_complain(p->doc, path,
                     "no task %s/%d, tasks.max of %s is %d, counted from 0",
                     c->name, c->number, c->name, (int)most);
}

/* Whether the node, partition or task of that number exists. */
static void check_number(struct plan *p, const char *path,
                         const struct target_claim *c)
{
    switch (c->claims) {
    case CLAIMS_NOTHING:
    case CLAIMS_ENDPOINT:
    case CLAIMS_GROUP:
        return;
    case CLAIMS_BROKER:
        check_broker(p, path, c->number);
        return;
    case CLAIMS_WORKER:
        check_worker(p, path, c->number);
        return;
    case CLAIMS_TOPIC:
    case CLAIMS_TOPIC_OR_NEW:
        check_partition(p, path, c);
        return;
    case CLAIMS_CONNECTOR:
        check_task(p, path, c);
        return;
    }
    abort(); /* no default: -Wswitch names a forgotten claim */
}

void bind_targets(struct plan *p)
{
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct step *s = p->steps[i].step;
        AUTO_FREE char *path =
            path_of("%s.%s", s->path, s->target_key ? s->target_key : "fault");
        struct target_claim c = {.number = -1};
        struct err ignored = {0};

        if (target_check(p->steps[i].ops->target, s->target, &c, &ignored) == 0)
            check_number(p, path, &c);
    }
}

/* ---- how an endpoint is to misbehave ------------------------------------- */

/* The endpoint's kind must take the arguments of the fault: a refusal is known
 * before anything starts. */
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
