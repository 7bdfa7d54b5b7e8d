/* leave.c - the end of a run in a shared world: deletes the run's connectors,
 * groups and topics, then looks for leftovers.
 *
 * A question without an answer counts as a leftover, since the next scenario
 * must not start on hope. The outer program uses no world with leftovers again.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/evidence_file.h"
#include "base/file.h"
#include "base/log.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/own.h"
#include "client/leftovers.h"
#include "engine/may_go_on_own.h"
#include "engine/shared_own.h"
#include "engine/tell_own.h"
#include "engine/workers_own.h"
#include "verdict/isolation.h"

static const int64_t ask_us = 5 * US_PER_S;
/* A group empties when its members' sessions have ended, at the latest. */
static const int64_t patience_us = 20 * US_PER_S;
static const int64_t again_us = 50 * US_PER_MS;

struct leaving {
    struct run *r;
    pthread_mutex_t lock; /* guards `look` */
    json_t *look;         /* for isolation_findings() */
};

static json_t *list(struct leaving *l, const char *member)
{
    json_t *all = json_object_get(l->look, member);

    if (!all) {
        all = json_array();
        (void)json_object_set_new(l->look, member, all);
    }
    return all;
}

static void unknown(struct leaving *l, const struct err *why)
{
    pthread_mutex_lock(&l->lock);
    (void)json_array_append_new(list(l, "unknown"),
                                json_sprintf("not known: %s", why->text));
    pthread_mutex_unlock(&l->lock);
}

/* Whether Ctrl-C has come: nothing is looked at any more, and the world counts
 * as unknown. */
static bool is_cut_off(struct leaving *l)
{
    struct err why = {0};

    if (!run_interrupted())
        return false;
    err_set(&why, -EINTR, "interrupted");
    unknown(l, &why);
    return true;
}

/* ---- a request, repeated until done ---------------------------------------
 */

struct wish {
    struct run *r;
    const char *name;
    int (*ask)(struct run *r, const char *name, struct err *err);
};

/* A busy, rebalancing or slow cluster answers later, so every error is asked
 * again; an absent topic, group or connector counts as deleted. */
static int is_done(void *ctx, struct err *err)
{
    const struct wish *w = ctx;
    int rc;

    if (run_interrupted()) /* before: an answer may take five seconds */
        return err_set(err, -EINTR, "interrupted");
    rc = w->ask(w->r, w->name, err);
    if (run_interrupted())
        return err_set(err, -EINTR, "interrupted");
    if (rc == -ENOENT) {
        *err = (struct err){0};
        return 1;
    }
    return rc == 0;
}

static void do_wish(struct leaving *l, const char *what, const char *name,
                    int (*ask)(struct run *r, const char *name,
                               struct err *err))
{
    struct clk *clk = &l->r->world.clk;
    struct wish w = {l->r, name, ask};
    AUTO_FREE char *of = path_of("%s %s", what, name);
    struct err err = {0};

    if (wait_until(clk, is_done, &w, again_us, clk_now(clk) + patience_us, of,
                   &err) < 0)
        unknown(l, &err);
}

/* ---- connectors -----------------------------------------------------------
 */

/* The client of the Connect cluster that runs the connector. */
static struct connect *runner_of(const struct run *r, const char *connector)
{
    return run_connect(r, plan_connector(r->given.plan, connector));
}

static int ask_stop(struct run *r, const char *name, struct err *err)
{
    return connect_do(runner_of(r, name), name, "stop", ask_us, err);
}

static int ask_stopped(struct run *r, const char *name, struct err *err)
{
    AUTO_JSON json_t *status = NULL;

    if (connect_status(runner_of(r, name), name, &status, ask_us, err) < 0)
        return err->code;
    return connect_all_in_state(status, "STOPPED", NULL) ? 0 : -EAGAIN;
}

static int ask_delete(struct run *r, const char *name, struct err *err)
{
    return connect_delete(runner_of(r, name), name, ask_us, err);
}

struct goodbye {
    struct leaving *l;
    const char *name;
    bool is_source;
};

/* Workers answer no request during a rebalance. So all requests go out at the
 * same time, and a single rebalance serves all. */
static void say_goodbye(void *arg)
{
    struct goodbye *g = arg;

    if (!g->is_source) {
        do_wish(g->l, "deletion of", g->name, ask_delete);
        return;
    }
    do_wish(g->l, "stop of", g->name, ask_stop);
    do_wish(g->l, "STOPPED of", g->name, ask_stopped);
}

