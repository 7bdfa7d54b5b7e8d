/* target_worker.c - a worker by number, or by a connector or task running
 * there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "fault/target_kinds_own.h"
#include "fault/target_nodes_own.h"
#include "fault/target_words_own.h"

enum form { FORM_WRONG, FORM_ANY, FORM_ANY_OF, FORM_NODE, FORM_RUNNING };

static enum form read_worker(const char *words, struct target_claim *c)
{
    const char *rest;

    if (strcmp(words, "any") == 0)
        return FORM_ANY;
    if ((rest = words_after(words, "any of "))) {
        c->claims = CLAIMS_GROUP;
        return words_name(rest, strlen(rest), c->name) ? FORM_ANY_OF
                                                       : FORM_WRONG;
    }
    if ((rest = words_after(words, "running "))) {
        c->claims = CLAIMS_CONNECTOR;
        return words_name(rest, strlen(rest), c->name) ||
                       words_pair(rest, c->name, &c->number)
                   ? FORM_RUNNING
                   : FORM_WRONG;
    }
    c->claims = CLAIMS_WORKER;
    rest = words_after(words, "worker-");
    return rest && words_number(rest, 1, &c->number) ? FORM_NODE : FORM_WRONG;
}

static int check(const char *words, struct target_claim *ret, struct err *err)
{
    if (strcmp(words, "leader") == 0)
        return err_set(err, -EINVAL,
                       "the leader of the Connect cluster cannot be observed");
    return read_worker(words, ret) == FORM_WRONG ? -EINVAL : 0;
}

/* Connect knows workers as host:port; the host may be the node's name or
 * address. */
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

/* UNASSIGNED, RESTARTING and FAILED still name the last worker. */
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

/* The worker in the status of connector `c->name`, or of task `c->number`. */
static int resolve_running(struct field *f, const struct target_claim *c,
                           struct target *t, struct err *err)
{
    AUTO_JSON json_t *status = NULL;
    const struct platform_node *n;
    struct err why = {0};
    const char *id;

    if (connect_status(field_connect(f, c->name), c->name, &status, f->call_us,
                       &why) < 0)
        return target_not_now(t, &why, err);
    id = connect_worker_of(status, c->number);
    if (!id || !is_placed(status, c->number))
        return err_set(err, -EAGAIN, "worker %s: runs nowhere right now",
                       t->words);
    n = worker_at(f, id);
    if (!n)
        return err_set(err, -ENOENT,
                       "worker %s: runs on %s, which is not of this platform",
                       t->words, id);
    if (!target_node_runs(f, n))
        return err_set(err, -EAGAIN, "worker %s: was on %s, which does not run",
                       t->words, n->name);
    return target_take_node(t, n);
}

static int resolve(struct field *f, struct rng draw, struct target *t,
                   struct err *err)
{
    struct target_claim c = {.number = -1};

    switch (read_worker(t->words, &c)) {
    case FORM_WRONG:
        return err_set(err, -EINVAL, "worker %s", t->words);
    case FORM_ANY:
        return target_draw_node(f, ROLE_WORKER, NULL, draw, t, err);
    case FORM_ANY_OF:
        return target_draw_node(f, ROLE_WORKER, c.name, draw, t, err);
    case FORM_NODE:
        return target_named_node(f, ROLE_WORKER, c.number, t, err);
    case FORM_RUNNING:
        return resolve_running(f, &c, t, err);
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

const struct target_ops target_worker = {
    .key = "worker",
    .words = "any, any of GROUP, worker-2, running CONNECTOR or running "
             "CONNECTOR/TASK",
    .help = "a worker by number, any running worker (drawn by the seed; of a "
            "group of workers), or the worker of a connector or task now",
    .check = check,
    .resolve = resolve,
};
