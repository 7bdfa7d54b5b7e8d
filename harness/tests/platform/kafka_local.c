/* kafka_local.c - the platform `local` with real brokers and workers: nodes are
 * started, killed and added; a killed run is read. */
#include <errno.h>
#include <signal.h>

#include "base/file.h"
#include "base/own.h"
#include "client/connect.h"
#include "client/kafka.h"
#include "local_run.h"
#include "support/both_modes.h"

enum { LINES = 200 };

static const int64_t patience_us = INT64_C(60) * US_PER_S;

struct question {
    struct platform *p;
    struct kafka_admin *admin;
    struct connect *connect;
    const char *node;
    int not_this;
};

static int await(struct question *q, wait_fn met, const char *what,
                 struct err *err)
{
    struct clk clk = clk_real();

    return wait_until(&clk, met, q, 100 * US_PER_MS, patience_us, what, err);
}

static int it_answers(void *ctx, struct err *err)
{
    struct question *q = ctx;

    return q->p->ops->answers(q->p, q->node, err);
}

static int it_has_ended(void *ctx, struct err *err)
{
    struct question *q = ctx;
    struct node_status s;

    if (q->p->ops->status(q->p, q->node, &s, err) < 0)
        return err->code;
    return s.state == NODE_ENDED;
}

static int another_controls(void *ctx, struct err *err)
{
    struct question *q = ctx;
    struct err why = {0};
    int id = 0;

    (void)err;
    return q->p->ops->controller(q->p, &id, &why) == 0 && id != q->not_this;
}

static int connector_runs(void *ctx, struct err *err)
{
    struct question *q = ctx;
    AUTO_JSON json_t *status = NULL;
    struct err why = {0};

    (void)err;
    return connect_status(q->connect, "lines", &status, US_PER_S * 5, &why) ==
               0 &&
           connect_all_in_state(status, "RUNNING", NULL);
}

static int all_lines_are_there(void *ctx, struct err *err)
{
    struct question *q = ctx;
    struct err why = {0};
    int64_t low = 0, high = 0;

    (void)err;
    return kafka_watermarks(q->admin, "lines", 0, &low, &high, US_PER_S * 5,
                            &why) == 0 &&
           high - low >= LINES;
}

/* From Kafka 4.1 on, a topic may have another value than the broker's own
 * setting, so ask for the topic's configuration. */
static int two_must_be_in_sync(void *ctx, struct err *err)
{
    struct question *q = ctx;
    AUTO_JSON json_t *config = NULL;
    const char *value;

    if (kafka_topic_config(q->admin, "lines", &config, US_PER_S * 5, err) < 0)
        return err->code;
    value = json_string_value(json_object_get(config, "min.insync.replicas"));
    return value && strcmp(value, "2") == 0
               ? 1
               : err_set(err, -EBADMSG, "min.insync.replicas: %s, want 2",
                         value ? value : "not told");
}

static int write_lines(const char *path, struct err *err)
{
    AUTO_FILE FILE *f = fopen(path, "we");

    if (!f)
        return err_errno(err, "%s", path);
    for (int i = 0; i < LINES; i++)
        (void)fprintf(f, "line %d\n", i);
    return 0;
}

static int a_file_becomes_a_topic(const struct run *r, struct question *q)
{
    AUTO_FREE char *path = path_of("%s/lines.txt", r->dir);
    AUTO_JSON json_t *config =
        json_pack("{s:s, s:s, s:s, s:s}", "connector.class",
                  "org.apache.kafka.connect.file.FileStreamSourceConnector",
                  "tasks.max", "1", "topic", "lines", "file", path);
    struct err err = {0};

    CLAIM_OK(write_lines(path, &err), &err);
    CLAIM_OK(
        kafka_create_topic(q->admin, "lines", 1, 3, NULL, patience_us, &err),
        &err);
    CLAIM_OK(await(q, two_must_be_in_sync, "min.insync.replicas", &err), &err);
    CLAIM_OK(connect_put(q->connect, "lines", config, patience_us, &err), &err);
    CLAIM_OK(await(q, connector_runs, "connector", &err), &err);
    CLAIM_OK(await(q, all_lines_are_there, "lines", &err), &err);
    return 0;
}

static int a_killed_node_comes_back(struct question *q, const char *node)
{
    const struct platform_ops *ops = q->p->ops;
    struct err err = {0};

    q->node = node;
    CLAIM_OK(ops->signal(q->p, node, SIGKILL, &err), &err);
    CLAIM_OK(await(q, it_has_ended, node, &err), &err);
    CLAIM(ops->answers(q->p, node, &err) == 0);
    CLAIM_OK(ops->start(q->p, node, &err), &err);
    CLAIM_OK(ops->start(q->p, node, &err), &err);
    CLAIM_OK(await(q, it_answers, node, &err), &err);
    return 0;
}

