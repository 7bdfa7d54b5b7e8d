/* world.c - a fake world for faults. */
#include "world.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct world w;

int acted(struct err *err)
{
    return w.fail ? err_set(err, -EIO, "the answer was lost") : 0;
}

/* ---- platform ---- */

size_t place(const char *node)
{
    for (size_t i = 0; i < w.n; i++)
        if (strcmp(w.nodes[i].name, node) == 0)
            return i;
    ck_abort_msg("no node %s", node);
}

void add_node(enum platform_role role, int number)
{
    struct platform_node *n = &w.nodes[w.n];

    *n = (struct platform_node){.role = role, .number = number};
    (void)snprintf(n->name, sizeof(n->name), "%s-%d", platform_role_word(role),
                   number);
    (void)snprintf(n->address, sizeof(n->address), "10.0.%d.%d", (int)role,
                   number & 0xff);
    w.more[w.n] =
        (struct fake_node){.status = {NODE_RUNNING, 100 + (pid_t)w.n, 0, 1}};
    w.n++;
}

void set_group(const char *node, const char *group)
{
    struct platform_node *n = &w.nodes[place(node)];

    (void)snprintf(n->group, sizeof(n->group), "%s", group);
}

static const struct platform_node *fake_list(struct platform *p,
                                             size_t *ret_len)
{
    (void)p;
    *ret_len = w.n;
    return w.nodes;
}

static int fake_signal(struct platform *p, const char *node, int sig,
                       struct err *err)
{
    struct fake_node *n = &w.more[place(node)];

    (void)p;
    if (n->status.state == NODE_ENDED)
        return err_set(err, -ESRCH, "%s: none runs", node);
    if (sig == SIGSTOP)
        n->status.state = NODE_STOPPED;
    if (sig == SIGCONT)
        n->status.state = NODE_RUNNING;
    if (sig == SIGKILL || sig == SIGTERM) {
        n->ending = true;
        n->ends_with = sig == SIGKILL ? SIGKILL : w.stop_code;
    }
    return acted(err);
}

static int fake_status(struct platform *p, const char *node,
                       struct node_status *ret, struct err *err)
{
    struct fake_node *n = &w.more[place(node)];

    (void)p;
    (void)err;
    *ret = n->status;
    if (!n->ending)
        return 0;
    n->ending = false; /* the present look still sees the process */
    n->status.state = NODE_ENDED;
    n->status.wait_status = n->ends_with;
    return 0;
}

static int fake_start(struct platform *p, const char *node, struct err *err)
{
    struct node_status *s = &w.more[place(node)].status;

    (void)p;
    if (s->state == NODE_ENDED)
        *s = (struct node_status){NODE_RUNNING, s->pid + 100, 0, s->starts + 1};
    return acted(err);
}

static int fake_answers(struct platform *p, const char *node, struct err *err)
{
    (void)p;
    (void)err;
    return w.more[place(node)].status.state == NODE_RUNNING;
}

static int fake_rest(struct platform *p, const char *node,
                     enum platform_view view, struct connect_access *ret)
{
    (void)p, (void)view;
    *ret = (struct connect_access){.url = w.nodes[place(node)].address};
    return 0;
}

static int fake_node_add(struct platform *p, enum platform_role role,
                         const struct platform_node_wish *wish,
                         struct platform_node *ret, struct err *err)
{
    int last = 0;

    (void)p;
    for (size_t i = 0; i < w.n; i++)
        if (w.nodes[i].role == role && w.nodes[i].number > last)
            last = w.nodes[i].number;
    add_node(role, last + 1);
    if (wish->group)
        set_group(w.nodes[w.n - 1].name, wish->group);
    *ret = w.nodes[w.n - 1];
    return acted(err);
}

static int fake_node_remove(struct platform *p, const char *node,
                            struct err *err)
{
    struct err ignored = {0};

    (void)fake_signal(p, node, SIGTERM, &ignored);
    w.nodes[place(node)].removed = true;
    return acted(err);
}

static int fake_controller(struct platform *p, int *ret, struct err *err)
{
    (void)p;
    if (w.controller < 0)
        return err_set(err, -ETIMEDOUT, "no quorum");
    *ret = w.controller;
    return 0;
}

static const char *fake_property(struct platform *p, const char *node,
                                 const char *key)
{
    (void)p;
    (void)node;
    return strcmp(key, "session.timeout.ms") == 0 ? "6000" : NULL;
}

