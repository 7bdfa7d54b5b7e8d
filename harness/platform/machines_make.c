/* machines_make.c - makes the nodes of a platform of processes, and adds
 * nodes later. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "platform/machines_own.h"

/* The plugins wished for; NULL: none are, so that the node has all. New. */
static json_t *names_of(const struct platform_node_wish *wish)
{
    json_t *names = wish->plugins_len > 0 ? json_array() : NULL;

    for (size_t i = 0; i < wish->plugins_len; i++)
        (void)json_array_append_new(names, json_string(wish->plugins[i]));
    return names;
}

/* Make a node with its folder, and add the node to every hosts file. */
static int make_node(struct machines *m, enum platform_role role,
                     const struct platform_node_wish *wish, struct err *err)
{
    int number = m->made[role] + 1;
    size_t i = m->n;
    struct platform_node *n = &m->nodes[i];
    struct node_info info;

    if (i == NODES_MAX)
        return err_set(err, -ENOSPC, "more than %d nodes", NODES_MAX);
    *n = (struct platform_node){.role = role, .number = number};
    (void)snprintf(n->name, sizeof(n->name), "%s-%d", platform_role_word(role),
                   number);
    if (node_add(m->env->nodes, n->name, &info, err) < 0)
        return err->code;
    (void)snprintf(n->address, sizeof(n->address), "%s", info.address);
    (void)snprintf(m->more[i].observer_address,
                   sizeof(m->more[i].observer_address), "%s",
                   info.observer_address);
    if (role == ROLE_WORKER) {
        m->more[i].rest_url =
            path_of("http://%s:%d", info.observer_address, PORT_REST);
        m->more[i].rest_url_by_name =
            path_of("http://%s:%d", n->name, PORT_REST);
    }
    if (wish->group)
        (void)snprintf(n->group, sizeof(n->group), "%s", wish->group);
    m->more[i].heap = wish->heap;
    m->more[i].plugins = names_of(wish);
    m->more[i].dir = path_of("%s/%s", m->env->work_dir, n->name);
    m->more[i].log_path = path_of("%s/%s.log", m->env->logs_dir, n->name);
    m->more[i].log_told = path_of(
        "%s/%s.log", m->env->logs_told ? m->env->logs_told : m->env->logs_dir,
        n->name);
    m->n++;
    m->made[role]++;
    if (mkdir_all(m->more[i].dir, err) < 0)
        return err->code;
    return hosts_join(m, i, err);
}

static const char *reached_at(const struct machines *m, size_t i, bool observer,
                              bool by_name)
{
    if (observer)
        return m->more[i].observer_address;
    return by_name ? m->nodes[i].name : m->nodes[i].address;
}

static char *bootstrap(const struct machines *m, bool observer, bool by_name)
{
    char *all = path_of("%s", "");

    for (size_t i = 0; i < m->n; i++) {
        char *more;

        if (m->nodes[i].role != ROLE_BROKER)
            continue;
        more = path_of("%s%s%s:%d", all, *all ? "," : "",
                       reached_at(m, i, observer, by_name),
                       observer ? PORT_OBSERVER : PORT_CLIENT);
        free(all);
        all = more;
    }
    return all;
}

int machines_make(struct machines *m, int64_t brokers, int64_t workers,
                  bool by_name, struct err *err)
{
    const struct platform_node_wish any = {0};

    m->hosts_for_all = json_object();
    if (mkdir_all(m->env->work_dir, err) < 0 ||
        mkdir_all(m->env->logs_dir, err) < 0)
        return err->code;
    for (int k = 1; k <= brokers; k++)
        if (make_node(m, ROLE_BROKER, &any, err) < 0)
            return err->code;
    for (int k = 1; k <= workers; k++)
        if (make_node(m, ROLE_WORKER, &any, err) < 0)
            return err->code;
    m->observer_bootstrap = bootstrap(m, true, by_name);
    m->node_bootstrap = bootstrap(m, false, by_name);
    return 0;
}

int machines_node_add(struct platform *p, enum platform_role role,
                      const struct platform_node_wish *wish,
                      struct platform_node *ret, struct err *err)
{
    struct machines *m = machines_of(p);
    size_t i = m->n;

    if (!(platform_role_adds(role) & p->ops->can))
        return err_set(err, -ENOTSUP, "the %s platform cannot add a %s",
                       p->ops->name, platform_role_word(role));
    if (m->kind->meets(m, wish, err) < 0 || make_node(m, role, wish, err) < 0)
        return err->code;
    if (m->kind->configure(m, i, err) < 0 || m->kind->start(m, i, err) < 0)
        return err->code;
    *ret = m->nodes[i];
    return 0;
}