/* Connect keeps source offsets when a source is deleted. So delete the offsets
 * while all sources are stopped and no task can commit. */
static void forget_offsets(struct leaving *l)
{
    struct run *r = l->r;
    struct platform *p = r->world.platform;

    for (size_t i = 0; p->ops->connect_topic && i < r->given.plan->groups_len;
         i++) {
        const char *topic =
            p->ops->connect_topic(p, r->given.plan->groups[i].name, "offsets");
        struct err err = {0};

        if (is_cut_off(l))
            return;
        if (topic && kafka_forget_source_offsets(&r->world.cluster.access,
                                                 topic, patience_us, &err) < 0)
            unknown(l, &err);
    }
}

static void end_connectors(struct leaving *l)
{
    const struct scenario *s = &l->r->given.plan->scenario;
    size_t n = s->connectors_len;
    AUTO_FREE struct goodbye *all = must_calloc(n, sizeof(*all));
    bool sources = false;

    for (size_t i = 0; i < n; i++) {
        all[i] = (struct goodbye){.l = l,
                                  .name = s->connectors[i].name,
                                  .is_source = s->connectors[i].is_source};
        sources |= all[i].is_source;
    }
    beside(say_goodbye, all, sizeof(*all), n);
    if (!sources)
        return;
    forget_offsets(l);
    for (size_t i = 0; i < n; i++)
        if (all[i].is_source)
            do_wish(l, "deletion of", all[i].name, ask_delete);
}

/* ---- groups and topics ----------------------------------------------------
 */

/* Open a new client for each request: librdkafka caches the coordinator of a
 * group, and repeats the request to the same broker after "not coordinator". */
static int ask_no_group(struct run *r, const char *name, struct err *err)
{
    struct kafka_admin *admin;
    int rc = kafka_admin_open(&r->world.cluster.access, &admin, err);

    if (rc < 0)
        return rc;
    rc = kafka_delete_group(admin, name, ask_us, err);
    kafka_admin_close(admin);
    return rc;
}

static int ask_no_topic(struct run *r, const char *name, struct err *err)
{
    return kafka_delete_topic(r->world.cluster.admin, name, ask_us, err);
}

static int ask_gone(struct run *r, const char *name, struct err *err)
{
    AUTO_JSON json_t *all = NULL;
    json_t *one;
    size_t i;

    if (kafka_topics(r->world.cluster.admin, &all, ask_us, err) < 0)
        return err->code;
    json_array_foreach (all, i, one)
        if (strcmp(json_string_value(one), name) == 0)
            return err_set(err, -EAGAIN, "still there");
    return 0;
}

static void end_groups(struct leaving *l)
{
    const struct plan *p = l->r->given.plan;

    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].group[0])
            do_wish(l, "deletion of group", p->hops[i].group, ask_no_group);
}

static void each_topic(struct leaving *l, const char *what,
                       int (*ask)(struct run *r, const char *name,
                                  struct err *err))
{
    const struct plan *p = l->r->given.plan;

    for (size_t i = 0; i < p->scenario.topics_len; i++)
        do_wish(l, what, p->scenario.topics[i].name, ask);
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].dead_topic)
            do_wish(l, what, p->hops[i].dead_topic, ask);
}

static void end_topics(struct leaving *l)
{
    each_topic(l, "deletion of topic", ask_no_topic);
    each_topic(l, "end of topic", ask_gone);
}

/* ---- a look ---------------------------------------------------------------
 */

/* Keep an answer under `member`, or the reason why there is none. Takes
 * `answer`. */
static void keep(struct leaving *l, const char *member, int rc, json_t *answer,
                 struct err *err)
{
    if (rc < 0)
        unknown(l, err);
    else
        (void)json_object_set_new(l->look, member, answer);
    *err = (struct err){0};
}

int shared_configs(struct run *r, json_t **ret, struct err *err)
{
    AUTO_JSON json_t *all = json_object();
    size_t n;
    const struct platform_node *nodes =
        r->world.platform->ops->list(r->world.platform, &n);

    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *id = path_of("%d", nodes[i].number);
        json_t *one = NULL;

        if (nodes[i].role != ROLE_BROKER)
            continue;
        if (kafka_dynamic_config(r->world.cluster.admin, nodes[i].number, &one,
                                 ask_us, err) < 0)
            return err->code;
        (void)json_object_set_new(all, id, one);
    }
    *ret = TAKE(all);
    return 0;
}

