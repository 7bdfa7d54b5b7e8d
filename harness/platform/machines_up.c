/* machines_up.c - starts all nodes, and waits until every node answers. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "client/http.h"
#include "client/quorum.h"
#include "platform/machines_own.h"
#include "platform/telling_own.h"

static const int64_t ask_every_us = 50 * US_PER_MS;
static const int64_t end_patience_us = 15 * US_PER_S;
static const int64_t ask_broker_us = 500 * US_PER_MS;
static const int64_t ask_worker_us = 2 * US_PER_S;

/* librdkafka backs off up to 10 s from an unreachable broker. The observer
 * watches brokers come back, so limit the back-off. */
static const char *const observer_properties[] = {
    "reconnect.backoff.ms=50", "reconnect.backoff.max.ms=500"};

static int open_admin(struct machines *m, struct err *err)
{
    struct kafka_access access;
    int rc;

    if (m->admin)
        return 0;
    rc = m->base.ops->access(&m->base, VIEW_OBSERVER, &access);
    if (rc < 0)
        return err_set(err, rc, "brokers: no way in for the harness");
    access.properties = observer_properties;
    access.properties_len = ARRAY_LEN(observer_properties);
    return kafka_admin_open(&access, &m->admin, err);
}

/* Ready: the broker serves requests, and the cluster's metadata lists the
 * broker. */
static int broker_ready(struct machines *m, size_t i, struct err *err)
{
    AUTO_FREE char *address =
        path_of("%s:%d", m->more[i].observer_address, PORT_OBSERVER);
    struct kafka_access access = {.bootstrap = NULL};
    int32_t ids[BROKERS_MAX];
    struct err why = {0};
    size_t n = 0;

    if (m->base.ops->access(&m->base, VIEW_OBSERVER, &access) < 0 ||
        broker_answers(&access.security, address, ask_broker_us, &why) < 0)
        return 0;
    if (open_admin(m, err) < 0)
        return err->code;
    if (kafka_brokers(m->admin, ids, ARRAY_LEN(ids), &n, ask_broker_us, &why) <
        0)
        return 0;
    for (size_t k = 0; k < n && k < ARRAY_LEN(ids); k++)
        if (ids[k] == m->nodes[i].number)
            return 1;
    return 0;
}

static int get(const struct connect_access *at, const char *path)
{
    AUTO_FREE char *url = path_of("%s%s", at->url, path);
    const struct http_question q = {.method = "GET",
                                    .url = url,
                                    .timeout_us = ask_worker_us,
                                    .security = at->security};
    struct http_reply reply = {.status = 0};
    struct err why = {0};
    int status;

    if (http_ask(&q, &reply, &why) < 0)
        return 0;
    status = (int)reply.status;
    http_reply_done(&reply);
    return status;
}

/* Ask for the list of connectors as well: the root answers early, the list only
 * after the worker has joined its group and read the config topic. */
static int worker_ready(struct machines *m, size_t i)
{
    struct connect_access at;

    return machines_rest(&m->base, m->nodes[i].name, VIEW_OBSERVER, &at) == 0 &&
           get(&at, "/") == 200 && get(&at, "/connectors") == 200;
}

static int node_ready(struct machines *m, size_t i, struct err *err)
{
    return m->nodes[i].role == ROLE_BROKER ? broker_ready(m, i, err)
                                           : worker_ready(m, i);
}

int machines_answers(struct platform *p, const char *node, struct err *err)
{
    int at = machines_index(machines_of(p), node, err);

    return at < 0 ? at : node_ready(machines_of(p), (size_t)at, err);
}

/* ---- up ----------------------------------------------------------------- */

struct climb {
    struct machines *m;
    bool brokers_only;
    bool ready[NODES_MAX];
    struct err died; /* the node that ended, and how */
};

static bool counts(const struct climb *c, size_t i)
{
    return !c->m->nodes[i].removed &&
           (!c->brokers_only || c->m->nodes[i].role == ROLE_BROKER);
}

/* 0: the node runs. -ECHILD: how the node ended, with the telling line of its
 * log. */
static int still_runs(const struct climb *c, size_t i, struct err *err)
{
    const struct machine *m = &c->m->more[i];
    AUTO_FREE char *line = NULL;
    struct node_status status;
    char how[64];

    if (node_status(c->m->env->nodes, c->m->nodes[i].name, &status, err) < 0)
        return err->code;
    if (status.state == NODE_RUNNING || status.state == NODE_STOPPED)
        return 0;
    wait_status_text(status.wait_status, how, sizeof(how));
    line = telling_line(m->log_path, m->log_from);
    return err_set(err, -ECHILD, "%s: %s before it answered: %s (log: %s)",
                   c->m->nodes[i].name, how, line, m->log_told);
}

/* Report an ended node at once, not after the time-out: the last lines of the
 * node's log then have the reason. */
