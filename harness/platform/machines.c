/* machines.c - the nodes of a platform of processes: started, signalled,
 * listed.
 *
 * No variable of the caller's environment reaches a node: machines_run() sets
 * the whole environment.
 */
#include "platform/machines_own.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

int machines_suffice(const struct platform_wish *w, int64_t brokers,
                     const struct groups *groups, struct err *err)
{
    if (w->replicas_most > brokers)
        return err_set(err, -EINVAL,
                       "brokers: %d are too few for a topic of %d replicas",
                       (int)brokers, (int)w->replicas_most);
    if (w->has_connectors && groups->at[0].workers == 0)
        return err_set(err, -EINVAL,
                       "workers: 0, but the scenario has connectors to run");
    return 0;
}

int machines_index(const struct machines *m, const char *node, struct err *err)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->nodes[i].name, node) == 0)
            return (int)i;
    return err_set(err, -ENOENT, "%s: no such broker or worker", node);
}

void machines_done(struct machines *m)
{
    kafka_admin_close(m->admin);
    for (size_t i = 0; i < m->n; i++) {
        json_decref(m->more[i].hosts);
        free(m->more[i].dir);
        free(m->more[i].log_path);
        free(m->more[i].log_told);
        free(m->more[i].rest_url);
        free(m->more[i].rest_url_by_name);
        json_decref(m->more[i].plugins);
        json_decref(m->more[i].properties);
    }
    json_decref(m->topics);
    json_decref(m->hosts_for_all);
    free(m->observer_bootstrap);
    free(m->node_bootstrap);
}

int64_t machines_log_size(const char *path)
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

    m->more[i].log_from = machines_log_size(m->more[i].log_path);
    if (node_start(m->env->nodes, &process, &pid, err) < 0)
        return err_context(err, "%s", m->nodes[i].name);
    return 0;
}

/* ---- slots of platform_ops ----------------------------------------------- */

/* Load comes in by the observer's listener: records that no fault of the path
 * holds back are what a connector is measured by. */
int machines_access(struct platform *p, enum platform_view view,
                    struct kafka_access *ret)
{
    const struct machines *m = machines_of(p);

    *ret = (struct kafka_access){.bootstrap = view == VIEW_NODE
                                                  ? m->node_bootstrap
                                                  : m->observer_bootstrap};
    return 0;
}

int machines_rest(struct platform *p, const char *node, enum platform_view view,
                  struct connect_access *ret)
{
    const struct machines *m = machines_of(p);
    struct err ignored = {0};
    int at = machines_index(m, node, &ignored);

    if (at < 0 || !m->more[at].rest_url)
        return -ENOENT;
    *ret = (struct connect_access){.url = view == VIEW_NODE
                                              ? m->more[at].rest_url_by_name
                                              : m->more[at].rest_url};
    return 0;
}

const struct group *machines_group(const struct machines *m, size_t i)
{
    return groups_find(&m->groups, m->nodes[i].group);
}

const char *machines_connect_topic(struct platform *p, const char *group,
                                   const char *which)
{
    return json_string_value(
        json_object_get(json_object_get(machines_of(p)->topics, group), which));
}

json_t *machines_nodes_json(const struct machines *m)
{
    json_t *nodes = json_array();

    for (size_t i = 0; i < m->n; i++) {
        const struct platform_node *n = &m->nodes[i];
        json_t *one = json_pack("{s:s, s:s}", "name", n->name, "role",
                                platform_role_word(n->role));

        if (n->group[0])
            (void)json_object_set_new(one, "group", json_string(n->group));
        (void)json_array_append_new(nodes, one);
    }
    return nodes;
}

const json_t *machines_properties(const struct machines *m,
                                  enum platform_role role)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->nodes[i].role == role)
            return m->more[i].properties;
    return NULL;
}

const char *machines_property(const struct machines *m, const char *node,
                              const char *key, enum platform_role *ret_role)
{
    struct err ignored = {0};
    int at = machines_index(m, node, &ignored);

    if (at < 0)
        return NULL;
    *ret_role = m->nodes[at].role;
    return json_string_value(json_object_get(m->more[at].properties, key));
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

int machines_node_remove(struct platform *p, const char *node, struct err *err)
{
    struct machines *m = machines_of(p);
    int at = machines_index(m, node, err);
    struct err gone = {0};

    if (at < 0)
        return at;
    if (!(platform_role_adds(m->nodes[at].role) & p->ops->can))
        return err_set(err, -ENOTSUP, "%s: the %s platform cannot remove a %s",
                       node, p->ops->name,
                       platform_role_word(m->nodes[at].role));
    if (node_signal(m->env->nodes, node, SIGTERM, &gone) < 0 &&
        gone.code != -ESRCH)
        return err_set(err, gone.code, "%s", gone.text);
    m->nodes[at].removed = true;
    return 0;
}