/* Put every entry of `more` (may be NULL) into the list `member`. Takes
 * `more`. */
static void add_to(struct leaving *l, const char *member, json_t *more)
{
    if (json_is_array(more))
        (void)json_array_extend(list(l, member), more);
    json_decref(more);
}

static void look_at_connectors(struct leaving *l, struct connect *connect)
{
    json_t *answer = NULL;
    struct err err = {0};
    int rc = connect_request(connect, "GET", "/connectors", NULL, ask_us,
                             &answer, &err);

    if (rc >= 0 && rc != 200)
        rc = err_set(&err, -EIO, "connectors: HTTP status %d", rc);
    if (rc < 0)
        unknown(l, &err);
    add_to(l, "connectors", answer);
}

static void look_at_offsets(struct leaving *l, const char *topic)
{
    json_t *answer = NULL;
    struct err err = {0};

    if (kafka_source_offsets(&l->r->world.cluster.access, topic, &answer,
                             ask_us, &err) < 0)
        unknown(l, &err);
    else
        add_to(l, "offsets", answer);
}

/* Every group of workers is a Connect cluster of its own. */
static void look_at_connect(struct leaving *l)
{
    struct run *r = l->r;
    struct platform *p = r->world.platform;

    for (size_t i = 0; i < r->given.plan->groups_len && !is_cut_off(l); i++) {
        const struct field_group *g = &r->world.cluster.connects[i];
        const char *offsets = p->ops->connect_topic
                                  ? p->ops->connect_topic(p, g->name, "offsets")
                                  : NULL;

        if (r->given.plan->groups[i].workers > 0)
            look_at_connectors(l, g->connect);
        if (offsets)
            look_at_offsets(l, offsets);
    }
}

static void look_at_kafka(struct leaving *l)
{
    struct kafka_admin *admin = l->r->world.cluster.admin;
    json_t *answer = NULL;
    struct err err = {0};
    int rc;

    rc = kafka_topics(admin, &answer, ask_us, &err);
    keep(l, "topics", rc, answer, &err);
    rc = kafka_groups(admin, &answer, ask_us, &err);
    keep(l, "groups", rc, answer, &err);
    rc = kafka_acls(admin, &answer, ask_us, &err);
    keep(l, "acls", rc, answer, &err);
    rc = shared_configs(l->r, &answer, &err);
    keep(l, "configs", rc, answer, &err);
    if (l->r->world.configs)
        (void)json_object_set(l->look, "configs_before", l->r->world.configs);
}

static void look_at_clients(struct leaving *l)
{
    json_t *answer = NULL;
    struct err err = {0};
    int rc = run_strangers(l->r, &answer, &err);

    keep(l, "clients", rc, answer, &err);
}

/* A node that a fault killed and started again may still be on the way. */
struct awaited {
    struct platform *p;
    const char *node;
};

static int answers(void *ctx, struct err *err)
{
    const struct awaited *a = ctx;

    if (run_interrupted())
        return err_set(err, -EINTR, "interrupted");
    return a->p->ops->answers(a->p, a->node, err);
}

static void look_at_node(struct leaving *l, const struct platform_node *n,
                         size_t at)
{
    struct run *r = l->r;
    struct clk *clk = &r->world.clk;
    struct awaited a = {r->world.platform, n->name};
    struct node_status s = {0};
    struct err err = {0};
    const char *why = NULL;

    if (at >= r->world.nodes_declared)
        why = "was added";
    else if (n->removed)
        why = "was taken away";
    else if (node_status(r->world.nodes, n->name, &s, &err) < 0 ||
             s.state == NODE_ENDED)
        why = "has ended";
    else if (s.state == NODE_STOPPED)
        why = "stands still";
    else if (wait_until(clk, answers, &a, again_us, clk_now(clk) + patience_us,
                        n->name, &err) < 0)
        why = "does not answer";
    if (why)
        (void)json_array_append_new(list(l, "nodes"),
                                    json_sprintf("%s %s", n->name, why));
}

static void look_at_nodes(struct leaving *l)
{
    size_t n;
    const struct platform_node *all =
        l->r->world.platform->ops->list(l->r->world.platform, &n);

    for (size_t i = 0; i < n && !is_cut_off(l); i++)
        look_at_node(l, &all[i], i);
}

