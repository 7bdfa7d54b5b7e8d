/* guarded_platform.c - a platform for several threads. */
#include "engine/guarded_platform_own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct guarded {
    struct platform base;
    struct platform *inner;  /* owned */
    struct platform_ops ops; /* of base: the slots that inner has */
    pthread_rwlock_t list;   /* written by calls that change the list */
    pthread_mutex_t starts;  /* one start at a time */
    pthread_mutex_t asks;    /* answers() keeps a client between calls */
};

static struct guarded *guarded_of(struct platform *p)
{
    return (struct guarded *)p; /* base is the first member */
}

/* The statements between LOOKING and DONE run beside each other, the statements
 * between CHANGING and DONE alone. */
#define LOOKING(g)  pthread_rwlock_rdlock(&(g)->list)
#define CHANGING(g) pthread_rwlock_wrlock(&(g)->list)
#define DONE(g)     pthread_rwlock_unlock(&(g)->list)

/* ---- calls of one thread, and of constant data --------------------------- */

static void guarded_close(struct platform *p)
{
    struct guarded *g = guarded_of(p);

    g->inner->ops->close(g->inner);
    pthread_rwlock_destroy(&g->list);
    pthread_mutex_destroy(&g->starts);
    pthread_mutex_destroy(&g->asks);
    free(g);
}

static int guarded_up(struct platform *p, bool brokers_only, struct err *err)
{
    struct platform *inner = guarded_of(p)->inner;

    return inner->ops->up(inner, brokers_only, err);
}

static const char *guarded_connect_topic(struct platform *p, const char *group,
                                         const char *which)
{
    struct platform *inner = guarded_of(p)->inner;

    return inner->ops->connect_topic(inner, group, which);
}

/* ---- looks --------------------------------------------------------------- */

static int guarded_access(struct platform *p, enum platform_view view,
                          struct kafka_access *ret)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->access(g->inner, view, ret);
    DONE(g);
    return rc;
}

static int guarded_rest(struct platform *p, const char *node,
                        enum platform_view view, struct connect_access *ret)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->rest(g->inner, node, view, ret);
    DONE(g);
    return rc;
}

static const char *guarded_property(struct platform *p, const char *node,
                                    const char *key)
{
    struct guarded *g = guarded_of(p);
    const char *value;

    LOOKING(g);
    value = g->inner->ops->property(g->inner, node, key);
    DONE(g);
    return value;
}

static json_t *guarded_describe(struct platform *p)
{
    struct guarded *g = guarded_of(p);
    json_t *all;

    LOOKING(g);
    all = g->inner->ops->describe(g->inner);
    DONE(g);
    return all;
}

static int guarded_stands(struct platform *p, struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->stands(g->inner, err);
    DONE(g);
    return rc;
}

static const struct platform_node *guarded_list(struct platform *p,
                                                size_t *ret_len)
{
    static _Thread_local struct platform_node copy[NODES_MAX];
    struct guarded *g = guarded_of(p);
    const struct platform_node *all;
    size_t n;

    LOOKING(g);
    all = g->inner->ops->list(g->inner, &n);
    n = n < NODES_MAX ? n : NODES_MAX;
    if (n > 0)
        memcpy(copy, all, n * sizeof(*all));
    DONE(g);
    *ret_len = n;
    return copy;
}

static int guarded_signal(struct platform *p, const char *node, int sig,
                          struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->signal(g->inner, node, sig, err);
    DONE(g);
    return rc;
}

static int guarded_status(struct platform *p, const char *node,
                          struct node_status *ret, struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->status(g->inner, node, ret, err);
    DONE(g);
    return rc;
}

static int guarded_answers(struct platform *p, const char *node,
                           struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    pthread_mutex_lock(&g->asks);
    LOOKING(g);
    rc = g->inner->ops->answers(g->inner, node, err);
    DONE(g);
    pthread_mutex_unlock(&g->asks);
    return rc;
}

static int guarded_controller(struct platform *p, int *ret, struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    LOOKING(g);
    rc = g->inner->ops->controller(g->inner, ret, err);
    DONE(g);
    return rc;
}

static int guarded_start(struct platform *p, const char *node, struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    pthread_mutex_lock(&g->starts);
    LOOKING(g);
    rc = g->inner->ops->start(g->inner, node, err);
    DONE(g);
    pthread_mutex_unlock(&g->starts);
    return rc;
}

/* ---- changes of the list ------------------------------------------------- */

static int guarded_node_add(struct platform *p, enum platform_role role,
                            const struct platform_node_wish *wish,
                            struct platform_node *ret, struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    CHANGING(g);
    rc = g->inner->ops->node_add(g->inner, role, wish, ret, err);
    DONE(g);
    return rc;
}

static int guarded_node_remove(struct platform *p, const char *node,
                               struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    CHANGING(g);
    rc = g->inner->ops->node_remove(g->inner, node, err);
    DONE(g);
    return rc;
}

static int guarded_add_host(struct platform *p, const char *node,
                            const char *name, const char *address,
                            struct err *err)
{
    struct guarded *g = guarded_of(p);
    int rc;

    CHANGING(g);
    rc = g->inner->ops->add_host(g->inner, node, name, address, err);
    DONE(g);
    return rc;
}

/* ---- the table ----------------------------------------------------------- */

/* A slot NULL in `inner` stays NULL: callers test a slot before a call. A new
 * slot of struct platform_ops needs a forwarder here. */
#define FORWARD(slot) ops->slot = ops->slot ? guarded_##slot : NULL

static void forward(struct platform_ops *ops)
{
    FORWARD(close);
    FORWARD(up);
    FORWARD(stands);
    FORWARD(access);
    FORWARD(rest);
    FORWARD(list);
    FORWARD(signal);
    FORWARD(status);
    FORWARD(start);
    FORWARD(answers);
    FORWARD(node_add);
    FORWARD(node_remove);
    FORWARD(controller);
    FORWARD(add_host);
    FORWARD(connect_topic);
    FORWARD(property);
    FORWARD(describe);
}

/* As many members as struct platform_ops has. The next slot added to platform.h
 * stops the build here, until the slot is forwarded above. */
struct all_slots {
    const char *name, *help;
    unsigned can;
    const struct arg *args;
    size_t args_len, settings_size;
    void (*without_platform[8])(void); /* before open(), and keep() */
    const char *const *of_workers;
    void (*forwarded[17])(void);
};

_Static_assert(sizeof(struct all_slots) == sizeof(struct platform_ops),
               "struct platform_ops has changed: forward the new slot");

struct platform *guarded_platform(struct platform *inner)
{
    struct guarded *g = must_calloc(1, sizeof(*g));

    g->inner = inner;
    g->ops = *inner->ops;
    forward(&g->ops);
    g->base.ops = &g->ops;
    pthread_rwlock_init(&g->list, NULL);
    pthread_mutex_init(&g->starts, NULL);
    pthread_mutex_init(&g->asks, NULL);
    return &g->base;
}
