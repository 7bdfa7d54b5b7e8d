/* start_flow.c - topics, endpoints, observer, connectors, load: the flow is
 * made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "engine/may_go_on_own.h"
#include "engine/phases_own.h"
#include "engine/standing_own.h"
#include "engine/tell_own.h"
#include "engine/workers_own.h"
#include "plan/fill.h"

/* The longest wait for a single answer; between two waits the run may find that
 * no answer can come. */
enum { PATIENCE_US = 10 * US_PER_S };

/* Ask until an answer comes, `limit_us` is over, or the run may not go on. A
 * request without an answer may have been carried out, so `ask` must accept
 * that its work is done already. */
static int ask_for(struct run *r, int64_t limit_us, const void *what,
                   int (*ask)(struct run *r, const void *what,
                              int64_t timeout_us, struct err *err),
                   struct err *err)
{
    int64_t until_us = clk_now(&r->world.clk) + limit_us;
    int64_t left_us = limit_us;
    int rc;

    for (;;) {
        struct err gone = {0};

        rc = ask(r, what, left_us < PATIENCE_US ? left_us : PATIENCE_US, err);
        left_us = until_us - clk_now(&r->world.clk);
        if (rc == -ETIMEDOUT && left_us <= 0)
            return err_context(err, "asked for %.0fs",
                               (double)limit_us / US_PER_S);
        if (rc != -ETIMEDOUT)
            return rc;
        *err = (struct err){0};
        if (run_may_go_on(r, &gone) < 0)
            return err_set(err, gone.code, "%s", gone.text);
    }
}

static int make_topic(struct run *r, const void *what, int64_t timeout_us,
                      struct err *err)
{
    const struct topic *t = what;
    int replicas = (int)t->replicas;
    int32_t ids[NODES_MAX];
    size_t brokers = 1;

    if (replicas == 0) {
        if (kafka_brokers(r->world.cluster.admin, ids, NODES_MAX, &brokers,
                          timeout_us, err) < 0)
            return err->code;
        replicas = brokers < 3 ? (int)brokers : 3;
    }
    return kafka_create_topic(r->world.cluster.admin, t->name,
                              (int)t->partitions, replicas, t->config,
                              timeout_us, err); /* the error names the topic */
}

static int make_topics(struct run *r, struct err *err)
{
    const struct scenario *s = &r->given.plan->scenario;

    for (size_t i = 0; i < s->topics_len; i++)
        if (ask_for(r, s->timeouts.node_up_us, &s->topics[i], make_topic, err) <
            0)
            return err->code;
    return 0;
}

static int open_endpoint(struct run *r, size_t i, struct err *err)
{
    const struct plan_station *s = &r->given.plan->stations[i];
    struct open_station *sr = &r->world.stations[i];

    sr->work_dir = path_of("%s/work/%s", r->given.spec->dir, s->name);
    sr->env = (struct endpoint_env){
        .name = s->name,
        .settings = s->settings,
        .nodes = r->given.spec->verify_only ? NULL : r->world.nodes,
        .work_dir = sr->work_dir,
        .logs_dir = r->world.platform_env.logs_dir,
        .program_dir = r->given.spec->program_dir,
        .kafka = &r->world.cluster.access,
        .open_transaction_us =
            limits_open_transaction_us(&r->facts.limits, r->given.plan),
        .stands = run_is_of_use,
        .stands_ctx = r,
        .clk = &r->world.clk,
        .events = &r->told.events,
    };
    if (mkdir_all(sr->work_dir, err) < 0 ||
        s->ops->open(&sr->env, r->given.spec->verify_only, &sr->endpoint, err) <
            0)
        return err_context(err, "%s", s->name);
    return 0;
}

static int open_endpoints(struct run *r, struct err *err)
{
    size_t n = r->given.plan->stations_len;

    r->world.field_endpoints = calloc(n + 1, sizeof(*r->world.field_endpoints));
    if (!r->world.field_endpoints)
        return err_set(err, -ENOMEM, "no memory");
    for (size_t i = 0; i < n; i++) {
        if (r->facts.topics_gone && r->given.plan->stations[i].topic)
            continue;
        if (open_endpoint(r, i, err) < 0)
            return err->code;
        r->world.field_endpoints[i] = (struct field_endpoint){
            r->given.plan->stations[i].name, r->world.stations[i].endpoint};
    }
    r->world.field.endpoints = r->world.field_endpoints;
    r->world.field.endpoints_len = n;
    return 0;
}

/* Whether records of the stream come to the station: loaded into the station,
 * or over a hop. */
static bool leads_to(const struct plan *p, const struct load_item *l,
                     uint32_t stream, size_t station)
{
    if (strcmp(l->into, p->stations[station].name) == 0)
        return true;
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];

        for (size_t k = 0; h->down == station && k < h->streams_len; k++)
            if (h->streams[k] == stream)
                return true;
    }
    return false;
}

/* Order is judged per key only if every hop into the station promises order per
 * key and nothing more. */
