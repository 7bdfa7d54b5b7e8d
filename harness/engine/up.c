/* up.c - the platform, from nothing to answering; and its end. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "engine/run_state_own.h"

static void declare_reset(void *ctx, const char *connector)
{
    struct run *r = ctx;
    const struct scenario *s = &r->given.plan->scenario;

    r->facts.resets = realloc(r->facts.resets, (r->facts.resets_len + 1) *
                                                   sizeof(*r->facts.resets));
    if (!r->facts.resets)
        abort();
    r->facts.resets[r->facts.resets_len].connector = "";
    for (size_t i = 0; i < s->connectors_len; i++)
        if (strcmp(s->connectors[i].name, connector) == 0)
            r->facts.resets[r->facts.resets_len].connector =
                s->connectors[i].name;
    r->facts.resets[r->facts.resets_len++].at.time_us = clk_wall_us();
    log_info("engine", "a replay of %s is declared from now on", connector);
}

static const char *group_of(void *ctx, const char *connector)
{
    const struct run *r = ctx;

    for (size_t i = 0; i < r->given.plan->hops_len; i++) {
        const struct plan_hop *h = &r->given.plan->hops[i];

        if (h->connector && strcmp(h->connector->name, connector) == 0 &&
            h->group[0])
            return h->group;
    }
    return NULL;
}

static bool is_text(const char *whole, const char *at, size_t len)
{
    return strlen(whole) == len && memcmp(whole, at, len) == 0;
}

int run_worker_at(void *ctx, const char *address)
{
    struct run *r = ctx;
    size_t len = strcspn(address += address[0] == '/', ":");
    int number = -1;

    pthread_mutex_lock(&r->world.workers.lock);
    for (size_t i = 0; i < r->world.workers.len && number < 0; i++)
        if (is_text(r->world.workers.at[i].address, address, len) ||
            is_text(r->world.workers.at[i].name, address, len))
            number = r->world.workers.at[i].number;
    pthread_mutex_unlock(&r->world.workers.lock);
    return number;
}

/* A sink tells its callers apart by where they dial, so each worker is told an
 * address of the sink's that is its own. */
static int introduce(struct run *r, const struct platform_node *worker,
                     struct err *err)
{
    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        struct endpoint *e = r->world.stations[i].endpoint;
        char dial[NODE_ADDRESS_MAX];

        if (!e || !e->ops->sender)
            continue;
        if (e->ops->sender(e, worker->number, worker->address, dial, err) < 0 ||
            r->world.platform->ops->add_host(r->world.platform, worker->name,
                                             r->given.plan->stations[i].name,
                                             dial, err) < 0)
            return err->code;
    }
    return 0;
}

int run_introduce_workers(struct run *r, struct err *err)
{
    size_t n;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].role == ROLE_WORKER && introduce(r, &all[i], err) < 0)
            return err_context(err, "%s", all[i].name);
    return 0;
}

static void workers_changed(void *ctx)
{
    struct run *r = ctx;
    const char *urls[NODES_MAX];
    size_t n, len = 0;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);
    struct err err = {0};

    pthread_mutex_lock(&r->world.workers.lock);
    r->world.workers.len = 0;
    for (size_t i = 0; i < n && len < NODES_MAX; i++) {
        if (all[i].role != ROLE_WORKER)
            continue;
        memcpy(r->world.workers.at[r->world.workers.len].address,
               all[i].address, NODE_ADDRESS_MAX);
        memcpy(r->world.workers.at[r->world.workers.len].name, all[i].name,
               NODE_NAME_MAX);
        r->world.workers.at[r->world.workers.len++].number = all[i].number;
        if (!all[i].removed)
            urls[len++] = all[i].rest_url;
    }
    pthread_mutex_unlock(&r->world.workers.lock);
    connect_workers(r->world.cluster.connect, urls, len);
    if (run_introduce_workers(r, &err) < 0)
        run_not_judged(r, "who delivered: %s", err.text);
}

int run_up(struct run *r, struct err *err)
{
    const struct platform_ops *ops = r->given.plan->platform;

    r->world.platform_env = (struct platform_env){
        .settings = r->given.plan->platform_settings,
        .fetched = r->given.spec->fetched,
        .nodes = r->world.nodes,
        .program_dir = r->given.spec->program_dir,
        .work_dir = path_of("%s/work", r->given.spec->dir),
        /* What the run's own nodes said stays as they left it. */
        .logs_dir = path_of("%s%s/logs", r->given.spec->dir,
                            r->given.spec->verify_only ? "/verify" : ""),
        .clk = &r->world.clk,
        .events = &r->told.events,
        .node_up_us = r->given.plan->scenario.timeouts.node_up_us,
    };
    run_phase(r, "up", r->world.platform_env.node_up_us);
    if (ops->open(&r->world.platform_env, &r->world.platform, err) < 0 ||
        r->world.platform->ops->up(r->world.platform,
                                   r->given.spec->verify_only, err) < 0)
        return err->code;
    r->world.cluster.access = (struct kafka_access){
        .bootstrap =
            r->world.platform->ops->observer_bootstrap(r->world.platform)};
    if (kafka_admin_open(&r->world.cluster.access, &r->world.cluster.admin,
                         err) < 0)
        return err->code;
    r->world.cluster.connect = connect_new();
    r->world.field = (struct field){
        .platform = r->world.platform,
        .connect = r->world.cluster.connect,
        .admin = r->world.cluster.admin,
        .clk = &r->world.clk,
        .events = &r->told.events,
        .call_us = 20 * US_PER_S,
        .declare_reset = declare_reset,
        .workers_changed = workers_changed,
        .group_of = group_of,
        .ctx = r,
    };
    workers_changed(r);
    return 0;
}

void run_down(struct run *r)
{
    if (r->world.sampler)
        sampler_stop(r->world.sampler);
    if (r->world.cluster.observer)
        observer_stop(r->world.cluster.observer);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        if (r->world.stations[i].endpoint)
            r->world.stations[i].endpoint->ops->close(
                r->world.stations[i].endpoint);
    for (size_t i = 0; i < r->given.plan->stations_len; i++)
        r->world.stations[i].endpoint = NULL;
    if (r->world.cluster.admin)
        kafka_admin_close(r->world.cluster.admin);
    r->world.cluster.admin = NULL;
}
