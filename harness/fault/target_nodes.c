/* target_nodes.c - nodes by number, or any running node. */
#include "fault/target_nodes_own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool target_node_runs(const struct field *f, const struct platform_node *n)
{
    struct platform *p = f->platform;
    struct node_status s;
    struct err ignored = {0};

    if (n->removed)
        return false;
    if (!p->ops->status) /* the platform cannot see processes */
        return true;
    return p->ops->status(p, n->name, &s, &ignored) == 0 &&
           s.state == NODE_RUNNING;
}

void target_take_group(struct target *t, const char *group)
{
    t->in_group = true;
    (void)snprintf(t->group, sizeof(t->group), "%s", group);
}

int target_take_node(struct target *t, const struct platform_node *n)
{
    if (n->role == ROLE_WORKER)
        target_take_group(t, n->group);
    (void)snprintf(t->name, sizeof(t->name), "%s", n->name);
    return 0;
}

int target_draw_node(struct field *f, enum platform_role role,
                     const char *group, struct rng draw, struct target *t,
                     struct err *err)
{
    size_t n, running = 0;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);
    const struct platform_node *fit[NODES_MAX];

    for (size_t i = 0; i < n && running < NODES_MAX; i++)
        if (all[i].role == role &&
            (!group || strcmp(all[i].group, group) == 0) &&
            target_node_runs(f, &all[i]))
            fit[running++] = &all[i];
    if (running == 0)
        return err_set(err, -EAGAIN, "%s %s: none runs", t->ops->key, t->words);
    return target_take_node(t, fit[rng_below(&draw, running)]);
}

const struct platform_node *
target_node_numbered(const struct field *f, enum platform_role role, int number)
{
    size_t n;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].role == role && all[i].number == number)
            return &all[i];
    return NULL;
}

int target_named_node(struct field *f, enum platform_role role, int number,
                      struct target *t, struct err *err)
{
    const struct platform_node *n = target_node_numbered(f, role, number);

    if (!n)
        return err_set(err, -ENOENT,
                       "%s %s: the platform has none of that number",
                       t->ops->key, t->words);
    if (n->removed)
        return err_set(err, -ENOENT, "%s %s: was removed", t->ops->key,
                       t->words);
    return target_take_node(t, n);
}

int target_not_now(const struct target *t, const struct err *why,
                   struct err *err)
{
    return err_set(err, -EAGAIN, "%s %s: %s", t->ops->key, t->words, why->text);
}
