/* start_flow.c - topics, endpoints, observer, sampler, connectors, load. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/counting_own.h"
#include "engine/phases_own.h"
#include "engine/standing_own.h"
#include "engine/start_flow_own.h"
#include "engine/tell_own.h"
#include "engine/workers_own.h"

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
        if (run_ask_for(r, s->timeouts.node_up_us, &s->topics[i], make_topic,
                        err) < 0)
            return err->code;
    return 0;
}

static int open_endpoint(struct run *r, size_t i, struct err *err)
{
    const struct plan_station *s = &r->given.plan->stations[i];
    struct open_station *sr = &r->world.stations[i];
    AUTO_FREE char *logs =
        run_node_logs(r->given.spec->dir, r->given.spec->verify_only);

    sr->work_dir = path_of("%s/work/%s", r->given.spec->dir, s->name);
    sr->env = (struct endpoint_env){
        .name = s->name,
        .settings = s->settings,
        .nodes = r->given.spec->verify_only ? NULL : r->world.nodes,
        .work_dir = sr->work_dir,
        .logs_dir = logs,
        .program_dir = r->given.spec->program_dir,
        .kafka = &r->world.cluster.access,
        .open_transaction_us =
            limits_open_transaction_us(r->facts.limits, r->given.plan),
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

    r->world.field_endpoints =
        must_calloc(n, sizeof(*r->world.field_endpoints));
    for (size_t i = 0; i < n; i++) {
        if (r->facts.topics_gone &&
            station_is_in_cluster(&r->given.plan->stations[i]))
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

enum { CONNECT_TOPICS_MAX = 3 * PLATFORM_GROUPS_MAX };

/* The internal topics of every group of workers, as far as the platform names
 * them. Returns their number. */
static size_t connect_topics(const struct run *r,
                             const char *out[CONNECT_TOPICS_MAX])
{
    static const char *const which[] = {"status", "config", "offsets"};
    struct platform *p = r->world.platform;
    size_t n = 0;

    for (size_t i = 0; p->ops->connect_topic && i < r->given.plan->groups_len;
         i++)
        for (size_t k = 0; k < ARRAY_LEN(which); k++) {
            out[n] = p->ops->connect_topic(p, r->given.plan->groups[i].name,
                                           which[k]);
            n += out[n] != NULL;
        }
    return n;
}

/* The brokers' offsets topic is observed only where the platform has it. */
static int start_observer(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;
    const struct platform_ops *ops = r->world.platform->ops;
    AUTO_FREE struct observer_topic *topics =
        must_calloc(p->stations_len, sizeof(*topics));
    AUTO_FREE char *work_dir = path_of("%s/work", r->given.spec->dir);
    const char *internal[CONNECT_TOPICS_MAX];
    struct observer_spec spec = {
        .work_dir = work_dir,
        .kafka = &r->world.cluster.access,
        .topics = topics,
        .connect_topics = internal,
        .consumer_offsets = (ops->can & PLATFORM_CAN_OFFSETS_TOPIC) != 0,
        .internal_from_now = r->given.spec->world.ordinal > 1,
        .clk = &r->world.clk,
        .events = &r->told.events,
        .worker_at = run_worker_at,
        .ctx = r,
    };

    for (size_t i = 0; i < p->stations_len; i++)
        if (station_is_tailed(&p->stations[i]))
            topics[spec.topics_len++] = (struct observer_topic){
                p->stations[i].name, &r->facts.stations[i].spec};
    spec.connect_topics_len = connect_topics(r, internal);
    if (observer_start(&spec, &r->world.cluster.observer, err) < 0)
        return err->code;
    r->world.field.observer = r->world.cluster.observer;
    r->facts.observed = true;
    return 0;
}

static int start_sampler(struct run *r, struct err *err)
{
    const struct plan *p = r->given.plan;
    struct endpoint **endpoints =
        must_calloc(p->stations_len, sizeof(struct endpoint *));
    struct sampler_spec spec = {.plan = p,
                                .endpoints = endpoints,
                                .observer = r->world.cluster.observer,
                                .clk = &r->world.clk};

    for (size_t i = 0; i < p->stations_len; i++)
        endpoints[i] =
            r->world.stations[i].endpoint; /* lives with the engine */
    if (sampler_start(&spec, &r->world.sampler, err) < 0)
        return err->code;
    r->facts.sampled = true;
    return 0;
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

    run_fill_loads(r);
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

    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        struct station_facts *f = &r->facts.stations[i];

        f->spec =
            counting_of(r->given.plan, r->given.spec->number, i, &f->streams);
        f->spec.earlier = r->given.spec->world.numbers;
        f->spec.earlier_len = r->given.spec->world.numbers_len;
    }
    if (r->given.spec->verify_only)
        return open_endpoints(r, err);
    run_phase(r, "connect", s->timeouts.connector_running_us);
    if (make_topics(r, err) < 0 || open_endpoints(r, err) < 0 ||
        run_fill_steps(r, err) < 0 || run_introduce_workers(r, err) < 0 ||
        start_observer(r, err) < 0 || start_sampler(r, err) < 0 ||
        run_start_connectors(r, err) < 0)
        return err->code;
    run_phase(r, "warm-up", s->warm_up_us);
    return start_load(r, err);
}
