/* up.c - the platform, from nothing to answering; and the end of everything
 * opened. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "engine/guarded_platform_own.h"
#include "engine/phases_own.h"
#include "engine/shared_own.h"
#include "engine/tell_own.h"
#include "engine/workers_own.h"

/* Any thread. */
static void declare_reset(void *ctx, const char *connector)
{
    struct run *r = ctx;
    const struct scenario *s = &r->given.plan->scenario;
    struct connector_reset *reset;

    pthread_mutex_lock(&r->told.lock);
    r->facts.resets = must_realloc(r->facts.resets, r->facts.resets_len + 1,
                                   sizeof(*r->facts.resets));
    reset = &r->facts.resets[r->facts.resets_len++];
    reset->connector = "";
    for (size_t i = 0; i < s->connectors_len; i++)
        if (strcmp(s->connectors[i].name, connector) == 0)
            reset->connector = s->connectors[i].name;
    reset->at.time_us = clk_wall_us();
    pthread_mutex_unlock(&r->told.lock);
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

/* "" where nobody knows the connector: the first group is then as good as any.
 */
static const char *runs_on(void *ctx, const char *connector)
{
    const struct run *r = ctx;
    const struct connector *c = plan_connector(r->given.plan, connector);

    return c ? r->given.plan->groups[plan_group_of(r->given.plan, c)].name : "";
}

/* A group without a name loads every plugin; a named group loads those of its
 * own connectors. Returns the number of named groups; `out` borrows from the
 * plan. */
static size_t groups_of(const struct plan *p,
                        struct platform_group out[PLATFORM_GROUPS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < p->groups_len; i++)
        if (p->groups[i].name[0])
            out[n++] = (struct platform_group){.name = p->groups[i].name,
                                               .workers = p->groups[i].workers,
                                               .plugins = p->groups[i].plugins,
                                               .plugins_len =
                                                   p->groups[i].plugins_len};
    return n;
}

/* Lines that workers of the run before write while ending are not the run's.
 */
static int note_world(void *ctx, struct platform *p, struct err *err)
{
    return shared_begin(ctx, p, err);
}

/* Limits are read as soon as the platform is open: a verify goes on without
 * brokers (-ENODATA from up()), and reads files and sinks by the same limits.
 * Clients of the harness are opened last, when brokers answer. */
int run_up(struct run *r, struct err *err)
{
    const struct platform_ops *ops = r->given.plan->platform;

    r->world.platform_env = (struct platform_env){
        .settings = r->given.plan->platform_settings,
        .fetched = r->given.spec->fetched,
        .nodes = r->world.nodes,
        .groups = r->world.groups,
        .groups_len = groups_of(r->given.plan, r->world.groups),
        .program_dir = r->given.spec->program_dir,
        .work_dir = shared_nodes_dir(r->given.spec),
        /* verify: logs of the earlier run's nodes stay untouched */
        .logs_dir = shared_logs_dir(r->given.spec),
        .logs_told = path_of("%s%s/logs", r->given.spec->dir,
                             r->given.spec->verify_only ? "/verify" : ""),
        .clk = &r->world.clk,
        .events = &r->told.events,
        .node_up_us = r->given.plan->scenario.timeouts.node_up_us,
        .other_workers = r->given.spec->world.other_workers,
        .may_start = note_world,
        .may_start_ctx = r,
    };
    run_phase(r, "up", r->world.platform_env.node_up_us);
    if (ops->open(&r->world.platform_env, &r->world.platform, err) < 0)
        return err->code;
    r->world.platform = guarded_platform(r->world.platform);
    for (size_t i = 0; i < r->given.plan->groups_len; i++)
        limits_read(r->world.platform, r->given.plan->groups[i].name,
                    &r->facts.limits[i]);
    if (r->world.platform->ops->up(r->world.platform,
                                   r->given.spec->verify_only, err) < 0)
        return err->code;
    if (r->world.platform->ops->access(r->world.platform, VIEW_OBSERVER,
                                       &r->world.cluster.access) < 0)
        return err_set(err, -ENOTSUP, "brokers: no way in for the harness");
    if (kafka_admin_open(&r->world.cluster.access, &r->world.cluster.admin,
                         err) < 0)
        return err->code;
    run_open_connects(r);
    r->world.field = (struct field){
        .platform = r->world.platform,
        .groups = r->world.cluster.connects,
        .groups_len = r->given.plan->groups_len,
        .admin = r->world.cluster.admin,
        .clk = &r->world.clk,
        .events = &r->told.events,
        .call_us = 20 * US_PER_S,
        .declare_reset = declare_reset,
        .workers_changed = run_workers_changed,
        .group_of = group_of,
        .runs_on = runs_on,
        .ctx = r,
    };
    run_workers_changed(r);
    (void)r->world.platform->ops->list(r->world.platform,
                                       &r->world.nodes_declared);
    if (r->given.spec->world.dir && !r->given.spec->verify_only)
        return shared_configs(r, &r->world.configs, err);
    return 0;
}

void run_down(struct run *r)
{
    if (r->world.sampler)
        sampler_stop(r->world.sampler);
    if (r->world.cluster.observer)
        observer_stop(r->world.cluster.observer);
    run_leave_world(r);
    if (!timeline_has_ended(&r->facts.timeline))
        return; /* clients under a call end with the process */
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