static bool ordered_by_key(const struct plan *p, size_t station)
{
    bool any = false;

    for (size_t i = 0; i < p->hops_len; i++) {
        if (p->hops[i].down != station)
            continue;
        if (p->hops[i].guarantee.ordering != ORDER_KEY)
            return false;
        any = true;
    }
    return any;
}

/* A station that keeps rows is compared with the last version of each key
 * upstream, so both ends of the hop note rows. */
static bool notes_rows(const struct plan *p, size_t station)
{
    bool any = plan_station_keeps_rows(&p->stations[station]);

    for (size_t i = 0; i < p->hops_len; i++)
        any = any || (p->hops[i].up == station &&
                      plan_station_keeps_rows(&p->stations[p->hops[i].down]));
    return any;
}

/* A station is counted by the streams that lead to the station. Any other
 * stream counts as misrouted. */
static void make_tally_spec(struct run *r, size_t station)
{
    const struct plan *p = r->given.plan;
    struct station_facts *s = &r->facts.stations[station];
    size_t n = 0;

    for (size_t i = 0; i < p->loads_len; i++)
        n += (size_t)p->loads[i].streams;
    s->streams = calloc(n + 1, sizeof(*s->streams));
    if (!s->streams)
        abort();
    n = 0;
    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];

        for (uint32_t k = 0; k < (uint32_t)l->streams; k++)
            if (leads_to(p, l, l->first_stream + k, station))
                s->streams[n++] = (struct tally_stream_spec){
                    .stream = l->first_stream + k,
                    .payload_len = load_payload_len(l->size, l->json),
                    .keys = (uint32_t)l->keys,
                };
    }
    s->spec = (struct tally_spec){.run = r->given.spec->number,
                                  .streams = s->streams,
                                  .streams_len = n,
                                  .stamps = STAMPS_ONE,
                                  .rows = notes_rows(p, station),
                                  .by_key = ordered_by_key(p, station)};
}

static int start_observer(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;
    const struct platform_ops *ops = r->world.platform->ops;
    AUTO_FREE struct observer_topic *topics =
        calloc(p->stations_len + 1, sizeof(*topics));
    struct observer_spec spec = {
        .kafka = &r->world.cluster.access,
        .topics = topics,
        .consumer_offsets = (ops->can & PLATFORM_CAN_OFFSETS_TOPIC) != 0,
        .clk = &r->world.clk,
        .events = &r->told.events,
        .worker_at = run_worker_at,
        .ctx = r,
    };

    if (!topics)
        return err_set(err, -ENOMEM, "no memory");
    for (size_t i = 0; i < p->stations_len; i++)
        if (p->stations[i].topic)
            topics[spec.topics_len++] = (struct observer_topic){
                p->stations[i].name, &r->facts.stations[i].spec};
    if (ops->connect_topic) {
        spec.status_topic = ops->connect_topic(r->world.platform, "status");
        spec.config_topic = ops->connect_topic(r->world.platform, "config");
        spec.offsets_topic = ops->connect_topic(r->world.platform, "offsets");
    }
    if (observer_start(&spec, &r->world.cluster.observer, err) < 0)
        return err->code;
    r->world.field.observer = r->world.cluster.observer;
    return 0;
}

static int start_sampler(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;
    struct endpoint **endpoints =
        calloc(p->stations_len + 1, sizeof(struct endpoint *));
    struct sampler_spec spec = {.plan = p,
                                .endpoints = endpoints,
                                .observer = r->world.cluster.observer,
                                .clk = &r->world.clk};

    if (!endpoints)
        return err_set(err, -ENOMEM, "no memory");
    for (size_t i = 0; i < p->stations_len; i++)
        endpoints[i] =
            r->world.stations[i].endpoint; /* lives with the engine */
    return sampler_start(&spec, &r->world.sampler, err);
}

/* The endpoint property named "shop.url" (len bytes at `at`); NULL: no such
 * property. */
static const char *property_named(void *ctx, const char *at, size_t len)
{
    struct run *r = ctx;
    const char *dot = memchr(at, '.', len);

    for (size_t i = 0; dot && i < r->given.plan->stations_len; i++) {
        const char *name = r->given.plan->stations[i].name;
        struct endpoint *e = r->world.stations[i].endpoint;
        AUTO_FREE char *key = NULL;

        if (strlen(name) != (size_t)(dot - at) ||
            memcmp(name, at, (size_t)(dot - at)) != 0)
            continue;
        key = path_of("%.*s", (int)(at + len - dot - 1), dot + 1);
        return e->ops->property ? e->ops->property(e, key) : NULL;
    }
    return NULL;
}

/* Arguments may name properties of endpoints, such as the port, and a port is
 * only known once the endpoint is open. */
static int fill_steps(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;

    r->world.step_texts = json_array();
    r->world.step_args = calloc(p->steps_len + 1, sizeof(void *));
    if (!r->world.step_args)
        return err_set(err, -ENOMEM, "no memory");
    for (size_t i = 0; i < p->steps_len; i++)
        if (plan_fill_args(p, i, property_named, r, r->world.step_texts,
                           &r->world.step_args[i], err) < 0)
            return err->code;
    return 0;
}

