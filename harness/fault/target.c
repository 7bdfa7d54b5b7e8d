/* target.c - who is meant: words of a scenario file to a thing, at its time. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "fault/process_fault_own.h"

enum { NUMBER_MAX = 9999999 };

/* "any", "broker-2" and so on, taken apart. Names point into the words. */
struct words {
    enum {
        WORDS_ANY,
        WORDS_NODE,      /* number */
        WORDS_RUNNING,   /* name, number: a task, -1: connector */
        WORDS_LEADER_OF, /* name, number: partition */
        WORDS_CONTROLLER,
        WORDS_COORDINATOR_OF,       /* name: connector */
        WORDS_COORDINATOR_OF_GROUP, /* name */
        WORDS_NAME,                 /* name; task: number */
    } form;
    char name[256];
    int number;
};

/* ---- grammar ---- */

static const char *after(const char *words, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(words, prefix, len) == 0 ? words + len : NULL;
}

/* Digits only, without a leading zero that would make two names of one. */
static bool read_number(const char *text, int least, int *ret)
{
    size_t len = strlen(text);
    long n;

    if (len == 0 || len > 7 || strspn(text, "0123456789") != len ||
        (len > 1 && text[0] == '0'))
        return false;
    n = strtol(text, NULL, 10);
    if (n < least || n > NUMBER_MAX)
        return false;
    *ret = (int)n;
    return true;
}

/* Names of connectors and topics; groups may be called anything else. */
static bool read_name(const char *text, size_t len, char ret[256])
{
    if (len == 0 || len > 249)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("._-", text[i]))
            return false;
    memcpy(ret, text, len);
    ret[len] = 0;
    return true;
}

/* "orders/0" */
static bool read_pair(const char *text, struct words *w)
{
    const char *slash = strrchr(text, '/');

    return slash && read_name(text, (size_t)(slash - text), w->name) &&
           read_number(slash + 1, 0, &w->number);
}

static bool read_group(const char *text, struct words *w)
{
    if (!*text || strlen(text) >= sizeof(w->name))
        return false;
    (void)snprintf(w->name, sizeof(w->name), "%s", text);
    return true;
}

static bool read_worker(const char *text, struct words *w)
{
    const char *rest;

    if (strcmp(text, "any") == 0) {
        w->form = WORDS_ANY;
        return true;
    }
    if ((rest = after(text, "running "))) {
        w->form = WORDS_RUNNING;
        w->number = -1;
        return read_name(rest, strlen(rest), w->name) || read_pair(rest, w);
    }
    w->form = WORDS_NODE;
    return (rest = after(text, "worker-")) && read_number(rest, 1, &w->number);
}

static bool read_broker(const char *text, struct words *w)
{
    const char *rest;

    if (strcmp(text, "any") == 0) {
        w->form = WORDS_ANY;
        return true;
    }
    if (strcmp(text, "controller") == 0) {
        w->form = WORDS_CONTROLLER;
        return true;
    }
    if ((rest = after(text, "leader of "))) {
        w->form = WORDS_LEADER_OF;
        return read_pair(rest, w);
    }
    if ((rest = after(text, "coordinator of group "))) {
        w->form = WORDS_COORDINATOR_OF_GROUP;
        return read_group(rest, w);
    }
    if ((rest = after(text, "coordinator of "))) {
        w->form = WORDS_COORDINATOR_OF;
        return read_name(rest, strlen(rest), w->name);
    }
    w->form = WORDS_NODE;
    rest = after(text, "broker-");
    return read_number(rest ? rest : text, 1, &w->number);
}

