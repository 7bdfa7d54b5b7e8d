/* worker_remove.c - a Connect worker removed in good order and for good. A
 * later replacement is another worker with another address. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fault/process_fault_own.h"

struct removal {
    struct process_state process; /* first: process_fault_own.h */
    char instead[NODE_NAME_MAX];  /* the worker settled on by the revert */
};

/* The number of workers of the target's group that were not removed, and the
 * newest of them (borrowed). */
static int workers(const struct fault_call *c,
                   const struct platform_node **ret_newest)
{
    struct platform *p = c->field->platform;
    const struct platform_node *target = field_node(c->field, c->target->name);
    size_t n;
    const struct platform_node *all = p->ops->list(p, &n);
    int len = 0;

    for (size_t i = 0; i < n; i++) {
        if (all[i].role != ROLE_WORKER || all[i].removed ||
            (target && strcmp(all[i].group, target->group) != 0))
            continue;
        *ret_newest = &all[i];
        len++;
    }
    return len;
}

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    const struct platform_node *newest = NULL;
    const char *of_group = c->target->group;
    int len = workers(c, &newest);

    if (len < 2)
        return err_set(err, -EINVAL,
                       "%s: is the only worker%s%s, none would be left",
                       c->target->name, of_group[0] ? " of " : "", of_group);
    if (process_capture(c, ret, err) < 0)
        return err->code;
    (void)json_object_set_new(*ret, "workers", json_integer(len));
    return 0;
}

static int apply(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    struct removal *r = c->state;
    int rc;

    r->process.told_to_end = true;
    rc = p->ops->node_remove(p, c->target->name, err);
    tell_workers_changed(c);
    return rc;
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct connect *others = field_group(c->field, c->target->group);
    json_t *answer = NULL;
    int rc = process_stopped(c, proof, err);

    if (rc <= 0)
        return rc;
    rc = connect_request(others, "GET", "/connectors", NULL, c->field->call_us,
                         &answer, err);
    json_decref(answer);
    if (rc == 200) {
        (void)json_object_set_new(proof, "others_answer", json_integer(rc));
        return 1;
    }
    err_set(err, -EAGAIN, "the other workers answered %d", rc);
    return 0;
}

/* A revert in another process cannot know whether an earlier revert added a
 * worker, and so counts the workers. */
static int revert(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    const struct platform_node *target = field_node(c->field, c->target->name);
    const struct platform_node *newest = NULL;
    struct platform_node_wish wish = {.group = target ? target->group : NULL};
    struct platform_node made;
    struct removal *r = c->state;
    json_int_t before =
        json_integer_value(json_object_get(c->captured, "workers"));
    int rc;

    if (r->instead[0])
        return 0;
    if (target && !target->removed) { /* apply never came so far */
        (void)snprintf(r->instead, sizeof(r->instead), "%s", target->name);
        return process_revive(c, err);
    }
    if (!r->process.told_to_end && workers(c, &newest) >= before && newest) {
        (void)snprintf(r->instead, sizeof(r->instead), "%s", newest->name);
        return 0;
    }
    rc = p->ops->node_add(p, ROLE_WORKER, &wish, &made, err);
    tell_workers_changed(c);
    if (rc == 0)
        (void)snprintf(r->instead, sizeof(r->instead), "%s", made.name);
    return rc;
}

static int mended(const struct fault_call *c, struct err *err)
{
    const struct removal *r = c->state;

    if (!r->instead[0])
        return err_set(err, -ENOENT, "no worker stands in for %s",
                       c->target->name);
    if (strcmp(r->instead, c->target->name) == 0)
        return process_answers(c, err);
    return node_answers(c->field, r->instead, err);
}

const struct fault_ops fault_worker_remove = {
    .name = "worker_remove",
    .help = "stop a Connect worker for good, add another worker later",
    .target = &target_worker,
    .effect = FAULT_RESTORES,
    .changes = FAULT_CHANGES_WORKERS,
    .needs = PLATFORM_CAN_SIGNAL_NODES | PLATFORM_CAN_ADD_WORKERS,
    .state_size = sizeof(struct removal),
    .holds = process_holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .revert = revert,
    .mended = mended,
};