static void look_at_faults(struct leaving *l)
{
    const struct run *r = l->r;

    for (size_t i = 0; r->facts.timeline_made && i < r->given.plan->steps_len;
         i++) {
        const struct step_run *s = &r->facts.timeline.steps[i];

        if (s->applied && s->mended_us < 0)
            (void)json_array_append_new(
                list(l, "faults"),
                json_sprintf("%s of %s may still be in force",
                             r->given.plan->steps[i].ops->name,
                             s->target.name));
    }
}

static void add_name(json_t *names, const char *name)
{
    if (name)
        (void)json_array_append_new(names, json_string(name));
}

/* Names that the workers themselves use. */
static json_t *of_workers(struct run *r)
{
    static const char *const which[] = {"config", "offsets", "status", "slots"};
    struct platform *p = r->world.platform;
    json_t *topics = json_array(), *groups = json_array();

    for (size_t i = 0; p->ops->connect_topic && i < r->given.plan->groups_len;
         i++) {
        const char *group = r->given.plan->groups[i].name;

        for (size_t k = 0; k < ARRAY_LEN(which); k++)
            add_name(topics, p->ops->connect_topic(p, group, which[k]));
        add_name(groups, p->ops->connect_topic(p, group, "group"));
    }
    return json_pack("{s:o, s:o}", "topics", topics, "groups", groups);
}

/* The names of the present workers and, from a file of the world, of all
 * workers of earlier runs: topics and groups outlive the workers. */
static json_t *of_all_workers(struct leaving *l)
{
    struct run *r = l->r;
    AUTO_FREE char *path =
        path_of("%s/of-workers.json", r->given.spec->world.dir);
    AUTO_JSON json_t *earlier = NULL;
    json_t *ours = of_workers(r);
    struct err err = {0};

    if (access(path, F_OK) == 0 && json_read(path, &earlier, &err) < 0)
        unknown(l, &err);
    isolation_add_ours(ours, earlier);
    if (!err.code && evidence_keep(path, ours, &err) < 0)
        unknown(l, &err);
    return ours;
}

/* Records of earlier runs may reach the next run too. */
static void look_at_late(struct leaving *l)
{
    const struct run *r = l->r;

    for (size_t i = 0; i < r->given.plan->stations_len; i++) {
        const struct tally *t = r->facts.stations[i].tally;
        uint64_t late = t ? tally_counts(t).late : 0;

        if (late > 0)
            (void)json_array_append_new(
                list(l, "late"),
                json_sprintf("%" PRIu64 " records of an earlier run reached %s",
                             late, r->given.plan->stations[i].name));
    }
}

static void leave(struct leaving *l)
{
    struct run *r = l->r;
    struct err err = {0};

    end_connectors(l);
    end_groups(l);
    if (shared_take_data(r->given.spec->dir, &err) < 0)
        unknown(l, &err); /* topics stay: the outer program takes again */
    else
        end_topics(l);
    (void)json_object_set_new(l->look, "ours", of_all_workers(l));
    look_at_nodes(l);
    look_at_faults(l);
    look_at_late(l);
    look_at_connect(l);
    if (!is_cut_off(l))
        look_at_kafka(l);
    look_at_clients(l);
}

void run_leave_world(struct run *r)
{
    AUTO_JSON json_t *look_at = json_object();
    struct leaving l = {.r = r, .look = look_at};
    struct err err = {0};
    json_t *one;
    size_t i;

    if (!r->given.spec->world.dir || r->given.spec->verify_only)
        return;
    pthread_mutex_init(&l.lock, NULL);
    if (shared_take_logs(r->given.spec->dir, &err) < 0)
        unknown(&l, &err);
    if (run_interrupted())
        (void)json_array_append_new(list(&l, "unknown"),
                                    json_string("not looked at: interrupted"));
    else if (!r->world.cluster.admin || !r->world.platform || r->told.gone)
        (void)json_array_append_new(
            list(&l, "unknown"),
            json_string("not looked at: the nodes do not answer"));
    else
        leave(&l);
    pthread_mutex_destroy(&l.lock);
    r->results.left = isolation_findings(look_at);
    json_array_foreach (r->results.left, i, one)
        log_warn("engine", "left behind: %s", look_text(one, "text"));
}