static json_t *filled_config(struct run *r, const struct connector *c,
                             struct err *err)
{
    json_t *config = json_object();
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)c->config, key, value) {
        AUTO_FREE char *text = NULL;

        if (json_is_string(value))
            text = fill(json_string_value(value), property_named, r, err);
        else
            text = scalar_text(value);
        json_object_set_new(config, key, json_string(text ? text : ""));
    }
    json_object_set_new(config, "name", json_string(c->name));
    return config;
}

struct await {
    struct run *r;
    const struct connector *connector;
};

/* The first line of a stack trace, and the innermost cause at the end of the
 * trace. */
static int task_failed(const char *trace, struct err *err)
{
    static const char mark[] = "Caused by: ";
    const char *cause = NULL;

    for (const char *at = trace; (at = strstr(at, mark)) != NULL;)
        cause = at += sizeof(mark) - 1;
    return err_set(err, -EPROTO, "a task failed: %.*s%s%.*s",
                   (int)strcspn(trace, "\r\n"), trace,
                   cause ? "; caused by " : "",
                   cause ? (int)strcspn(cause, "\r\n") : 0, cause ? cause : "");
}

/* Whether Connect reports the connector and all tasks as RUNNING. A task that
 * FAILED at the start will not recover by waiting. */
static int is_running(void *ctx, struct err *err)
{
    struct await *a = ctx;
    AUTO_JSON json_t *status = NULL;
    const char *trace = NULL;

    if (run_may_go_on(a->r, err) < 0)
        return err->code;
    run_progress(a->r);
    if (connect_status(a->r->world.cluster.connect, a->connector->name, &status,
                       5 * US_PER_S, err) < 0)
        return 0; /* no answer yet; err has the reason if the time runs out */
    if (connect_all_in_state(status, "RUNNING", &trace))
        return 1;
    if (trace)
        return task_failed(trace, err);
    return 0;
}

struct configured {
    const char *name;
    const json_t *config;
};

static int put_connector(struct run *r, const void *what, int64_t timeout_us,
                         struct err *err)
{
    const struct configured *c = what;

    return connect_put(r->world.cluster.connect, c->name, c->config, timeout_us,
                       err);
}

static int start_connector(struct run *r, const struct connector *c,
                           struct err *err)
{
    AUTO_JSON json_t *config = filled_config(r, c, err);
    AUTO_FREE char *what = path_of("connector %s RUNNING", c->name);
    int64_t limit = r->given.plan->scenario.timeouts.connector_running_us;
    struct await a = {r, c};

    if (err->code)
        return err_context(err, "connector %s", c->name);
    if (ask_for(r, limit, &(struct configured){c->name, config}, put_connector,
                err) < 0)
        return err_context(err, "connector %s", c->name);
    return wait_until(&r->world.clk, is_running, &a, 100 * US_PER_MS,
                      clk_now(&r->world.clk) + limit, what, err);
}

/* Loads into files append to open endpoints. */
static void fill_loads(struct run *r)
{
    const struct plan *p = r->given.plan;

    r->world.loads = calloc(p->loads_len + 1, sizeof(*r->world.loads));
    if (!r->world.loads)
        abort();
    for (size_t i = 0; i < p->loads_len; i++) {
        size_t at = plan_station_find(p, p->loads[i].into);

        r->world.loads[i] = p->loads[i];
        if (!p->stations[at].topic)
            r->world.loads[i].file = r->world.stations[at].endpoint;
    }
}

static int start_load(struct run *r, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/ledger.bin", r->given.spec->dir);
    struct load_spec spec = {
        .run = r->given.spec->number,
        .seed = r->given.spec->seed,
        .ledger_path = path,
        .kafka = &r->world.cluster.access,
        .items_len = r->given.plan->loads_len,
        .clk = &r->world.clk,
        .events = &r->told.events,
    };

    fill_loads(r);
    spec.items = r->world.loads;
    if (load_start(&spec, &r->world.load, err) < 0)
        return err_context(err, "load");
    r->facts.load_began_us = clk_now(&r->world.clk);
    r->facts.pressure_before = pressure_now();
    sampler_load(r->world.sampler, r->world.load);
    return 0;
}

int run_start_flow(struct run *r, struct err *err)
{
    const struct scenario *s = &r->given.plan->scenario;

    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        make_tally_spec(r, i);
    if (r->given.spec->verify_only)
        return open_endpoints(r, err);
    run_phase(r, "connect", s->timeouts.connector_running_us);
    if (make_topics(r, err) < 0 || open_endpoints(r, err) < 0 ||
        fill_steps(r, err) < 0 || run_introduce_workers(r, err) < 0 ||
        start_observer(r, err) < 0 || start_sampler(r, err) < 0)
        return err->code;
    for (size_t i = 0; i < s->connectors_len; i++)
        if (start_connector(r, &s->connectors[i], err) < 0)
            return err->code;
    run_phase(r, "warm-up", s->warm_up_us);
    return start_load(r, err);
}
