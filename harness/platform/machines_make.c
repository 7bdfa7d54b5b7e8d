/* machines_make.c - makes the nodes of a platform of processes, and adds
 * workers later. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "platform/machines_own.h"

/* Make a node with its folder, and add the node to every hosts file. */
static int make_node(struct machines *m, enum platform_role role, int number,
                     struct err *err)
{
    size_t i = m->n;
    struct platform_node *n = &m->nodes[i];
    struct node_info info;

    if (i == NODES_MAX)
        return err_set(err, -ENOSPC, "more than %d nodes", NODES_MAX);
    *n = (struct platform_node){.role = role, .number = number};
    (void)snprintf(n->name, sizeof(n->name), "%s-%d",
                   role == ROLE_BROKER ? "broker" : "worker", number);
    if (node_add(m->env->nodes, n->name, &info, err) < 0)
        return err->code;
    (void)snprintf(n->address, sizeof(n->address), "%s", info.address);
    (void)snprintf(m->more[i].observer_address,
                   sizeof(m->more[i].observer_address), "%s",
                   info.observer_address);
    if (role == ROLE_WORKER)
        (void)snprintf(n->rest_url, sizeof(n->rest_url), "http://%s:%d",
                       info.observer_address, PORT_REST);
    m->more[i].dir = path_of("%s/%s", m->env->work_dir, n->name);
    m->more[i].log_path = path_of("%s/%s.log", m->env->logs_dir, n->name);
    m->more[i].log_told = path_of(
        "%s/%s.log", m->env->logs_told ? m->env->logs_told : m->env->logs_dir,
        n->name);
    m->n++;
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
    m->hosts_for_all = json_object();
    if (mkdir_all(m->env->work_dir, err) < 0 ||
        mkdir_all(m->env->logs_dir, err) < 0)
        return err->code;
    for (int k = 1; k <= brokers; k++)
        if (make_node(m, ROLE_BROKER, k, err) < 0)
            return err->code;
    for (int k = 1; k <= workers; k++)
        if (make_node(m, ROLE_WORKER, k, err) < 0)
            return err->code;
    m->workers_made = (int)workers;
    m->observer_bootstrap = bootstrap(m, true, by_name);
    m->node_bootstrap = bootstrap(m, false, by_name);
    return 0;
}

int machines_worker_add(struct platform *p, struct platform_node *ret,
                        struct err *err)
{
    struct machines *m = machines_of(p);
    size_t i = m->n;

    if (make_node(m, ROLE_WORKER, m->workers_made + 1, err) < 0)
        return err->code;
    m->workers_made++;
    if (m->kind->configure(m, i, err) < 0 || m->kind->start(m, i, err) < 0)
        return err->code;
    *ret = m->nodes[i];
    return 0;
}
