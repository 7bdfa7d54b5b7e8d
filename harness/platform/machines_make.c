/* machines_make.c - makes the nodes of a platform of processes, and adds
 * nodes later. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/machines_own.h"

static json_t *names_of(const char *const *plugins, size_t n)
{
    json_t *names = plugins ? json_array() : NULL;

    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(names, json_string(plugins[i]));
    return names;
}

/* The plugins of a worker: as wished for, else as the environment lists for the
 * group. NULL: all that were fetched. New. */
static json_t *plugins_of(const struct machines *m,
                          const struct platform_node_wish *wish,
                          const char *group)
{
    if (wish->plugins)
        return names_of(wish->plugins, wish->plugins_len);
    for (size_t i = 0; i < m->env->groups_len; i++)
        if (strcmp(m->env->groups[i].name, group) == 0)
            return names_of(m->env->groups[i].plugins,
                            m->env->groups[i].plugins_len);
    return NULL;
}

/* Give the worker at place i its group, heap, plugins and REST addresses. */
static void make_worker(struct machines *m, size_t i,
                        const struct platform_node_wish *wish)
{
    struct platform_node *n = &m->nodes[i];
    struct machine *more = &m->more[i];

    (void)snprintf(n->group, sizeof(n->group), "%s",
                   wish->group ? wish->group : "");
    more->rest_url = path_of("http://%s:%d", more->observer_address, PORT_REST);
    more->rest_url_by_name = path_of("http://%s:%d", n->name, PORT_REST);
    more->heap = wish->heap ? wish->heap : machines_group(m, i)->heap;
    more->plugins = plugins_of(m, wish, n->group);
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
    if (role == ROLE_WORKER &&
        !groups_find(&m->groups, wish->group ? wish->group : ""))
        return err_set(err, -ENOENT, "no group of workers \"%s\"",
                       wish->group ? wish->group : "");
    *n = (struct platform_node){.role = role, .number = number};
    (void)snprintf(n->name, sizeof(n->name), "%s-%d", platform_role_word(role),
                   number);
    if (node_add(m->env->nodes, n->name, &info, err) < 0)
        return err->code;
    (void)snprintf(n->address, sizeof(n->address), "%s", info.address);
    (void)snprintf(m->more[i].observer_address,
                   sizeof(m->more[i].observer_address), "%s",
                   info.observer_address);
    if (role == ROLE_WORKER)
        make_worker(m, i, wish);
    m->more[i].dir = path_of("%s/%s", m->env->work_dir, n->name);
    m->more[i].log_path = path_of("%s/%s.log", m->env->logs_dir, n->name);
    m->more[i].log_from = machines_log_size(m->more[i].log_path);
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

static void name_topics(struct machines *m)
{
    static const char *const which[] = {"group", "config", "offsets", "status",
                                        "slots"};
    size_t n = ARRAY_LEN(which) - !m->kind->has_slots;

    m->topics = json_object();
    for (size_t i = 0; i < m->groups.len; i++) {
        json_t *of_group = json_object();

        for (size_t k = 0; k < n; k++) {
            AUTO_FREE char *name = group_topic(m->groups.at[i].name, which[k]);

            (void)json_object_set_new(of_group, which[k], json_string(name));
        }
        (void)json_object_set_new(m->topics, m->groups.at[i].name, of_group);
    }
}

static int make_workers(struct machines *m, const struct group *g,
                        struct err *err)
{
    const struct platform_node_wish of_group = {.group = g->name};

    for (int64_t k = 0; k < g->workers; k++)
        if (make_node(m, ROLE_WORKER, &of_group, err) < 0)
            return err->code;
    return 0;
}

int machines_make(struct machines *m, int64_t brokers, bool by_name,
                  struct err *err)
{
    const struct platform_node_wish any = {0};

    m->hosts_for_all = json_object();
    name_topics(m);
    if (mkdir_all(m->env->work_dir, err) < 0 ||
        mkdir_all(m->env->logs_dir, err) < 0)
        return err->code;
    for (int64_t k = 0; k < brokers; k++)
        if (make_node(m, ROLE_BROKER, &any, err) < 0)
            return err->code;
    for (size_t i = 0; i < m->groups.len; i++)
        if (make_workers(m, &m->groups.at[i], err) < 0)
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
