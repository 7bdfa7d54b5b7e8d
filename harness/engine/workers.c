/* workers.c - the Connect workers by number, name and address. */
#include "engine/workers_own.h"

#include <string.h>

#include "engine/tell_own.h"

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

/* A sink tells workers apart by the address dialled, so each worker is given an
 * address of the sink for itself alone. */
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

struct connect *run_connect(const struct run *r, const struct connector *c)
{
    return r->world.cluster.connects[plan_group_of(r->given.plan, c)].connect;
}

void run_open_connects(struct run *r)
{
    const struct plan *p = r->given.plan;

    for (size_t i = 0; i < p->groups_len; i++)
        r->world.cluster.connects[i] =
            (struct field_group){p->groups[i].name, connect_new()};
}

/* A worker that was removed is no longer asked. */
static void renew_addresses(struct run *r, const struct field_group *group)
{
    struct connect_access at[NODES_MAX];
    struct platform *p = r->world.platform;
    size_t n, len = 0;
    const struct platform_node *all = p->ops->list(p, &n);

    for (size_t i = 0; i < n && len < NODES_MAX; i++)
        if (all[i].role == ROLE_WORKER && !all[i].removed &&
            strcmp(all[i].group, group->name) == 0 &&
            p->ops->rest(p, all[i].name, VIEW_OBSERVER, &at[len]) == 0)
            len++;
    connect_workers(group->connect, at, len);
}

static void renew_list(struct worker_list *w, const struct platform_node *all,
                       size_t n)
{
    pthread_mutex_lock(&w->lock);
    w->len = 0;
    for (size_t i = 0; i < n && w->len < NODES_MAX; i++) {
        if (all[i].role != ROLE_WORKER)
            continue;
        memcpy(w->at[w->len].address, all[i].address, NODE_ADDRESS_MAX);
        memcpy(w->at[w->len].name, all[i].name, NODE_NAME_MAX);
        w->at[w->len++].number = all[i].number;
    }
    pthread_mutex_unlock(&w->lock);
}

void run_workers_changed(void *ctx)
{
    struct run *r = ctx;
    size_t n;
    const struct platform_node *all =
        r->world.platform->ops->list(r->world.platform, &n);
    struct err err = {0};

    renew_list(&r->world.workers, all, n);
    for (size_t i = 0; i < r->given.plan->groups_len; i++)
        renew_addresses(r, &r->world.cluster.connects[i]);
    if (run_introduce_workers(r, &err) < 0)
        run_not_judged(r, "who delivered: %s", err.text);
}
