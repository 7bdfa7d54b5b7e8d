/* local.c - the platform `local`: Kafka brokers and Connect workers as
 * processes. */
#include "platform/local_own.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "client/quorum.h"
#include "platform/platform_kinds_own.h"

static size_t list_groups(const void *settings,
                          struct platform_group out[PLATFORM_GROUPS_MAX])
{
    struct groups g;

    local_groups(settings, &g);
    return groups_list(&g, out);
}

static int configure(struct machines *m, size_t i, struct err *err)
{
    return local_configure(local_of(&m->base), i, err);
}

static int start(struct machines *m, size_t i, struct err *err)
{
    return jvm_start(local_of(&m->base), i, err);
}

/* Jars of another version would have to be fetched before the run. */
static int meets(const struct machines *m, const struct platform_node_wish *w,
                 struct err *err)
{
    const char *own = json_string_value(
        json_object_get(json_object_get(m->env->fetched, "kafka"), "version"));

    if (w->version && (!own || strcmp(w->version, own) != 0))
        return err_set(err, -ENOTSUP,
                       "Kafka %s: the nodes of this run are of %s", w->version,
                       own ? own : "another version");
    return 0;
}

static const struct machine_ops as_java = {
    .configure = configure,
    .start = start,
    .meets = meets,
};

static int make_nodes(struct local *l, struct err *err)
{
    char cluster[32];

    local_groups(l->settings, &l->m.groups);
    if (machines_make(&l->m, l->settings->brokers, true, err) < 0 ||
        local_cluster_id(l, cluster, err) < 0)
        return err->code;
    for (size_t i = 0; i < l->m.n; i++) {
        if (local_configure(l, i, err) < 0)
            return err->code;
        if (l->m.nodes[i].role == ROLE_BROKER &&
            local_format(l, i, cluster, err) < 0)
            return err_context(err, "%s", l->m.nodes[i].name);
    }
    return 0;
}

static void local_close(struct platform *p)
{
    struct local *l = local_of(p);

    if (!p)
        return;
    machines_done(&l->m);
    free(l);
}

static int local_open(const struct platform_env *env, struct platform **ret,
                      struct err *err)
{
    struct local *l = must_calloc(1, sizeof(*l));

    l->m.base.ops = &platform_local;
    l->m.kind = &as_java;
    l->m.env = env;
    l->settings = env->settings;
    if (local_settings_check(l->settings, err) < 0 ||
        mkdir_all(env->work_dir, err) < 0 || jvm_write_logging(l, err) < 0 ||
        make_nodes(l, err) < 0) {
        local_close(&l->m.base);
        return err->code;
    }
    *ret = &l->m.base;
    return 0;
}

/* KRaft tells clients any broker as the controller, so ask for the quorum's
 * leader. */
static int local_controller(struct platform *p, int *ret, struct err *err)
{
    struct kafka_access access;
    int32_t id;

    if (machines_access(p, VIEW_OBSERVER, &access) < 0)
        return err_set(err, -ENOTSUP, "controller: no way in");
    if (quorum_leader(&access, 5 * US_PER_S, &id, err) < 0)
        return err_context(err, "controller");
    *ret = id;
    return 0;
}

static const char *local_property(struct platform *p, const char *node,
                                  const char *key)
{
    enum platform_role role = PLATFORM_ROLES;
    const char *value = machines_property(machines_of(p), node, key, &role);

    return value ? value : role_default(role, key);
}

static int fetch(const struct platform_wish *w,
                 void (*say)(void *ctx, const char *what), void *ctx,
                 json_t **ret, struct err *err)
{
    return local_fetch(&platform_local, w, say, ctx, ret, err);
}

static const char *const of_workers[] = {"workers", "connect", "worker-heap",
                                         "worker-properties", NULL};

const struct platform_ops platform_local = {
    .name = "local",
    .help = "Kafka brokers and Connect workers as processes on this machine",
    .can = PLATFORM_CAN_SIGNAL_NODES | PLATFORM_CAN_ADD_WORKERS |
           PLATFORM_CAN_TRANSACTIONS | PLATFORM_CAN_CONNECT_REST |
           PLATFORM_CAN_OFFSETS_TOPIC | PLATFORM_CAN_WIDEN_TOPICS,
    .args = local_args,
    .args_len = LOCAL_ARGS,
    .settings_size = sizeof(struct local_settings),
    .check_settings = local_check_settings,
    .groups = list_groups,
    .check_plugin = local_check_plugin,
    .fetch = fetch,
    .open = local_open,
    .close = local_close,
    .up = machines_up,
    .access = machines_access,
    .rest = machines_rest,
    .list = machines_list,
    .signal = machines_signal,
    .status = machines_status,
    .start = machines_start,
    .answers = machines_answers,
    .node_add = machines_node_add,
    .node_remove = machines_node_remove,
    .controller = local_controller,
    .add_host = machines_add_host,
    .connect_topic = machines_connect_topic,
    .property = local_property,
    .of_workers = of_workers,
    .keep = local_keep,
    .describe = local_describe,
};