static const struct platform_ops fake_platform = {
    .name = "fake",
    .list = fake_list,
    .signal = fake_signal,
    .status = fake_status,
    .start = fake_start,
    .answers = fake_answers,
    .rest = fake_rest,
    .node_add = fake_node_add,
    .node_remove = fake_node_remove,
    .controller = fake_controller,
    .property = fake_property,
};

/* ---- sink ---- */

static int fake_misbehave(struct endpoint *e, const json_t *how,
                          struct err *err)
{
    (void)e;
    json_decref(w.how);
    w.how = json_deep_copy(how);
    w.applied = 0;
    return acted(err);
}

static int fake_misbehaving(struct endpoint *e, json_t **ret_how,
                            uint64_t *ret_applied, struct err *err)
{
    (void)e;
    (void)err;
    *ret_how = json_deep_copy(w.how);
    *ret_applied = w.applied;
    w.applied += !w.idle && json_object_size(w.how) > 0;
    return 0;
}

/* The behaviours of an http endpoint. A behaviour with a share has a seed. */
static const struct arg fake_seed[] = {{.name = "seed", .type = ARG_INT}};

static const struct behaviour fake_behaviours[] = {
    {.name = "answer", .counts = "requests", fake_seed, 1},
    {.name = "down", .counts = "refusals"},
    {.name = "hang", .counts = "requests", fake_seed, 1},
    {.name = "reset", .counts = "requests", fake_seed, 1},
    {.name = "revoke", .counts = "requests"},
    {.name = NULL},
};

static const struct endpoint_ops fake_sink = {
    .name = "http",
    .behaviours = fake_behaviours,
    .misbehave = fake_misbehave,
    .misbehaving = fake_misbehaving,
};

/* ---- Kafka and the observer, in place of the real functions ---- */

int kafka_partitions(struct kafka_admin *k, const char *topic, int *ret,
                     int64_t timeout_us, struct err *err)
{
    (void)k, (void)topic, (void)timeout_us, (void)err;
    *ret = w.partitions;
    return 0;
}

int kafka_add_partitions(struct kafka_admin *k, const char *topic, int total,
                         int64_t timeout_us, struct err *err)
{
    (void)k, (void)topic, (void)timeout_us;
    w.partitions = total;
    return acted(err);
}

int kafka_brokers(struct kafka_admin *k, int32_t *ids, size_t max,
                  size_t *ret_len, int64_t timeout_us, struct err *err)
{
    (void)k, (void)timeout_us, (void)err;
    *ret_len = 0;
    for (size_t i = 0; i < w.n && *ret_len < max; i++)
        if (w.nodes[i].role == ROLE_BROKER &&
            w.more[i].status.state == NODE_RUNNING)
            ids[(*ret_len)++] = w.nodes[i].number;
    return 0;
}

int kafka_leader(struct kafka_admin *k, const char *topic, int32_t partition,
                 int32_t *ret_leader, int *ret_in_sync, int64_t timeout_us,
                 struct err *err)
{
    (void)k, (void)topic, (void)partition, (void)timeout_us, (void)err;
    *ret_leader = w.leader;
    *ret_in_sync = w.in_sync;
    return 0;
}

/* Knows two groups: the group of connector "shop", and "others". */
int kafka_coordinator(struct kafka_admin *k, const char *group, int32_t *ret,
                      int64_t timeout_us, struct err *err)
{
    (void)k, (void)timeout_us;
    if (w.coordinator < 0)
        return err_set(err, -ETIMEDOUT, "not known");
    *ret = w.coordinator + (strcmp(group, "others") == 0);
    ck_assert(strcmp(group, "connect-shop") == 0 ||
              strcmp(group, "others") == 0);
    return 0;
}

int kafka_watermarks(struct kafka_admin *k, const char *topic,
                     int32_t partition, int64_t *ret_low, int64_t *ret_high,
                     int64_t timeout_us, struct err *err)
{
    (void)k, (void)topic, (void)partition, (void)timeout_us, (void)err;
    *ret_low = w.low;
    *ret_high = 10000;
    return 0;
}

struct task_seen observer_task(struct observer *o, const char *connector,
                               int task)
{
    struct task_seen seen = {.worker_number = -1};

    (void)o, (void)connector;
    pthread_mutex_lock(&w.lock);
    seen.changes = w.shop.changes[task + 1];
    seen.written_us = w.shop.written_us[task + 1];
    (void)snprintf(seen.state, sizeof(seen.state), "%s",
                   w.shop.restless ? "UNASSIGNED" : w.shop.target);
    w.shop.restless = false;
    pthread_mutex_unlock(&w.lock);
    return seen;
}