static bool read_words(enum fault_target kind, const char *text,
                       struct words *w)
{
    *w = (struct words){.form = WORDS_NAME};
    switch (kind) {
    case TARGET_NONE:
        return true;
    case TARGET_BROKER:
        return read_broker(text, w);
    case TARGET_WORKER:
        return read_worker(text, w);
    case TARGET_TASK:
        return read_pair(text, w);
    case TARGET_CONNECTOR:
    case TARGET_TOPIC:
    case TARGET_ENDPOINT:
        return strcmp(text, "any") != 0 &&
               read_name(text, strlen(text), w->name);
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

static const char *what_is_right(enum fault_target kind)
{
    switch (kind) {
    case TARGET_NONE:
        return "no target";
    case TARGET_BROKER:
        return "any, broker-2 or 2, controller, leader of TOPIC/PARTITION, "
               "coordinator of CONNECTOR or coordinator of group NAME";
    case TARGET_WORKER:
        return "any, worker-2, running CONNECTOR or running CONNECTOR/TASK";
    case TARGET_TASK:
        return "CONNECTOR/TASK, such as orders-to-shop/0";
    case TARGET_CONNECTOR:
        return "the name of one connector";
    case TARGET_TOPIC:
        return "the name of one topic";
    case TARGET_ENDPOINT:
        return "the name of one endpoint";
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

int target_check(enum fault_target kind, const char *words, struct err *err)
{
    struct words w;
    struct target fits;

    if (kind == TARGET_NONE)
        return 0;
    if (!words || !*words)
        return err_set(err, -EINVAL, "%s: nothing is named, expected %s",
                       fault_target_key(kind), what_is_right(kind));
    if (strlen(words) >= sizeof(fits.words))
        return err_set(err, -EINVAL,
                       "%s: \"%.40s...\" has %zu bytes, at most "
                       "%zu",
                       fault_target_key(kind), words, strlen(words),
                       sizeof(fits.words) - 1);
    if (kind == TARGET_WORKER && strcmp(words, "leader") == 0)
        return err_set(err, -EINVAL,
                       "worker: which one leads the Connect cluster cannot be "
                       "observed, expected %s",
                       what_is_right(kind));
    if (!read_words(kind, words, &w))
        return err_set(err, -EINVAL, "%s: \"%.60s\" is not %s",
                       fault_target_key(kind), words, what_is_right(kind));
    return 0;
}

void target_number(enum fault_target kind, const char *words,
                   struct target_number *ret)
{
    struct words w;

    *ret = (struct target_number){.counts = COUNTS_NOTHING};
    if (kind == TARGET_NONE || !words || !read_words(kind, words, &w))
        return;
    if (w.form == WORDS_NODE)
        ret->counts = kind == TARGET_BROKER ? COUNTS_BROKERS : COUNTS_WORKERS;
    else if (w.form == WORDS_LEADER_OF)
        ret->counts = COUNTS_PARTITIONS;
    else if (kind == TARGET_TASK || (w.form == WORDS_RUNNING && w.number >= 0))
        ret->counts = COUNTS_TASKS;
    (void)snprintf(ret->of, sizeof(ret->of), "%s", w.name);
    ret->number = w.number;
}

/* ---- nodes ---- */

static enum platform_role role_of(enum fault_target kind)
{
    return kind == TARGET_BROKER ? ROLE_BROKER : ROLE_WORKER;
}

static bool runs(const struct field *f, const struct platform_node *n)
{
    struct platform *p = f->platform;
    struct node_status s;
    struct err ignored = {0};

    if (n->removed)
        return false;
    if (!p->ops->status) /* a platform whose processes cannot be seen */
        return true;
    return p->ops->status(p, n->name, &s, &ignored) == 0 &&
           s.state == NODE_RUNNING;
}

static int take(struct target *t, const struct platform_node *n)
{
    (void)snprintf(t->name, sizeof(t->name), "%s", n->name);
    return 0;
}

static int resolve_any(struct field *f, struct rng draw, struct target *t,
                       struct err *err)
{
    size_t n, running = 0, drawn;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);
    const struct platform_node *fit[NODES_MAX];

    for (size_t i = 0; i < n && running < NODES_MAX; i++)
        if (all[i].role == role_of(t->kind) && runs(f, &all[i]))
            fit[running++] = &all[i];
    if (running == 0)
        return err_set(err, -EAGAIN, "%s any: none runs",
                       fault_target_key(t->kind));
    drawn = rng_below(&draw, running);
    return take(t, fit[drawn]);
}

static const struct platform_node *
by_number(struct field *f, enum platform_role role, int number)
{
    size_t n;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].role == role && all[i].number == number)
            return &all[i];
    return NULL;
}

/* Named outright: it may well be down, by a fault that will end. */
static int resolve_node(struct field *f, int number, struct target *t,
                        struct err *err)
{
    const struct platform_node *n = by_number(f, role_of(t->kind), number);
    const char *key = fault_target_key(t->kind);

    if (!n)
        return err_set(err, -ENOENT,
                       "%s %s: the platform has none of that "
                       "number",
                       key, t->words);
    if (n->removed)
        return err_set(err, -ENOENT, "%s %s: was removed", key, t->words);
    return take(t, n);
}

/* A broker that metadata names, unless it went away since. */
static int resolve_broker(struct field *f, int32_t id, struct target *t,
                          struct err *err)
{
    const struct platform_node *n = by_number(f, ROLE_BROKER, id);

    if (id < 0)
        return err_set(err, -EAGAIN, "broker %s: there is none", t->words);
    if (!n)
        return err_set(err, -ENOENT,
                       "broker %s: is broker %d, which is not of this platform",
                       t->words, (int)id);
    if (!runs(f, n))
        return err_set(err, -EAGAIN, "broker %s: was %s, which does not run",
                       t->words, n->name);
    return take(t, n);
}

/* ---- roles that move ---- */

/* Whatever the reason, the next answer may be another. */
static int not_now(const struct target *t, const struct err *why,
                   struct err *err)
{
    return err_set(err, -EAGAIN, "%s %s: %s", fault_target_key(t->kind),
                   t->words, why->text);
}

static int resolve_leader(struct field *f, const struct words *w,
                          struct target *t, struct err *err)
{
    struct err why = {0};
    int32_t id = -1;
    int in_sync;

    if (kafka_leader(f->admin, w->name, w->number, &id, &in_sync, f->call_us,
                     &why) < 0)
        return not_now(t, &why, err);
    return resolve_broker(f, id, t, err);
}

static int resolve_coordinator(struct field *f, const struct words *w,
                               struct target *t, struct err *err)
{
    bool sink = w->form == WORDS_COORDINATOR_OF;
    const char *own = sink ? f->group_of(f->ctx, w->name) : w->name;
    AUTO_FREE char *group =
        own ? path_of("%s", own) : path_of("connect-%s", w->name);
    struct err why = {0};
    int32_t id = -1;

