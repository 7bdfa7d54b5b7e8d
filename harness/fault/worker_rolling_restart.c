/* worker_rolling_restart.c - every worker restarted in turn, as in an upgrade.
 *
 * Each call does one step. The first stopped worker is the proof for landed();
 * mended() goes on until the last worker answers again. If the roll breaks off,
 * every worker is brought back, and the fault never counts as mended.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "fault/process_fault_own.h"

struct roll {
    enum { TO_STOP, GOING, COMING } phase;
    size_t at;       /* of the captured workers */
    uint64_t starts; /* of the life to be ended */
    bool begun;
    struct err
        broken; /* reason if the roll broke off; code 0: not broken off */
};

struct args {
    const char *connect; /* NULL: every group */
};

static const struct arg args[] = {
    {.name = "connect",
     .type = ARG_STRING,
     .at = offsetof(struct args, connect),
     .dflt = "",
     .help = "group whose workers are restarted; left out: every worker"},
};

static const char *group(const void *values)
{
    return ((const struct args *)values)->connect;
}

static void holds(const struct target *t, char *out, size_t size)
{
    (void)t;
    (void)snprintf(out, size, "process worker-*");
}

static int capture(const struct fault_call *c, json_t **ret, struct err *err)
{
    struct platform *p = c->field->platform;
    const char *of = group(c->args);
    json_t *names = json_array();
    size_t n;
    const struct platform_node *all = p->ops->list(p, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].role == ROLE_WORKER && !all[i].removed &&
            (!of || strcmp(all[i].group, of) == 0))
            (void)json_array_append_new(names, json_string(all[i].name));
    if (json_array_size(names) == 0) {
        json_decref(names);
        return err_set(err, -ESRCH, "there is no worker to restart");
    }
    *ret = json_pack("{s:o}", "workers", names);
    return 0;
}

static const char *worker_of(const struct fault_call *c, size_t i)
{
    return json_string_value(
        json_array_get(json_object_get(c->captured, "workers"), i));
}

/* ---- a worker ---- */

static int tell_to_stop(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    struct roll *r = c->state;
    const char *worker = worker_of(c, r->at);
    struct node_status s;
    int rc = p->ops->status(p, worker, &s, err);

    if (rc < 0)
        return rc;
    if (s.state != NODE_RUNNING)
        return err_set(err, -ESRCH, "%s: its turn came, but it does not run",
                       worker);
    r->starts = s.starts;
    rc = p->ops->signal(p, worker, SIGTERM, err);
    if (rc == 0)
        r->phase = GOING;
    return rc;
}

static void tell_ended(const struct fault_call *c, const char *worker,
                       const struct node_status *s)
{
    char how[64];

    wait_status_text(s->wait_status, how, sizeof(how));
    event_put(c->field->events, -1, worker, "rolled",
              json_pack("{s:i, s:s}", "pid", (int)s->pid, "ended", how));
}

/* 1: the worker has ended, and was started again. */
static int await_end(const struct fault_call *c, struct node_status *s,
                     struct err *err)
{
    struct platform *p = c->field->platform;
    struct roll *r = c->state;
    const char *worker = worker_of(c, r->at);
    int rc = p->ops->status(p, worker, s, err);

    if (rc < 0)
        return rc;
    if (s->starts != r->starts)
        return err_set(err, -ESTALE, "%s: somebody else started it", worker);
    if (s->state != NODE_ENDED) {
        err_set(err, -EAGAIN, "%s: process %d has not ended", worker,
                (int)s->pid);
        return 0;
    }
    rc = process_ended_well(worker, s->wait_status, err);
    if (rc < 0)
        return rc;
    tell_ended(c, worker, s);
    r->phase = COMING;
    rc = p->ops->start(p, worker, err);
    return rc < 0 ? rc : 1;
}

/* 1: the last worker answers. */
static int await_answer(const struct fault_call *c, struct err *err)
{
    struct platform *p = c->field->platform;
    struct roll *r = c->state;
    const char *worker = worker_of(c, r->at);
    struct node_status s;
    char how[64];
    int rc = p->ops->status(p, worker, &s, err);

    if (rc < 0)
        return rc;
    if (s.state == NODE_ENDED) {
        wait_status_text(s.wait_status, how, sizeof(how));
        return err_set(err, -ECHILD, "%s: %s before it answered again", worker,
                       how);
    }
    if (p->ops->answers(p, worker, err) != 1) {
        err_set(err, -EAGAIN, "%s does not answer yet", worker);
        return 0;
    }
    r->phase = TO_STOP;
    r->at++;
    return worker_of(c, r->at) == NULL;
}

/* ---- the roll ---- */

static int break_off(struct roll *r, struct err *err)
{
    r->broken = *err;
    return err->code;
}

static int apply(const struct fault_call *c, struct err *err)
{
    struct roll *r = c->state;

    r->begun = true;
    return tell_to_stop(c, err) < 0 ? break_off(r, err) : 0;
}

static int landed(const struct fault_call *c, json_t *proof, struct err *err)
{
    struct node_status s;
    char how[64];
    int rc = await_end(c, &s, err);

    if (rc < 0)
        return break_off(c->state, err);
    if (rc == 0)
        return 0;
    wait_status_text(s.wait_status, how, sizeof(how));
    (void)json_object_set_new(proof, "first", json_string(worker_of(c, 0)));
    (void)json_object_set_new(proof, "pid", json_integer(s.pid));
    (void)json_object_set_new(proof, "ended", json_string(how));
    (void)json_object_set(proof, "rolled_until_mended",
                          json_object_get(c->captured, "workers"));
    return 1;
}

static int bring_all_back(const struct fault_call *c, struct err *err)
{
    const struct roll *r = c->state;
    int all = 1;

    for (size_t i = 0; worker_of(c, i); i++) {
        int rc = node_answers(c->field, worker_of(c, i), err);

        if (rc < 0)
            return rc;
        all &= rc;
    }
    if (!all || !r->begun)
        return all;
    return err_set(err, -ENOTRECOVERABLE, "the roll broke off: %s",
                   r->broken.text);
}

static int advance(const struct fault_call *c, struct err *err)
{
    struct roll *r = c->state;
    struct node_status ignored;

    switch (r->phase) {
    case TO_STOP:
        return tell_to_stop(c, err);
    case GOING:
        return await_end(c, &ignored, err) < 0 ? err->code : 0;
    case COMING:
        return await_answer(c, err);
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

static int mended(const struct fault_call *c, struct err *err)
{
    struct roll *r = c->state;
    struct roll before = *r;
    int rc;

    if (!r->begun || r->broken.code)
        return bring_all_back(c, err);
    if (!worker_of(c, r->at))
        return 1; /* asked once more after the end */
    rc = advance(c, err);
    if (rc < 0)
        (void)break_off(r, err);
    else if (rc == 0 && (r->phase != before.phase || r->at != before.at))
        return -EINPROGRESS;
    return rc < 0 ? 0 : rc;
}

const struct fault_ops fault_worker_rolling_restart = {
    .name = "worker_rolling_restart",
    .help = "stop and start every Connect worker in turn, waiting for each",
    .effect = FAULT_ENDS_BY_ITSELF,
    .needs = PLATFORM_CAN_SIGNAL_NODES,
    .group = group,
    .args = args,
    .args_len = ARRAY_LEN(args),
    .args_size = sizeof(struct args),
    .state_size = sizeof(struct roll),
    .holds = holds,
    .capture = capture,
    .apply = apply,
    .landed = landed,
    .mended = mended,
};