uint64_t observer_status_changes(struct observer *o, const char *connector)
{
    uint64_t n = 0;

    (void)o, (void)connector;
    pthread_mutex_lock(&w.lock);
    for (int i = 0; i < PARTS; i++)
        n += w.shop.changes[i];
    pthread_mutex_unlock(&w.lock);
    return n;
}

/* ---- the whole ---- */

/* Each look takes a tenth of a second. */
static int64_t fake_now(void *ctx)
{
    (void)ctx;
    return w.now_us += 100 * US_PER_MS;
}

static void on_reset(void *ctx, const char *connector)
{
    (void)ctx;
    ck_assert_str_eq(connector, "shop");
    w.resets++;
    w.running_at_reset = strcmp(w.shop.target, "RUNNING") == 0;
}

static void on_workers_changed(void *ctx)
{
    (void)ctx;
    w.workers_changed++;
}

/* The sink "grouped" commits to the group "others", any other sink to Connect's
 * default. */
static const char *own_group_of(void *ctx, const char *connector)
{
    (void)ctx;
    return strcmp(connector, "grouped") == 0 ? "others" : NULL;
}

static const char *on_no_group(void *ctx, const char *connector)
{
    (void)ctx, (void)connector;
    return "";
}

void world_begin(void)
{
    w = (struct world){
        .platform = {&fake_platform},
        .sink = {&fake_sink},
        .stop_code = EXIT_OF_JVM,
        .leader = 2,
        .in_sync = 3,
        .controller = 3,
        .coordinator = 1,
        .partitions = 6,
        .low = 100,
        .how = json_object(),
        .clk = {.now_us = fake_now},
        .lock = PTHREAD_MUTEX_INITIALIZER,
    };
    for (int i = 1; i <= 3; i++)
        add_node(ROLE_BROKER, i);
    for (int i = 1; i <= 2; i++)
        add_node(ROLE_WORKER, i);
    w.shop = (struct fake_connector){.there = true, .sink = true};
    (void)snprintf(w.shop.target, sizeof(w.shop.target), "RUNNING");
    w.shop.config = json_pack("{s:s, s:s}", "tasks.max", "2", "topics", "o");
    w.shop.offsets =
        json_pack("[{s:{s:s, s:i}, s:{s:i}}, {s:{s:s, s:i}, s:{s:i}}]",
                  "partition", "kafka_topic", "o", "kafka_partition", 0,
                  "offset", "kafka_offset", 500, "partition", "kafka_topic",
                  "o", "kafka_partition", 1, "offset", "kafka_offset", 150);
    w.endpoints[0] = (struct field_endpoint){"till", &w.sink};
    w.field = (struct field){
        .platform = &w.platform,
        .admin = (struct kafka_admin *)&w, /* never dereferenced */
        .observer = (struct observer *)&w,
        .endpoints = w.endpoints,
        .endpoints_len = 1,
        .clk = &w.clk,
        .call_us = 2 * US_PER_S,
        .declare_reset = on_reset,
        .workers_changed = on_workers_changed,
        .group_of = own_group_of,
        .runs_on = on_no_group,
    };
    connect_begin();
}

void world_end(void)
{
    connect_end();
    json_decref(w.shop.config);
    json_decref(w.shop.offsets);
    json_decref(w.how);
}

json_t *world_now(void)
{
    int states[2][4] = {{0}};
    json_t *o;

    for (size_t i = 0; i < w.n; i++)
        if (!w.nodes[i].removed)
            states[w.nodes[i].role][w.more[i].status.state]++;
    pthread_mutex_lock(&w.lock);
    o = json_pack("{s:[iii], s:[iii], s:b, s:s, s:O, s:O, s:o, s:i}", "brokers",
                  states[0][1], states[0][2], states[0][3], "workers",
                  states[1][1], states[1][2], states[1][3], "there",
                  (int)w.shop.there, "target", w.shop.target, "config",
                  w.shop.config, "offsets", w.shop.offsets, "sink",
                  json_deep_copy(w.how), "partitions", w.partitions);
    pthread_mutex_unlock(&w.lock);
    ck_assert_ptr_nonnull(o);
    return o;
}