static int the_controller_moves(struct question *q)
{
    char name[NODE_NAME_MAX];
    struct err err = {0};
    int id = 0;

    CLAIM_OK(q->p->ops->controller(q->p, &id, &err), &err);
    CLAIM(id >= 1 && id <= 3);
    (void)snprintf(name, sizeof(name), "broker-%d", id);
    q->not_this = id;
    CLAIM_OK(q->p->ops->signal(q->p, name, SIGKILL, &err), &err);
    CLAIM_OK(await(q, another_controls, "controller", &err), &err);
    q->node = name;
    CLAIM_OK(q->p->ops->start(q->p, name, &err), &err);
    CLAIM_OK(await(q, it_answers, name, &err), &err);
    return 0;
}

static int a_worker_comes_and_goes(struct question *q)
{
    const struct platform_ops *ops = q->p->ops;
    const struct platform_node_wish any = {0}, other = {.version = "3.9.1"},
                                    small = {.heap = INT64_C(256) << 20};
    const struct platform_node *all;
    struct platform_node made;
    struct err err = {0};
    size_t n;

    CLAIM(ops->node_add(q->p, ROLE_BROKER, &any, &made, &err) == -ENOTSUP);
    CLAIM(ops->node_add(q->p, ROLE_WORKER, &other, &made, &err) == -ENOTSUP);
    err.code = 0;
    CLAIM_OK(ops->node_add(q->p, ROLE_WORKER, &small, &made, &err), &err);
    CLAIM(strcmp(made.name, "worker-3") == 0);
    q->node = made.name;
    CLAIM_OK(await(q, it_answers, made.name, &err), &err);
    CLAIM_OK(ops->node_remove(q->p, made.name, &err), &err);
    CLAIM_OK(await(q, it_has_ended, made.name, &err), &err);
    all = ops->list(q->p, &n);
    CLAIM(n == 6 && all[5].removed && !all[4].removed);
    return 0;
}

static int hosts_are_told(const struct run *r, struct question *q)
{
    AUTO_FREE char *one = path_of("%s/work/worker-1/hosts", r->dir);
    AUTO_FREE char *two = path_of("%s/work/worker-2/hosts", r->dir);
    AUTO_FREE char *text_one = NULL;
    AUTO_FREE char *text_two = NULL;
    struct err err = {0};

    CLAIM_OK(q->p->ops->add_host(q->p, NULL, "shop", "10.9.8.7", &err), &err);
    CLAIM_OK(q->p->ops->add_host(q->p, "worker-2", "shop", "10.9.8.6", &err),
             &err);
    CLAIM(q->p->ops->add_host(q->p, "worker-9", "shop", "10.9.8.6", &err) ==
          -ENOENT);
    err.code = 0;
    CLAIM_OK(file_read(one, &text_one, NULL, &err), &err);
    CLAIM_OK(file_read(two, &text_two, NULL, &err), &err);
    CLAIM(strstr(text_one, "\n10.9.8.7 shop\n"));
    CLAIM(strstr(text_two, "\n10.9.8.6 shop\n"));
    CLAIM(!strstr(text_two, "10.9.8.7"));
    return 0;
}

static int open_clients(struct question *q, struct err *err)
{
    struct connect_access at[NODES_MAX];
    struct kafka_access access;
    size_t n, workers = 0;
    const struct platform_node *all = q->p->ops->list(q->p, &n);

    for (size_t i = 0; i < n; i++)
        workers += q->p->ops->rest(q->p, all[i].name, VIEW_OBSERVER,
                                   &at[workers]) == 0;
    q->connect = connect_new();
    connect_workers(q->connect, at, workers);
    if (q->p->ops->access(q->p, VIEW_OBSERVER, &access) < 0)
        return err_set(err, -ENOTSUP, "no way in");
    return kafka_admin_open(&access, &q->admin, err);
}

static int scene(struct nodes *nodes, void *ctx)
{
    struct run *r = ctx;
    AUTO_FREE char *work = path_of("%s/work", r->dir);
    AUTO_FREE char *logs = path_of("%s/logs", r->dir);
    AUTO_JSON json_t *described = NULL;
    struct question q = {.p = NULL};
    struct err err = {0};
    int64_t began_us = clk_monotonic_us();

    CLAIM_OK(run_open(r, nodes, work, logs, &q.p, &err), &err);
    CLAIM_OK(q.p->ops->up(q.p, false, &err), &err);
    dprintf(2, "%s: up after %.2f s\n",
            nodes_sandboxed(nodes) ? "namespaces" : "fallback",
            (double)(clk_monotonic_us() - began_us) / US_PER_S);
    CLAIM_OK(open_clients(&q, &err), &err);
    if (a_file_becomes_a_topic(r, &q) || the_controller_moves(&q) ||
        a_killed_node_comes_back(&q, "worker-1") ||
        a_worker_comes_and_goes(&q) || hosts_are_told(r, &q))
        return 1;
    described = q.p->ops->describe(q.p);
    CLAIM(json_is_object(described));
    CLAIM(strcmp(q.p->ops->property(q.p, "worker-1", "session.timeout.ms"),
                 "6000") == 0);
    connect_free(q.connect);
    kafka_admin_close(q.admin);
    q.p->ops->close(q.p);
    return 0;
}

