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

void run_workers_changed(void *ctx)
{
    struct run *r = ctx;
    struct connect_access at[NODES_MAX];
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
        if (!all[i].removed &&
            r->world.platform->ops->rest(r->world.platform, all[i].name,
                                         VIEW_OBSERVER, &at[len]) == 0)
            len++;
    }
    pthread_mutex_unlock(&r->world.workers.lock);
    connect_workers(r->world.cluster.connect, at, len);
    if (run_introduce_workers(r, &err) < 0)
        run_not_judged(r, "who delivered: %s", err.text);
}