static int all_ready(void *ctx, struct err *err)
{
    struct climb *c = ctx;
    const struct platform_ops *ops = c->m->base.ops;
    bool brokers = true, all = true;

    if (ops->stands && ops->stands(&c->m->base, &c->died) < 0)
        return c->died.code;
    for (size_t i = 0; i < c->m->n; i++) {
        bool broker = c->m->nodes[i].role == ROLE_BROKER;
        int rc;

        if (!counts(c, i) || c->ready[i])
            continue;
        if (still_runs(c, i, &c->died) < 0)
            return c->died.code;
        /* workers cannot answer before brokers do */
        rc = broker || brokers ? node_ready(c->m, i, err) : 0;
        if (rc < 0)
            return rc;
        if (rc > 0)
            log_info(c->m->nodes[i].name, "answers");
        c->ready[i] = rc > 0;
        brokers = brokers && (!broker || rc > 0);
        all = all && rc > 0;
    }
    return all;
}

/* Name the late node, and the line of its log most likely to tell why. */
static int late(const struct climb *c, int64_t after_us, struct err *err)
{
    for (size_t i = 0; i < c->m->n; i++) {
        const struct machine *m = &c->m->more[i];
        AUTO_FREE char *line = NULL;

        if (!counts(c, i) || c->ready[i])
            continue;
        line = telling_line(m->log_path, m->log_from);
        return err_set(err, -ETIMEDOUT,
                       "%s: does not answer after %.1f s: %s (log: %s)",
                       c->m->nodes[i].name, (double)after_us / US_PER_S, line,
                       m->log_told);
    }
    return err_set(err, -ETIMEDOUT, "brokers and workers: not in time");
}

struct ending {
    const struct platform_env *env;
    const char *name;
};

static int has_ended(void *ctx, struct err *err)
{
    const struct ending *e = ctx;
    struct node_status s;

    if (node_status(e->env->nodes, e->name, &s, err) < 0)
        return err->code;
    return s.state != NODE_RUNNING && s.state != NODE_STOPPED;
}

/* The worker may have ended before the signal: -ESRCH counts as ended. */
static int signal_and_wait(const struct ending *e, int sig, struct err *err)
{
    const struct platform_env *env = e->env;
    struct err why = {0};
    int rc = node_signal(env->nodes, e->name, sig, &why);

    if (rc == -ESRCH)
        return 0;
    if (rc == 0)
        rc = wait_until(env->clk, has_ended, (void *)(uintptr_t)e, ask_every_us,
                        clk_now(env->clk) + end_patience_us, e->name, &why);
    return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
}

/* 0: the worker has ended, or never was. */
static int end_worker(const struct platform_env *env, const char *name,
                      struct err *err)
{
    struct ending e = {env, name};
    struct node_status s;
    struct err why = {0};
    int rc;

    if (node_status(env->nodes, name, &s, &why) < 0)
        return why.code == -ENOENT ? 0 : err_set(err, why.code, "%s", why.text);
    if (s.state != NODE_RUNNING && s.state != NODE_STOPPED)
        return 0;
    rc = signal_and_wait(&e, SIGTERM, &why);
    if (rc == -ETIMEDOUT)
        return signal_and_wait(&e, SIGKILL, err);
    return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
}

/* End all workers of an earlier scenario, even if the present scenario has
 * fewer. After a failure the other workers are ended all the same, and the
 * first failure is returned. */
static int end_workers(const struct platform_env *env, struct err *err)
{
    struct err first = {0};

    for (int k = 1; k <= WORKERS_IN_ALL_MAX; k++) {
        AUTO_FREE char *name =
            path_of("%s-%d", platform_role_word(ROLE_WORKER), k);
        struct err why = {0};

        if (end_worker(env, name, &why) < 0 && first.code == 0)
            err_set(&first, why.code, "%s: %s", name, why.text);
    }
    return first.code < 0 ? err_set(err, first.code, "%s", first.text) : 0;
}

int machines_up(struct platform *p, bool brokers_only, struct err *err)
{
    struct climb c = {.m = machines_of(p), .brokers_only = brokers_only};
    const struct platform_env *env = c.m->env;
    int64_t deadline_us = clk_now(env->clk) + env->node_up_us;
    struct err why = {0};
    int rc;

    if (env->other_workers && end_workers(env, err) < 0)
        return err->code;
    if (env->may_start && env->may_start(env->may_start_ctx, p, err) < 0)
        return err->code;
    /* start all at once: workers wait for brokers themselves, and their Java
     * has started by then */
    for (size_t i = 0; i < c.m->n; i++)
        if (counts(&c, i) && machines_start(p, c.m->nodes[i].name, err) < 0)
            return err->code;
    rc = wait_until(env->clk, all_ready, &c, ask_every_us, deadline_us, "up",
                    &why);
    if (c.died.code)
        return err_set(err, c.died.code, "%s", c.died.text);
    if (rc == -ETIMEDOUT)
        return late(&c, env->node_up_us, err);
    return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
}
