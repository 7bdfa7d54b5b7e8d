/* worker_add.c - a further Connect worker, removed at the end. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "fault/process_fault_own.h"

struct args {
    const char *connect; /* NULL: the group without a name */
};

static const struct arg args[] = {
    {.name = "connect",
     .type = ARG_STRING,
     .at = offsetof(struct args, connect),
     .dflt = "",
     .help = "group that the worker joins; needed where the platform names "
             "groups"},
};

static const char *group(const void *values)
{
    return ((const struct args *)values)->connect;
}

/* The number is fixed before the worker is made. So a revert finds the worker
 * made by an apply that was cut short, and no worker made by another step. */
static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    struct platform *p = c->field->platform;
    size_t n;
    const struct platform_node *all = p->ops->list(p, &n);
    int last = 0;

    (void)err;
    for (size_t i = 0; i < n; i++)
        if (all[i].role == ROLE_WORKER && all[i].number > last)
            last = all[i].number;
    *ret = json_pack("{s:i}", "number", last + 1);
    return 0;
}

static const struct platform_node *added(const struct fault_call *c)
{
    struct platform *p = c->field->platform;
    json_int_t number =
        json_integer_value(json_object_get(c->captured, "number"));
    size_t n;
    const struct platform_node *all = p->ops->list(p, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].role == ROLE_WORKER && all[i].number == number)
            return &all[i];
    return NULL;
}

static int apply(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    const struct platform_node_wish wish = {.group = group(c->args)};
    struct platform_node made;
    int rc = p->ops->node_add(p, ROLE_WORKER, &wish, &made, err);

    tell_workers_changed(c); /* also of a worker made in part */
    if (rc == 0 && !added(c))
        return err_set(err, -EPROTO, "%s: was added under another number",
                       made.name);
    return rc;
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct platform *p = c->field->platform;
    const struct platform_node *n = added(c);
    struct node_status s = {.state = NODE_NEVER_STARTED};
    struct connect_access rest;
    char how[64];
    int rc = n ? p->ops->status(p, n->name, &s, err)
               : err_set(err, -ENOENT, "the worker that was added is gone");

    if (rc < 0)
        return rc;
    if (s.state == NODE_ENDED) {
        wait_status_text(s.wait_status, how, sizeof(how));
        return err_set(err, -ECHILD, "%s: %s before it answered", n->name, how);
    }
    rc = p->ops->answers(p, n->name, err);
    if (rc != 1) {
        err_set(err, -EAGAIN, "%s does not answer", n->name);
        return 0;
    }
    (void)json_object_set_new(proof, "node", json_string(n->name));
    (void)json_object_set_new(proof, "pid", json_integer(s.pid));
    if (p->ops->rest(p, n->name, VIEW_OBSERVER, &rest) == 0)
        (void)json_object_set_new(proof, "answers", json_string(rest.url));
    return 1;
}

static int revert(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    const struct platform_node *n = added(c);
    int rc;

    if (!n || n->removed)
        return 0;
    rc = p->ops->node_remove(p, n->name, err);
    tell_workers_changed(c);
    return rc;
}

static int mended(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    const struct platform_node *n = added(c);
    struct node_status s;

    if (!n)
        return 1;
    if (p->ops->status(p, n->name, &s, err) < 0)
        return err->code;
    if (s.state == NODE_ENDED || s.state == NODE_NEVER_STARTED)
        return 1;
    err_set(err, -EAGAIN, "%s: process %d has not ended", n->name, (int)s.pid);
    return 0;
}

const struct fault_ops fault_worker_add = {
    .name = "worker_add",
    .help = "start a further Connect worker, remove it later",
    .effect = FAULT_RESTORES,
    .changes = FAULT_CHANGES_WORKERS,
    .needs = PLATFORM_CAN_ADD_WORKERS,
    .group = group,
    .needs_group = true,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct args),
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .revert = revert,
    .mended = mended,
};
