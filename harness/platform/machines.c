/* The nodes of a platform of processes. Nothing of ours leaks into them: the
 * environment is made here, whole. */
#include "platform/machines_own.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

int machines_index(const struct machines *m, const char *node, struct err *err)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->nodes[i].name, node) == 0)
            return (int)i;
    return err_set(err, -ENOENT, "%s: no such broker or worker", node);
}

/* A node, its folder and its place in everybody's hosts file. */
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

void machines_done(struct machines *m)
{
    kafka_admin_close(m->admin);
    for (size_t i = 0; i < m->n; i++) {
        json_decref(m->more[i].hosts);
        free(m->more[i].dir);
        free(m->more[i].log_path);
    }
    json_decref(m->hosts_for_all);
    free(m->observer_bootstrap);
    free(m->node_bootstrap);
}

static int64_t size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_size : 0;
}

int machines_run(struct machines *m, size_t i, char *const *argv,
                 struct err *err)
{
    AUTO_FREE char *home = path_of("HOME=%s", m->more[i].dir);
    AUTO_FREE char *hosts = path_of("%s/hosts", m->more[i].dir);
    char *env[] = {(char *)"PATH=/usr/local/bin:/usr/bin:/bin", home,
                   (char *)"LANG=C.UTF-8", (char *)"TZ=UTC", NULL};
    struct node_process process = {.name = m->nodes[i].name,
                                   .argv = argv,
                                   .env = env,
                                   .cwd = m->more[i].dir,
                                   .log_path = m->more[i].log_path,
                                   .hosts_path = hosts};
    pid_t pid;

    m->more[i].log_from = size_of(m->more[i].log_path);
    if (node_start(m->env->nodes, &process, &pid, err) < 0)
        return err_context(err, "%s", m->nodes[i].name);
    return 0;
}

/* ---- slots of platform_ops ------------------------------------------------
 */

const char *machines_observer_bootstrap(struct platform *p)
{
    return machines_of(p)->observer_bootstrap;
}

const char *machines_node_bootstrap(struct platform *p)
{
    return machines_of(p)->node_bootstrap;
}

const struct platform_node *machines_list(struct platform *p, size_t *ret_len)
{
    *ret_len = machines_of(p)->n;
    return machines_of(p)->nodes;
}

int machines_signal(struct platform *p, const char *node, int sig,
                    struct err *err)
{
    return node_signal(machines_of(p)->env->nodes, node, sig, err);
}

int machines_status(struct platform *p, const char *node,
                    struct node_status *ret, struct err *err)
{
    return node_status(machines_of(p)->env->nodes, node, ret, err);
}

int machines_start(struct platform *p, const char *node, struct err *err)
{
    struct machines *m = machines_of(p);
    int at = machines_index(m, node, err);
    struct node_status status;

    if (at < 0)
        return at;
    if (node_status(m->env->nodes, node, &status, err) < 0)
        return err->code;
    if (status.state == NODE_RUNNING || status.state == NODE_STOPPED)
        return 0;
    return m->kind->start(m, (size_t)at, err);
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

int machines_worker_remove(struct platform *p, const char *node,
                           struct err *err)
{
    struct machines *m = machines_of(p);
    int at = machines_index(m, node, err);
    struct err gone = {0};

    if (at < 0)
        return at;
    if (m->nodes[at].role != ROLE_WORKER)
        return err_set(err, -EINVAL, "%s: no worker", node);
    if (node_signal(m->env->nodes, node, SIGTERM, &gone) < 0 &&
        gone.code != -ESRCH)
        return err_set(err, gone.code, "%s", gone.text);
    m->nodes[at].removed = true;
    return 0;
}