    if (kafka_coordinator(f->admin, group, &id, f->call_us, &why) < 0)
        return not_now(t, &why, err);
    return resolve_broker(f, id, t, err);
}

static int resolve_controller(struct field *f, struct target *t,
                              struct err *err)
{
    struct err why = {0};
    int id = -1;

    if (!f->platform->ops->controller)
        return err_set(
            err, -ENOTSUP,
            "broker controller: the %s platform cannot say who it is",
            f->platform->ops->name);
    if (f->platform->ops->controller(f->platform, &id, &why) < 0)
        return not_now(t, &why, err);
    return resolve_broker(f, id, t, err);
}

/* Workers are known to Connect as host:port, where host may be the node's name
 * or its address. */
static const struct platform_node *worker_at(struct field *f, const char *id)
{
    const char *colon = strrchr(id, ':');
    size_t len = colon ? (size_t)(colon - id) : strlen(id), n;
    const struct platform_node *all = f->platform->ops->list(f->platform, &n);

    for (size_t i = 0; i < n; i++) {
        const char *hosts[] = {all[i].name, all[i].address};

        for (size_t k = 0; k < ARRAY_LEN(hosts); k++)
            if (all[i].role == ROLE_WORKER && strlen(hosts[k]) == len &&
                memcmp(hosts[k], id, len) == 0)
                return &all[i];
    }
    return NULL;
}

/* UNASSIGNED, RESTARTING and FAILED still name the worker that was. */
static bool is_placed(const json_t *status, int task)
{
    const json_t *tasks = json_object_get(status, "tasks");
    const json_t *part = json_object_get(status, "connector");
    const char *state;

    for (size_t i = 0; task >= 0 && i < json_array_size(tasks); i++) {
        const json_t *one = json_array_get(tasks, i);

        if (json_integer_value(json_object_get(one, "id")) == task)
            part = one;
    }
    state = json_string_value(json_object_get(part, "state"));
    return state &&
           (strcmp(state, "RUNNING") == 0 || strcmp(state, "PAUSED") == 0);
}

static int resolve_running(struct field *f, const struct words *w,
                           struct target *t, struct err *err)
{
    AUTO_JSON json_t *status = NULL;
    const struct platform_node *n;
    struct err why = {0};
    const char *id;

    if (connect_status(f->connect, w->name, &status, f->call_us, &why) < 0)
        return not_now(t, &why, err);
    id = connect_worker_of(status, w->number);
    if (!id || !is_placed(status, w->number))
        return err_set(err, -EAGAIN, "worker %s: runs nowhere right now",
                       t->words);
    n = worker_at(f, id);
    if (!n)
        return err_set(err, -ENOENT,
                       "worker %s: runs on %s, which is not of this platform",
                       t->words, id);
    if (!runs(f, n))
        return err_set(err, -EAGAIN, "worker %s: was on %s, which does not run",
                       t->words, n->name);
    return take(t, n);
}

/* ---- names ---- */

static int resolve_name(struct field *f, const struct words *w,
                        struct target *t, struct err *err)
{
    if (snprintf(t->name, sizeof(t->name), "%s", w->name) >=
        (int)sizeof(t->name))
        return err_set(err, -EINVAL, "%s %s: the name is longer than %zu bytes",
                       fault_target_key(t->kind), t->words,
                       sizeof(t->name) - 1);
    t->task = w->number;
    if (t->kind != TARGET_ENDPOINT)
        return 0;
    for (size_t i = 0; i < f->endpoints_len; i++)
        if (strcmp(f->endpoints[i].name, t->name) == 0)
            return 0;
    return err_set(err, -ENOENT, "on %s: no such endpoint", t->words);
}

int target_resolve(struct field *f, enum fault_target kind, const char *words,
                   struct rng *rng, struct target *ret, struct err *err)
{
    struct target t = {.kind = kind};
    struct words w;
    int rc = target_check(kind, words, err);

    if (rc < 0)
        return rc;
    (void)read_words(kind, words, &w);
    if (words)
        (void)snprintf(t.words, sizeof(t.words), "%s", words);
    switch (w.form) {
    case WORDS_ANY:
        rc = resolve_any(f, *rng, &t, err);
        break;
    case WORDS_NODE:
        rc = resolve_node(f, w.number, &t, err);
        break;
    case WORDS_RUNNING:
        rc = resolve_running(f, &w, &t, err);
        break;
    case WORDS_LEADER_OF:
        rc = resolve_leader(f, &w, &t, err);
        break;
    case WORDS_CONTROLLER:
        rc = resolve_controller(f, &t, err);
        break;
    case WORDS_COORDINATOR_OF:
    case WORDS_COORDINATOR_OF_GROUP:
        rc = resolve_coordinator(f, &w, &t, err);
        break;
    case WORDS_NAME:
        rc = resolve_name(f, &w, &t, err);
        break;
    }
    if (rc == 0)
        *ret = t;
    return rc;
}