/* The run was killed without notice; the files of its brokers are read. */
static int aftermath(struct nodes *nodes, void *ctx)
{
    struct run *r = ctx;
    AUTO_FREE char *work = path_of("%s/work", r->dir);
    AUTO_FREE char *logs = path_of("%s/logs", r->dir);
    struct question q = {.node = "worker-1"};
    struct node_status s;
    struct err err = {0};

    CLAIM_OK(run_open(r, nodes, work, logs, &q.p, &err), &err);
    CLAIM_OK(q.p->ops->up(q.p, true, &err), &err);
    CLAIM_OK(open_clients(&q, &err), &err);
    CLAIM_OK(await(&q, all_lines_are_there, "lines", &err), &err);
    CLAIM_OK(q.p->ops->status(q.p, "worker-1", &s, &err), &err);
    CLAIM(s.state == NODE_NEVER_STARTED);
    connect_free(q.connect);
    kafka_admin_close(q.admin);
    q.p->ops->close(q.p);
    return 0;
}

START_TEST(a_run_and_a_look_at_what_it_left)
{
    static const char *const plugins[] = {"file"};
    struct run r;

    run_init(&r, "4.3.1", plugins, ARRAY_LEN(plugins));
    run_engine(&r, modes[_i], scene);
    run_engine(&r, modes[_i], aftermath);
    run_done(&r);
}
END_TEST

/* ---- failing ------------------------------------------------------------- */

static int doomed(struct nodes *nodes, void *ctx)
{
    struct run *r = ctx;
    AUTO_FREE char *work = path_of("%s/work", r->dir);
    AUTO_FREE char *logs = path_of("%s/logs", r->dir);
    struct platform *p;
    struct err err = {0};
    int64_t began_us = clk_monotonic_us();

    CLAIM_OK(run_open(r, nodes, work, logs, &p, &err), &err);
    CLAIM(p->ops->up(p, false, &err) == -ECHILD);
    dprintf(2, "%s\n", err.text);
    CLAIM(clk_monotonic_us() - began_us < INT64_C(60) * US_PER_S);
    CLAIM(strstr(err.text, "broker-1: ended with exit code 1"));
    CLAIM(strstr(err.text, "num.io.threads"));
    p->ops->close(p);
    return 0;
}

START_TEST(a_node_that_dies_is_told_at_once_with_its_reason)
{
    AUTO_JSON json_t *bad = json_pack("{s:s}", "num.io.threads", "many");
    struct run r;

    run_init(&r, "4.3.1", NULL, 0);
    r.settings.brokers = 1;
    r.settings.workers = 0;
    r.settings.broker_properties = bad;
    run_engine(&r, SANDBOX_OFF, doomed);
    run_done(&r);
}
END_TEST

static int older(struct nodes *nodes, void *ctx)
{
    struct run *r = ctx;
    AUTO_FREE char *work = path_of("%s/work", r->dir);
    AUTO_FREE char *logs = path_of("%s/logs", r->dir);
    struct platform *p;
    struct err err = {0};
    int id = 0;

    CLAIM_OK(run_open(r, nodes, work, logs, &p, &err), &err);
    CLAIM_OK(p->ops->up(p, false, &err), &err);
    CLAIM_OK(p->ops->controller(p, &id, &err), &err);
    CLAIM(id == 1);
    p->ops->close(p);
    return 0;
}

START_TEST(the_older_line_runs_as_well)
{
    struct run r;

    run_init(&r, "3.9.2", NULL, 0);
    r.settings.brokers = 1;
    r.settings.workers = 1;
    run_engine(&r, SANDBOX_AUTO, older);
    run_done(&r);
}
END_TEST

static void fill(TCase *tc, int first)
{
    tcase_add_loop_test(tc, a_run_and_a_look_at_what_it_left, first,
                        ARRAY_LEN(modes));
    tcase_add_test(tc, a_node_that_dies_is_told_at_once_with_its_reason);
    tcase_add_test(tc, the_older_line_runs_as_well);
}

BOTH_MODES_MAIN("platform/local", fill, 300)
